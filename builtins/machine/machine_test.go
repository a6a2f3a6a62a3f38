package machine

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func run(t *testing.T, name, text string, settings script.Settings) scripttest.Result {
	t.Helper()
	return scripttest.Source(t, name, text, scripttest.Options{Modules: []*script.Module{Module(), WDTModule()}, Settings: settings})
}

// A callback hears of what comes, on a loopback of what was written.
func TestCallback(t *testing.T) {
	r := run(t, "u.py", `
from machine import UART
got = b""
def on_data(args):
    global got
    got += u.read(args[2])
    assert args[0] == 0 and args[1] == 2, args
u = UART(UART.UART2, 9600, 8, 0, 1, 0)
print(u.set_callback(on_data))
for part in ("one ", b"two ", bytearray(b"three")):
    u.write(part)
while len(got) < 13:
    pass
print(got, u.set_callback(None), u.any())
`, script.Settings{})
	if r.Err != nil || r.Stdout != "0\nb'one two three' 0 0\n" {
		t.Errorf("printed %q, error %v, stderr %s", r.Stdout, r.Err, r.Stderr)
	}
}

func TestSettings(t *testing.T) {
	r := run(t, "u.star", "machine.UART(1)", script.Settings{UART: map[string]string{"1": "/no/such/port"}})
	if r.Err == nil || !strings.Contains(r.Err.Error(), "/no/such/port") {
		t.Errorf("missing port: %v", r.Err)
	}
}

// A port keeps the newest bytes of a peer that sends more than the script reads.
func TestBufferIsBounded(t *testing.T) {
	r := run(t, "u.star", "u = machine.UART(2)\nfor i in range(10): u.write('x' * 10000)\nu.write('end')\nprint(u.any(), len(u.read(65533)), u.read(9))", script.Settings{})
	if r.Err != nil || r.Stdout != "65536 65533 end\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}

// Nobody feeds the watchdog: the run ends, and an event says why.
func TestWatchdog(t *testing.T) {
	for _, dog := range []string{"WDT(0.01)", "WDT(60).stop()\nWDT(0.01)", "import WDT as dog\nw = WDT(0.01)\ndog.feed()"} {
		expectHunger(t, dog)
	}
}

func expectHunger(t *testing.T, dog string) {
	t.Helper()
	r := run(t, "w.py", "from machine import WDT\n"+dog+"\nwhile True:\n    pass\n", script.Settings{})
	if r.Err == nil {
		t.Fatal("the run did not end with an error")
	}
	all, _ := r.Events.Since(0)
	for _, e := range all {
		if e.Kind == "watchdog" {
			return
		}
	}
	t.Error("no event of the watchdog")
}

// A JPEG picture lands where it belongs, and the picture of the display shows it.
func TestJPEG(t *testing.T) {
	dir := t.TempDir()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{R: 255, A: 255}), image.Point{}, draw.Src)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	source := `
from machine import LCD
import quecstar
lcd = LCD()
lcd.lcd_init(b"\0\0\x01", 20, 10, 13000, 1, 4, 0, b"\0\0\x2c", None, None, None)
print(lcd.lcd_show_jpg("/usr/red.jpg", 5, 1), lcd.lcd_show_jpg("/usr/red.jpg", 15, 1))
with open("/usr/screen.png", "wb") as f:
    f.write(quecstar.lcd_png())
`
	for name, text := range map[string][]byte{"red.jpg": file.Bytes(), "l.py": []byte(source)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree := t.TempDir()
	r := scripttest.Run(t, filepath.Join(dir, "l.py"), scripttest.Options{Settings: script.Settings{Files: tree},
		Modules: []*script.Module{Module(), uio.Module(), script.ControlModule(Module())}})
	if r.Err != nil || r.Stdout != "0 -1\n" {
		t.Fatalf("printed %q, error %v", r.Stdout, r.Err)
	}
	f, err := os.Open(filepath.Join(tree, "usr", "screen.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	screen, err := png.Decode(f)
	if err != nil || screen.Bounds() != image.Rect(0, 0, 20, 10) {
		t.Fatalf("a picture of %v, %v", screen, err)
	}
	for point, red := range map[image.Point]bool{{X: 5, Y: 1}: true, {X: 12, Y: 8}: true, {X: 4, Y: 1}: false, {X: 13, Y: 8}: false} {
		if r, _, _, _ := screen.At(point.X, point.Y).RGBA(); (r > 0xf000) != red {
			t.Errorf("red at %v is %#x", point, r)
		}
	}
}
