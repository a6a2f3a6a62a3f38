import qrcode
print(qrcode.show("https://example.org", 2, 10, 10, 0xFFFF, 0), qrcode.show("", 2, 0, 0), qrcode.show("x" * 3000, 2, 0, 0), qrcode.show("x", 7, 0, 0), qrcode.show("x", 1, -1, 0))
