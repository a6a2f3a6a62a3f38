from machine import LCD
import quecstar
lcd = LCD()
try:
    quecstar.lcd_png()
except OSError as e:
    print(e)
print(lcd.lcd_init(b"\0\0\x01", 4, 2, 6500, 1, 3, 1, b"\0\0\x2c", None, None, None), lcd.lcd_write(b"\x01\x02\x03", 1, 1, 3, 1), quecstar.lcd_pixels(0, 0, 4, 2))
print(lcd.lcd_display_off(), quecstar.lcd()["on"], lcd.mipi_init(b"1", width=10))
