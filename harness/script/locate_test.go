package script

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quecstar/harness/event"
)

// TestStandIn: a repository that is cloned under another name answers for the folder that its scripts
// speak of; a folder of that name goes first, and a name that nothing has stays an error.
func TestStandIn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cloned", "demo")
	for name, text := range map[string]string{
		"../logging.py": "from usr.modules.common import level\nname = 'logging'\n", "../common.py": "level = 3\n", "../Sensor.py": "class Sensor:\n    pass\n",
		"../drivers/led.py": "colour = 'green'\n", "drivers/buzzer.py": "pitch = 440\n", "drivers/led.py": "colour = 'red'\n",
		"main.py": `
from usr.modules.logging import name
from usr.modules import common, logging
import usr.modules.common as c
from usr.drivers.led import colour
from usr.drivers import buzzer
print(name, common.level, c is common, logging.level, colour, buzzer.pitch)
for bad in ("import usr.modules.nosuch", "from usr.modules import nosuch", "import usr.nosuch", "from usr.drivers import common",
            "from usr.nosuch import nothing", "from usr.sensor_drv import Sensor"):
    try:
        exec(bad)
        print(bad, "works")
    except ImportError as e:
        print(e)
`} {
		write(t, filepath.Join(dir, name), text)
	}
	events := &event.Stream{}
	out, _, err := runFile(t, filepath.Join(dir, "main.py"), Options{Events: events}, nil)
	if err != nil {
		t.Fatal(Traceback(err))
	}
	want := "logging 3 True 3 red 440\nno module named 'usr.modules.nosuch'\ncan't import name 'nosuch' from 'usr.modules'\nno module named 'usr.nosuch'\n" +
		"can't import name 'common' from 'usr.drivers'\nno module named 'usr.nosuch'\nno module named 'usr.sensor_drv'\n"
	if out != want {
		t.Errorf("printed\n%s\nwant\n%s", out, want)
	}
	var said []string
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Note {
			said = append(said, e.Text)
		}
	}
	if len(said) != 1 || !strings.Contains(said[0], "usr.modules is taken to be "+filepath.Dir(dir)) {
		t.Errorf("said %q", said)
	}
}

// TestAside: a demonstration finds the library that lies in a folder beside it, and a script the one
// beneath; not when two folders have it, and not beside a folder of any name.
func TestAside(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a", "b") // a script looks up to two folders above its own
	for name, text := range map[string]string{
		"demo/main.py": "import usr.lib as lib\nfrom usr.lib import x\nfrom usr import low\nprint(lib.x, x, low.y)\n" +
			"try:\n    import usr.twice\nexcept ImportError as e:\n    print(e)\n",
		"src/lib.py": "from usr import more\nx = more.x\n", "src/more.py": "x = 'src'\n", "demo/deep/low.py": "y = 'deep'\n",
		"src/twice.py": "", "old/twice.py": "", "other/main.py": "import usr.lib\n", "main.py": "import usr.lib\nprint(usr.lib.x)\n",
	} {
		write(t, filepath.Join(root, name), text)
	}
	events := &event.Stream{}
	out, _, err := runFile(t, filepath.Join(root, "demo/main.py"), Options{Events: events}, nil)
	if want := "src src deep\nno module named 'usr.twice'\n"; err != nil || out != want {
		t.Errorf("printed %q, want %q; error %v", out, want, err)
	}
	var said []string
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Note {
			said = append(said, strings.ReplaceAll(e.Text, root, "ROOT"))
		}
	}
	want := []string{"usr.lib is not beside the script: it is taken from ROOT/src", "usr.low is not beside the script: it is taken from ROOT/demo/deep"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	if out, _, err := runFile(t, filepath.Join(root, "main.py"), Options{}, nil); err != nil || out != "src\n" {
		t.Errorf("above the folders: printed %q, error %v", out, err)
	}
	if _, _, err := runFile(t, filepath.Join(root, "other/main.py"), Options{}, nil); err == nil {
		t.Error("a folder that is no demonstration's has its neighbours as /usr")
	}
}
