package script

import (
	"path/filepath"
	"strings"
	"testing"

	"quecstar/harness/event"
)

// TestStandIn: a repository that is cloned under another name answers for the folder that its scripts
// speak of; a folder of that name goes first, and a name that nothing has stays an error.
func TestStandIn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cloned", "demo")
	for name, text := range map[string]string{
		"../logging.py": "from usr.modules.common import level\nname = 'logging'\n", "../common.py": "level = 3\n",
		"../drivers/led.py": "colour = 'green'\n", "drivers/buzzer.py": "pitch = 440\n", "drivers/led.py": "colour = 'red'\n",
		"main.py": `
from usr.modules.logging import name
from usr.modules import common, logging
import usr.modules.common as c
from usr.drivers.led import colour
from usr.drivers import buzzer
print(name, common.level, c is common, logging.level, colour, buzzer.pitch)
for bad in ("import usr.modules.nosuch", "from usr.modules import nosuch", "import usr.nosuch", "from usr.drivers import common",
            "from usr.nosuch import nothing"):
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
		"can't import name 'common' from 'usr.drivers'\nno module named 'usr.nosuch'\n"
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
