from machine import LCD
import quecstar
lcd = LCD()
print(lcd.mipi_init(b"", width=2), lcd.mipi_init(b"1", width=2, hight=1, bpp=24), lcd.mipi_init(initbuf=b"1", width=2, hight=1, MipiMode=1, TESel=True))
print(lcd.lcd_clear(0x1234), quecstar.lcd_pixels(0, 0, 2, 1))
