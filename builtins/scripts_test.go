package builtins_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/builtins"
	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/script"
)

var update = flag.Bool("update", false, "write the golden files of the scripts")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setUps is what the scripts of a folder need beyond every module and a direct device; name is the
// script's.
var setUps = map[string]func(t *testing.T, name string) scripttest.Options{
	"atcmd":    at(time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC)),
	"gnss":     at(time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC)),
	"mqtt":     withBroker,
	"net":      at(time.Unix(1606356805, 0)),
	"quecgnss": at(time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC)),
	"sms":      at(time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC)),
	"umqtt":    withBroker,
}

// at has the device live at a time that stands still, which the script prints.
func at(now time.Time) func(*testing.T, string) scripttest.Options {
	return func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Now: func() time.Time { return now }}
	}
}

// withBroker starts a broker, whose port is the script's first argument. It refuses a subscription to
// foreign/#, and greets a pushed… script with a message that was not subscribed to.
func withBroker(t *testing.T, name string) scripttest.Options {
	return scripttest.Options{Args: []string{strconv.Itoa(brokertest.StartMochi(t, brokerRules(name)).Port)}}
}

func brokerRules(name string) brokertest.Rules {
	rules := brokertest.Rules{RefuseFilter: "foreign/#"}
	if strings.HasPrefix(name, "pushed") {
		rules.Greet = &brokertest.Greeting{Topic: "$oc/devices/d/sys/messages/down", Payload: "hi"}
	}
	return rules
}

// Every script of a module's testdata folder prints what the file of the same name that ends in .out
// says; -update writes that. A script that fails has the last line of its error behind its output.
// `go test ./builtins -run Scripts/umqtt` runs those of one module.
func TestScripts(t *testing.T) {
	ran := map[string]bool{}
	for _, ext := range []string{"py", "star"} {
		scripts, err := filepath.Glob("*/testdata/*." + ext)
		if err != nil || len(scripts) == 0 {
			t.Fatalf("scripts that end in .%s: %d, error %v", ext, len(scripts), err)
		}
		for _, path := range scripts {
			folder, _, _ := strings.Cut(filepath.ToSlash(path), "/")
			ran[folder] = true
			t.Run(folder+"/"+filepath.Base(path), func(t *testing.T) {
				t.Parallel()
				golden(t, folder, path)
			})
		}
	}
	for folder := range setUps {
		if !ran[folder] {
			t.Errorf("no script in %s/testdata, which has a set-up", folder)
		}
	}
}

func golden(t *testing.T, folder, path string) {
	var o scripttest.Options
	if setUp := setUps[folder]; setUp != nil {
		o = setUp(t, filepath.Base(path))
	}
	o.Modules = builtins.All()
	compare(t, path, scripttest.Run(t, path, o))
}

// compare compares what a script did with its golden file.
func compare(t *testing.T, path string, r scripttest.Result) {
	got := r.Stdout
	if r.Err != nil {
		lines := strings.Split(strings.TrimSpace(r.Err.Error()), "\n")
		got += "! " + lines[len(lines)-1] + "\n"
	}
	want := path + ".out"
	if *update {
		if err := os.WriteFile(want, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(text) {
		t.Errorf("%s printed\n%s\nwant\n%s\nstderr\n%s%s", path, got, text, r.Stderr, script.Traceback(r.Err))
	}
}
