from machine import LCD
import quecstar

lcd = LCD()
on, off = bytearray([0, 0, 0x11, 2, 0, 20, 0, 0, 0x29]), bytearray([0, 0, 0x28])
setup = bytearray([2, 0, 120, 0, 0, 0x11, 0, 1, 0x36, 1, 1, 0x70])
print(lcd.lcd_clear(0), lcd.lcd_write(b"\0\0", 0, 0, 0, 0), lcd.lcd_display_on(), lcd.lcd_show("/usr/a.bin", 0, 0))
bad = [(b"", 6, 4, 1, 4, 0), (None, 6, 4, 1, 4, 0), (setup, 0, 4, 1, 4, 0), (setup, 6, 1001, 1, 4, 0), (setup, 6, 4, 3, 4, 0), (setup, 6, 4, 1, 2, 0), (setup, 6, 4, 1, 4, 2)]
print([lcd.lcd_init(s, w, h, 13000, d, n, t, on, on, off, None) for s, w, h, d, n, t in bad])
print(lcd.lcd_init(setup, 6, 4, 13000, 1, 4, 0, on, on, off, bytearray([0, 1, 0x51, 1, 1, 0x80])), lcd.lcd_init(setup, 6, 4, 13000, 1, 4, 0, on, on, off, None))
print(quecstar.lcd())

print(lcd.lcd_clear(0xf800), quecstar.lcd_pixels(5, 3), quecstar.lcd_pixels(6, 3))
print(lcd.lcd_write(bytearray(b"\x01\x02\x03\x04\x05\x06\x07\x08"), 1, 1, 2, 2), quecstar.lcd_pixels(0, 1, 3, 2))
print(lcd.lcd_write(b"", 0, 0, 0, 0), lcd.lcd_write(b"\0\0", 0, 0, 1, 0), lcd.lcd_write(b"\0\0", 6, 0, 6, 0), lcd.lcd_write(b"\0\0", 2, 0, 1, 0))

print(lcd.lcd_brightness(3), lcd.lcd_brightness(6), lcd.lcd_display_off(), quecstar.lcd()["on"], lcd.lcd_display_on())
for cmd, data in ((0x2A, (0, 4, 0, 5)), (0x2B, (0, 0, 0, 0)), (0x2C, (0x12, 0x34, 0x56, 0x78))):
    lcd.lcd_write_cmd(cmd, 1)
    for b in data:
        lcd.lcd_write_data(b, 1)
screen = quecstar.lcd()
print(screen["on"], screen["brightness"], screen["commands"][-4:], quecstar.lcd_pixels(4, 0, 2))
print(lcd.lcd_write_data(0x1234, 2), lcd.lcd_write_data(1, 9), quecstar.lcd_pixels(4, 0, 2))

with open("/usr/a.bin", "wb") as f:
    f.write(bytes([0x10, 16, 0, 2, 0, 1, 1, 0x1b, 0xaa, 0xbb, 0xcc, 0xdd]))
with open("/usr/raw.bin", "wb") as f:
    f.write(b"\x01\x00\x02\x00")
print(lcd.lcd_show("/usr/a.bin", 0, 3), quecstar.lcd_pixels(0, 3, 2), lcd.lcd_show("/usr/raw.bin", 0, 3, 1, 2), lcd.lcd_show("/usr/raw.bin", 0, 2, 1, 2), quecstar.lcd_pixels(0, 2, 1, 2))
print(lcd.lcd_show("/usr/none", 0, 0), lcd.lcd_show("/usr/raw.bin", 0, 0), lcd.lcd_show_jpg("/usr/raw.bin", 0, 0), quecstar.lcd_png()[:8])
