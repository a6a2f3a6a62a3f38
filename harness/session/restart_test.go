package session

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"quecstar/harness/event"
)

// TestRestart: a script that restarts its module begins again with the files that it left, which win over those
// beside it, and the surroundings of the bench go on.
func TestRestart(t *testing.T) {
	for _, device := range []string{"direct", "at:sim", "repl:sim"} {
		t.Run(device, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range map[string]string{
				"lib.py": "WHAT = 'old'\n", "gone.py": "", "main.star": "",
				"bench.toml": "[[action]]\npin_level = [6, 1]\n[[action]]\nafter = \"2500ms\"\npin_level = [7, 1]\nwait = true\n",
				"main.py": `
import uos
from machine import Pin
from misc import Power
import gone, lib
def put(name, text):
    with open(name, "w") as f:
        f.write(text)
print(lib.WHAT, Pin(Pin.GPIO6, Pin.IN).read(), uos.getcwd())
put("/usr/lib.py", "WHAT = 'new'\n")
put("/usr/main.py", '''
import lib, utime
from machine import Pin
try:
    import gone
except ImportError as e:
    print(e)
print(lib.WHAT, Pin(Pin.GPIO6, Pin.IN).read(), open("/usr/note.txt").read())
while not Pin(Pin.GPIO7, Pin.IN).read():
    utime.sleep_ms(10)
raise ValueError("here")
''')
put("/usr/note.txt", "kept")
uos.remove("/usr/gone.py")
Power.powerRestart()
`} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			s, err := New(context.Background(), Options{Script: filepath.Join(dir, "main.py"), Device: device, Stdout: &out,
				Stderr: &out, Env: func(string) string { return "" }})
			if err != nil {
				t.Fatal(err)
			}
			restarts := 0
			s.Events.Listen(func(e event.Event) {
				if e.Kind == event.Restart {
					restarts++
				}
			})
			err = s.Run(context.Background())
			if want := "old 1 /\nno module named 'gone'\nnew 1 kept\n"; out.String() != want || restarts != 1 {
				t.Errorf("printed %q, want %q; %d restarts", out.String(), want, restarts)
			}
			if err == nil || err.Error() != "ValueError: here" {
				t.Errorf("the run ended with %v", err)
			}
		})
	}
}
