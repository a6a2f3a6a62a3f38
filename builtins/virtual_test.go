package builtins_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"quecstar/builtins"
	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/virtual"
	"quecstar/harness/wire"
)

// hung is how long a script may take in virtual time until something holds its clock up.
const hung = 2 * time.Minute

// TestScriptsInVirtualTime runs the scripts of TestScripts in a bubble each.
func TestScriptsInVirtualTime(t *testing.T) {
	for _, ext := range []string{"py", "star"} {
		scripts, err := filepath.Glob("*/testdata/*." + ext)
		if err != nil || len(scripts) == 0 {
			t.Fatalf("scripts that end in .%s: %d, error %v", ext, len(scripts), err)
		}
		for _, path := range scripts {
			folder, _, _ := strings.Cut(filepath.ToSlash(path), "/")
			t.Run(folder+"/"+filepath.Base(path), func(t *testing.T) {
				inVirtualTime(t, func() { goldenInMemory(t, folder, path) })
			})
		}
	}
}

// goldenInMemory runs a script over a network in memory, with its broker.
func goldenInMemory(t *testing.T, folder, path string) {
	var o scripttest.Options
	network := wire.NewMemory(wire.Options{Latency: 20 * time.Millisecond})
	switch name := filepath.Base(path); {
	case folder == "mqtt", folder == "umqtt":
		l, err := network.Listen(context.Background(), "tcp", ":0")
		if err != nil {
			t.Error(err)
			return
		}
		broker := brokertest.ServeMochi(t, l, brokerRules(name))
		defer broker.Close()
		o.Args = []string{strconv.Itoa(broker.Port)}
	case setUps[folder] != nil:
		o = setUps[folder](t, name)
	}
	o.Modules, o.StepTime, o.Network = builtins.All(), time.Microsecond, network.Link("device")
	compare(t, path, scripttest.Run(t, path, o))
}

// inVirtualTime runs f in a bubble, and tells where everything stands if its clock does.
func inVirtualTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- virtual.Run(time.Date(2026, 5, 17, 8, 30, 15, 0, time.UTC), f) }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(hung):
		stacks := make([]byte, 1<<20)
		t.Fatalf("the clock of the bubble stands:\n%s", stacks[:runtime.Stack(stacks, true)])
	}
}
