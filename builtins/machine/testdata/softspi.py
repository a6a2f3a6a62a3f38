from machine import SoftSPI
s = SoftSPI(1, 2, 3, 4, SoftSPI.WIRE_4, 1, 0, SoftSPI.HIGH)
got = bytearray(3)
print(s.write(b"abcd", 3), s.read(got, 2), got, s.write_read(got, b"xyz", 3), got)
three = SoftSPI(5, 6, 7, wire_type=SoftSPI.WIRE_3)
print(three.write(b"1", 1), three.read(got, 1), got)
deaf = SoftSPI(8, 9, 10)
print(deaf.write(b"2", 1), deaf.read(got, 1), deaf.write_read(got, b"3", 1), got)
for bad in (lambda: SoftSPI(99, 1, 2), lambda: SoftSPI(1, 2, 3, mode=4), lambda: s.write(5, 1), lambda: s.read(b"x", 1)):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
