import framebuf
from array import array

FORMATS = ("MONO_VLSB", "MONO_HLSB", "MONO_HMSB", "GS2_HMSB", "GS4_HMSB", "GS8", "RGB565")


def show(f, w, h):
    for y in range(h):
        print("".join(".#"[f.pixel(x, y) != 0] for x in range(w)))


# Every format draws the same pixels.
first = None
for name in FORMATS:
    buf = bytearray(24 * 16 * 2)
    f = framebuf.FrameBuffer(buf, 24, 16, getattr(framebuf, name))
    f.text("Hi", 1, 1)
    f.hline(0, 15, 24, 1)
    f.vline(23, 0, 99, 1)
    f.line(-5, 20, 30, -3, 1)
    f.line(20000, 12, -20000, 12, 1)
    f.rect(17, 1, 5, 5, 1)
    f.rect(18, 9, 3, 3, 1, True)
    f.ellipse(8, 11, 5, 3, 1, False, 0b0111)
    f.poly(11, 0, array("h", [0, 0, 4, 2, 0, 4]), 1, True)
    drawn = [f.pixel(x, y) for x in range(24) for y in range(16)]
    if first is None:
        first = drawn
        show(f, 24, 16)
    print(name, drawn == first, len(memoryview(f)), bytes(f)[:6])

f.scroll(-2, 3)
show(f, 24, 16)

# What a pixel keeps of a color; outside there is none.
for name in FORMATS:
    f = framebuf.FrameBuffer(bytearray(64), 4, 4, getattr(framebuf, name))
    f.pixel(1, 1, 0x12345)
    print(name, hex(f.pixel(1, 1)), f.pixel(4, 0), f.pixel(-1, 0))

# A picture onto another, with a color that is left out, and through a palette.
f = framebuf.FrameBuffer(bytearray(16), 4, 4, framebuf.GS8)
f.fill(9)
icon = (b"\x00\x01\x02\x03", 2, 2, framebuf.GS8)
f.blit(icon, 0, 0)
f.blit(icon, 3, 3, 0)
f.blit(icon, 2, 0, 7, (b"\x05\x06\x07\x08", 4, 1, framebuf.GS8))
print(bytes(f))
memoryview(f)[0] = 77
print(f.pixel(0, 0))


class Display(framebuf.FrameBuffer):
    def __init__(self, w, h):
        self.size = w * h
        super().__init__(bytearray(w * h // 8), w, h, framebuf.MONO_HLSB)

    def all(self):
        self.fill(1)


d = Display(16, 2)
d.all()
print(bytes(d), d.size, isinstance(d, framebuf.FrameBuffer))
print(framebuf.FrameBuffer1(bytearray(4), 4, 8))

B = framebuf.FrameBuffer
for bad in (
    lambda: B(b"1234", 4, 4, framebuf.GS8),
    lambda: B(bytearray(15), 4, 4, framebuf.GS8),
    lambda: B(bytearray(16), 4, 4, framebuf.GS8, 3),
    lambda: B(bytearray(16), 4, 4, 9),
    lambda: B(bytearray(16), 4),
    lambda: d.fill("a"),
    lambda: d.fill(c=1),
    lambda: d.hline(0, 0, 1 << 40, 1),
    lambda: d.blit(None, 0, 0),
    lambda: d.blit((b"", 1, 1), 0, 0),
    lambda: d.poly(0, 0, [1, 2], 1),
    lambda: d.text(5, 0, 0),
):
    try:
        bad()
    except Exception as e:
        print(repr(e))
