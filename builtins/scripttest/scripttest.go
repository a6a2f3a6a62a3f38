// Package scripttest runs scripts for the tests of builtins, with the modules under test and a direct
// device. The scripts in the builtins' testdata folders are run by the test of package builtins.
package scripttest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/wire"
)

// Options says what a script runs with.
type Options struct {
	// Modules are what the script can import.
	Modules []*script.Module
	// Device is the script's device; a direct one with all defaults when nil.
	Device device.Device
	// Args are sys.argv behind the script's name.
	Args []string
	// Settings are those of script.Options.
	Settings script.Settings
	// Context ends the run from outside; nil for none.
	Context context.Context
	// Events takes the run's events; a new stream when nil.
	Events *event.Stream
	// StepLimit ends the script after so many steps; 0 means none.
	StepLimit uint64
	// Now is the time that a default device lives in; the host's when nil.
	Now func() time.Time
	// Network is what a default device reaches; this host's when nil.
	Network wire.Network
	// StepTime is that of script.Options.
	StepTime time.Duration
}

// Result is what a run left behind.
type Result struct {
	Stdout, Stderr string
	Events         *event.Stream
	Err            error
}

// limit bounds a run; it is reached only when a test fails.
const limit = 60 * time.Second

// errLimit is why a run ended that took too long.
var errLimit = errors.New("the test's own time limit passed")

// Run runs the script at path to its end.
func Run(t testing.TB, path string, o Options) Result {
	t.Helper()
	if o.Context == nil {
		o.Context = context.Background()
	}
	if o.Events == nil {
		o.Events = &event.Stream{}
	}
	if o.Device == nil {
		d, err := direct.New(direct.Config{}, direct.Options{Events: o.Events.Emit, Now: o.Now, Network: o.Network})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		o.Device = d
	}
	var out, errs buffer
	catalog, err := script.NewCatalog(o.Modules)
	if err != nil {
		t.Fatal(err)
	}
	in := script.New(script.Options{Catalog: catalog, Device: o.Device, Settings: o.Settings, Args: o.Args,
		Events: o.Events, Stdout: &out, Stderr: &errs, StepLimit: o.StepLimit, StepTime: o.StepTime})
	ctx, cancel := context.WithTimeoutCause(o.Context, limit, errLimit)
	defer cancel()
	err = in.Run(ctx, path)
	return Result{Stdout: out.String(), Stderr: errs.String(), Events: o.Events, Err: err}
}

// Source runs a script that is given as text; name ends in .py or .star.
func Source(t testing.TB, name, text string, o Options) Result {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Run(t, path, o)
}

// buffer is a buffer that goroutines share.
type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
