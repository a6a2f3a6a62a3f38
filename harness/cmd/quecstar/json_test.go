package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"quecstar/harness/report"
	"quecstar/harness/schematest"
)

// endings are command lines, most of which fail, in a folder with the files of endingFiles.
var endings = []struct {
	name, args string
	status     int
	want       string // in the stream
	signals    []os.Signal
}{
	{"passes", "run --json prints.py", 0, `"payload":"one\n"`, nil},
	{"prints no text", "run --json bytes.py", 0, `"payload":"/w==","encoding":"base64"`, nil},
	{"prints to standard error", "run --json stderr.py", 0, `"kind":"error_output","payload":"a half`, nil},
	{"prints on at:sim", "run --json --device at:sim prints.py", 0, `"payload":"one\n"`, nil},
	{"prints on repl:sim", "run --json --device repl:sim prints.py", 0, `"payload":"one\n"`, nil},
	{"prints on the module", "run --json --device repl:sim --remote prints.py", 0, `"payload":"one`, nil},
	{"quiet", "run --json -q prints.py", 0, `"payload":"one\n"`, nil},
	{"calls", "run --json --trace-calls prints.py", 0, `"kind":"call"`, nil},
	{"an unsimulated part", "run --json unsimulated.py", 0, `"kind":"not_simulated"`, nil},

	{"raises", "run --json raises.py", 1, `"text":"ValueError: no","traceback":"Traceback (most recent call last):\n  File \"raises.py\", line 2`, nil},
	{"raises in Starlark", "run --json raises.star", 1, `"kind":"failure","text":"Error: fail: no","traceback":"Traceback`, nil},
	{"raises in a thread", "run --json thread.py", 0, `ZeroDivisionError`, nil},
	{"raises on the module", "run --json --device repl:sim --remote raises.py", 1, `"text":"ValueError: no","traceback":"Traceback`, nil},
	{"a file that is not there", "run --json file.py", 1, `put it beside the script`, nil},
	{"exits", "run --json exits.py", 3, `"status":3`, nil},
	{"exits on the module", "run --json --device repl:sim --remote exits.py", 3, `"status":3`, nil},

	{"no script", "run --json", 2, "wants a script", nil},
	{"missing script", "run --json none.py", 2, "none.py: no such file", nil},
	{"missing script on the module", "run --json --device repl:sim --remote none.py", 2, "none.py: no such file", nil},
	{"a folder", "run --json .", 2, "is a folder", nil},
	{"no script's name", "run --json notes.txt", 2, "a script ends in .py", nil},
	{"syntax error", "run --json syntax.py", 2, "syntax.py:1:", nil},
	{"syntax error in Starlark", "run --json syntax.star", 2, "syntax.star:1:", nil},
	{"refused by the compiler", "run --json lambdas.py", 2, "a lambda of this kind", nil},
	{"unknown flag", "run --nonsense --json prints.py", 2, "unknown flag: --nonsense", nil},
	{"wrong value of a flag", "run --timeout soon --json prints.py", 2, "is no duration", nil},
	{"unknown device", "run --json --device teapot prints.py", 2, "no such kind of device", nil},
	{"wrong command", "run --json --command x=5 prints.py", 2, "must be a JSON object", nil},
	{"wrong bench", "run --json --bench wrong.toml prints.py", 2, "wrong.toml:2: unknown key", nil},
	{"missing bench", "run --json --bench none.toml prints.py", 2, "no such bench file", nil},
	{"a tape in no folder", "run --json --record none/x.tape prints.py", 2, "--record", nil},
	{"flags behind the script", "run --json prints.py --timeout 5", 0, "--timeout stands behind prints.py", nil},

	{"no port", "run --json --device at:/dev/no-such-port prints.py", 4, "is not there", nil},
	{"no broker", "run --json --live connects.py", 4, "127.0.0.1:1", nil},
	{"deadline", "run --json --timeout 0.2 loops.py", 3, "the deadline passed: 200ms", nil},
	{"deadline in Starlark", "run --json --timeout 0.2 loops.star", 3, "the deadline passed: 200ms", nil},
	{"deadline in a wait", "run --json --timeout 0.2 sleeps.py", 3, "the deadline passed: 200ms", nil},
	{"deadline on the module", "run --json --timeout 1 --device repl:sim --remote sleeps.py", 3, "the deadline passed: 1s", nil},
	{"too many steps", "run --json --steps 1000 loops.py", 1, "step limit", nil},
	{"too much memory", "run --json --bench small.toml grows.py", 1, "memory limit", nil},
	{"Ctrl-C", "run --json sleeps.py", interruptedStatus, "KeyboardInterrupt", []os.Signal{os.Interrupt}},
	{"Ctrl-C in Starlark", "run --json loops.star", interruptedStatus, "interrupted", []os.Signal{os.Interrupt}},
	{"Ctrl-C on the module", "run --json --device repl:sim --remote sleeps.py", interruptedStatus, "interrupted", []os.Signal{os.Interrupt}},
	{"SIGTERM", "run --json loops.py", interruptedStatus, "interrupted", []os.Signal{syscall.SIGTERM}},

	{"compare: they agree", "run --json --compare direct at:sim prints.py", 0, "running on at:sim", nil},
	{"compare: they differ", "run --json --compare direct at:sim differs.py", 1, "the devices differ", nil},
	{"compare: both raise", "run --json --compare direct at:sim raises.py", 1, "failed alike", nil},
	{"compare: missing script", "run --compare direct at:sim --json none.py", 2, "no such file", nil},
	{"compare: unknown flag", "run --compare direct at:sim --nonsense --json none.py", 2, "unknown flag", nil},

	{"cloud: unknown flag", "cloud --json --nonsense", 2, "unknown flag", nil},
	{"cloud: wrong bench", "cloud --json --bench wrong.toml", 2, "unknown key", nil},
	{"cloud: wrong device", "cloud --json --mqtt 127.0.0.1:0 --api= --device a#b", 2, "a character that topics cannot have", nil},
	{"cloud: wrong address", "cloud --json --mqtt 127.0.0.1:x", 2, "--mqtt 127.0.0.1:x", nil},
	{"cloud: Ctrl-C", "cloud --json --mqtt 127.0.0.1:0 --api=", 0, `"status":0`, []os.Signal{os.Interrupt}},
	{"sim: wrong bench", "sim --json --bench wrong.toml", 2, "unknown key", nil},
	{"sim: wrong address", "sim --json --tcp-at 127.0.0.1:x", 2, "127.0.0.1:x", nil},
	{"sim: Ctrl-C", "sim --json", 0, `"status":0`, []os.Signal{os.Interrupt}},
	{"check: findings", "check --json lambdas.py", 1, "1 file, 1 finding", nil},
	{"check: missing file", "check --json prints.py none.py", 2, "none.py", nil},
	{"ports: argument", "ports --json x", 2, "takes no argument", nil},
}

var endingFiles = map[string]string{
	"prints.py":      "import modem\nprint('one')\nmodem.getDevImei()\nprint('a half', end='')\n",
	"bytes.py":       "import usys\nusys.stdout.buffer.write(b'\\xff')\n",
	"stderr.py":      "import usys\nusys.stderr.write('a half')\n",
	"raises.py":      "print('one')\nraise ValueError('no')\n",
	"raises.star":    "print('one')\nfail('no')\n",
	"thread.py":      "import _thread\n_thread.start_new_thread(lambda: 1 // 0, ())\n",
	"file.py":        "open('usr/data.json')\n",
	"exits.py":       "import usys\nprint('one')\nusys.exit(3)\n",
	"syntax.py":      "x = = 1\n",
	"syntax.star":    "x = = 1\n",
	"lambdas.py":     "x = lambda: lambda: (yield)\n",
	"notes.txt":      "\n",
	"connects.py":    "from umqtt import MQTTClient\nMQTTClient('c', '127.0.0.1', 1, keepalive=60).connect()\n",
	"loops.py":       "print('begin')\nwhile True: pass\n",
	"loops.star":     "print('begin')\nwhile True: pass\n",
	"sleeps.py":      "import utime\nprint('begin', 100 * '.')\nutime.sleep(100)\n",
	"grows.py":       "x = []\nwhile True: x.append([0] * 1000)\n",
	"differs.py":     "import net\nprint(net.getConfig())\n",
	"unsimulated.py": "import quecIot\nquecIot.otaRequest(0)\n",
	"wrong.toml":     "[device]\nimie = '1'\n",
	"small.toml":     "[limits]\nmemory_mb = 60\n",
}

// TestEveryLineIsJSON: with --json every line of standard error is an event of the schema, however the run
// ends; the last has the exit status, and together they hold all that the script printed.
func TestEveryLineIsJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range endingFiles {
		writeFile(t, name, text)
	}
	for _, tt := range endings {
		t.Run(tt.name, func(t *testing.T) {
			args := strings.Fields(tt.args)
			c := launch(args...)
			for _, s := range tt.signals {
				c.awaitBegin(t)
				c.signals <- s
			}
			status := c.wait(t, c.status)
			last, printed := conforms(t, c.err.String())
			if status != tt.status || last.Kind != "exit" || last.Status == nil || *last.Status != status {
				t.Errorf("exit status %d, want %d; the last line is %+v", status, tt.status, last)
			}
			if !strings.Contains(c.err.String(), tt.want) {
				t.Errorf("no %q in\n%s", tt.want, c.err)
			}
			if args[0] == "run" && !slices.Contains(args, "--compare") && printed != c.out.String() {
				t.Errorf("the events have %q, standard output %q", printed, c.out)
			}
		})
	}
}

// awaitBegin waits until the command has said something.
func (c *child) awaitBegin(t *testing.T) {
	t.Helper()
	deadline := time.After(patience)
	for c.out.String() == "" {
		select {
		case <-c.out.grew:
		case <-deadline:
			t.Fatal("it says nothing")
		}
	}
}

// TestSecondInterruptEndsWithAWholeLine: nothing comes behind the exit event of a process that is ended at
// once.
func TestSecondInterruptEndsWithAWholeLine(t *testing.T) {
	c := launch("run", "--json", "--timeout", "5", file(t, "x.py",
		"print('begin')\nn = 0\nwhile n < 3:\n    try:\n        while True: print('x' * 100)\n    except KeyboardInterrupt: n += 1\n"))
	c.out.await(t, "begin")
	c.signals <- os.Interrupt
	c.signals <- os.Interrupt
	if status := c.wait(t, c.exited); status != interruptedStatus {
		t.Errorf("exit status %d", status)
	}
	ended := c.err.String() // the process would be gone here; in the test it goes on
	if last, _ := conforms(t, ended); last.Kind != "exit" || *last.Status != interruptedStatus {
		t.Errorf("the last line is %+v", last)
	}
	c.signals <- os.Interrupt
	c.wait(t, c.status)
	if c.err.String() != ended {
		t.Error("there is more behind the exit event")
	}
}

// conforms checks each line against the schema, and returns the last of them and what the script printed.
func conforms(t *testing.T, text string) (last report.Line, printed string) {
	t.Helper()
	if !strings.HasSuffix(text, "\n") {
		t.Errorf("the stream ends in half a line: %q", text)
	}
	for line := range strings.Lines(text) {
		schematest.Fits(t, report.Schema, line)
		last = report.Line{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Error(err)
		}
		if last.Kind == "output" {
			printed += payload(t, last)
		}
	}
	return last, printed
}

func payload(t *testing.T, l report.Line) string {
	if l.Encoding != "base64" {
		return *l.Payload
	}
	b, err := base64.StdEncoding.DecodeString(*l.Payload)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}
