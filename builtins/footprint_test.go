package builtins_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"quecstar/builtins"
	"quecstar/harness/cloud/plain"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// idle is a script that has opened umqtt and waits; connected holds a connection to a broker, too.
const (
	idle      = "import umqtt, utime\nprint('ready')\nutime.sleep(1000)\n"
	connected = `
from umqtt import MQTTClient
import utime, usys
c = MQTTClient("device" + usys.argv[1], "broker.example", 1883, keepalive=300)
c.set_callback(lambda topic, msg: None)
c.connect()
c.subscribe("to/" + usys.argv[1])
c.publish("from/" + usys.argv[1], b"hello")
print("ready")
while True:
    c.wait_msg()
`
)

// live are scripts that run at the same time in this process, each with a device of its own.
type live struct {
	cancel context.CancelFunc
	runs   sync.WaitGroup
}

// begin starts n scripts and waits until each has printed.
func begin(t testing.TB, n int, text, broker string) *live {
	t.Helper()
	path := filepath.Join(t.TempDir(), "idle.py")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l := &live{cancel: cancel}
	ready := make(chan struct{}, n)
	for i := range n {
		in := newSession(t, i, broker, printing(ready))
		l.runs.Go(func() {
			if err := in.Run(ctx, path); !errors.Is(err, context.Canceled) {
				t.Errorf("the script ended by itself: %v", err)
				ready <- struct{}{}
			}
		})
	}
	for range n {
		<-ready
	}
	return l
}

// newSession is an interpreter with everything that scripts see, and a device whose hosts are broker.
func newSession(t testing.TB, i int, broker string, stdout io.Writer) *script.Interp {
	t.Helper()
	events := &event.Stream{}
	d, err := direct.New(direct.Config{}, direct.Options{Events: events.Emit,
		Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
			return direct.Endpoint{Addr: broker}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	in := script.New(script.Options{Catalog: builtins.Catalog(), Device: d, Events: events, Stdout: stdout,
		Args: []string{fmt.Sprint(i)}})
	in.OnClose(d)
	return in
}

func (l *live) end() { l.cancel(); l.runs.Wait() }

// printing tells that something was printed.
type printing chan<- struct{}

func (p printing) Write(b []byte) (int, error) { p <- struct{}{}; return len(b), nil }

// heap is how many bytes are in use behind a collection: of the heap, and of stacks.
func heap() (objects, stacks uint64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, m.StackInuse
}

// footprint is what each of n live sessions of a script holds, in bytes.
func footprint(t testing.TB, n int, text string) (objects, stacks float64) {
	t.Helper()
	broker, err := plain.Start(plain.Options{Events: func(event.Event) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer broker.Close()
	begin(t, 1, text, broker.Addr()).end() // what the process has once
	h0, s0 := heap()
	l := begin(t, n, text, broker.Addr())
	h1, s1 := heap()
	l.end()
	return float64(int64(h1-h0)) / float64(n), float64(int64(s1-s0)) / float64(n)
}

// BenchmarkSession measures what a live script costs: B/session on the heap, stack-B/session beside it.
func BenchmarkSession(b *testing.B) {
	for name, text := range map[string]string{"idle": idle, "connected": connected} {
		b.Run(name, func(b *testing.B) {
			var objects, stacks float64
			for b.Loop() {
				objects, stacks = footprint(b, 200, text)
			}
			b.ReportMetric(objects, "B/session")
			b.ReportMetric(stacks, "stack-B/session")
		})
	}
}

// BenchmarkNew makes interpreters.
func BenchmarkNew(b *testing.B) {
	builtins.Catalog() // which the process has once
	b.ReportAllocs()
	for b.Loop() {
		script.New(script.Options{Catalog: builtins.Catalog()})
	}
}

// TestFootprint holds what a live script costs on the heap: with umqtt imported, and connected with the
// client and the broker's side of it.
func TestFootprint(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		most       float64 // bytes
	}{{"idle", idle, 100_000}, {"connected", connected, 150_000}} {
		t.Run(tt.name, func(t *testing.T) {
			objects, stacks := footprint(t, 100, tt.text)
			t.Logf("%.0f bytes on the heap a session, %.0f of stacks", objects, stacks)
			if objects > tt.most || objects < 1000 {
				t.Errorf("a session holds %.0f bytes on the heap, which should be at most %.0f and more than nothing", objects, tt.most)
			}
		})
	}
}

// Any number of interpreters open the same modules of one catalog at the same time.
func TestCatalogIsShared(t *testing.T) {
	var names []string
	for _, m := range builtins.All() {
		if m.Lang&script.Python != 0 || m.Lang == 0 {
			names = append(names, m.Name)
		}
	}
	var text strings.Builder
	for _, name := range names {
		// Every attribute is looked up, which opens what is prepared on first use.
		fmt.Fprintf(&text, "import %s\nfor name in dir(%[1]s):\n    dir(getattr(%[1]s, name))\n", name)
	}
	path := filepath.Join(t.TempDir(), "opens.py")
	if err := os.WriteFile(path, []byte(text.String()+"print('opened')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var runs sync.WaitGroup
	start := make(chan struct{})
	for i := range 16 {
		opened := make(chan struct{}, 16)
		in := newSession(t, i, "", printing(opened))
		runs.Go(func() {
			<-start
			if err := in.Run(t.Context(), path); err != nil || len(opened) == 0 {
				t.Errorf("run %d: printed %v, error %v\n%s", i, len(opened) > 0, err, script.Traceback(err))
			}
		})
	}
	close(start)
	runs.Wait()
}
