package session

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/repl"
	"quecstar/harness/event"
	"quecstar/harness/serial"
)

// socketed is a virtual module whose port lies behind a link, so that it can be unplugged and come back.
type socketed struct {
	*Sim
	link string
	role serial.Role
}

func newSocketed(t *testing.T, role serial.Role) *socketed {
	t.Helper()
	v, err := NewSim(SimOptions{})
	if errors.Is(err, device.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &socketed{Sim: v, link: filepath.Join(t.TempDir(), "port"), role: role}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	s.plug(t)
	return s
}

func (s *socketed) plug(t *testing.T) {
	path, _, err := s.Attach(s.role)
	if err == nil {
		err = os.Symlink(path, s.link)
	}
	if err != nil {
		t.Error(err)
	}
}

// replug takes the port away and brings it back.
func (s *socketed) replug(t *testing.T) {
	if err := os.Remove(s.link); err != nil {
		t.Error(err)
	}
	s.Unplug()
	s.plug(t)
}

// TestAnUploadSurvivesAReplug: it goes on where it was, and nothing but the file is left.
func TestAnUploadSurvivesAReplug(t *testing.T) {
	s := newSocketed(t, serial.REPL)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p, err := serial.Open(ctx, s.link, serial.Options{Role: serial.REPL, Reconnect: patience})
	if err != nil {
		t.Fatal(err)
	}
	c := repl.New(p, repl.Options{Pace: -1})
	defer c.Close()
	data := make([]byte, 100_000)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	var twice sync.Once
	var once sync.Once
	err = c.Put(ctx, "/usr/big", data, func(g repl.Progress) {
		if g.Done > 40_000 {
			once.Do(func() { s.replug(t) })
		}
		if g.Done > 80_000 {
			twice.Do(func() { s.replug(t) })
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Read(ctx, "/usr/big", nil)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("read back %d bytes, %v", len(got), err)
	}
	all, err := c.List(ctx, "/usr")
	for _, e := range all {
		if strings.HasPrefix(e.Name, ".") {
			t.Errorf("the folder holds %s", e.Name)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// TestARunSurvivesAReplug: what was in flight ends at once, and what comes behind works.
func TestARunSurvivesAReplug(t *testing.T) {
	for _, kind := range []string{"at", "repl"} {
		t.Run(kind, func(t *testing.T) {
			s := newSocketed(t, map[string]serial.Role{"at": serial.AT, "repl": serial.REPL}[kind])
			dir := folder(t, map[string]string{"x.py": strings.ReplaceAll(mqttOn, "RECONN", "True") + `
import modem, utime
print("ready")
n = 0
while modem.getDevImei() != -1 and n < 1000000: n += 1
print("lost")
while modem.getDevImei() == -1: utime.sleep_ms(50)
print("back")
while not got:
    c.publish("t", b"hello")
    utime.sleep_ms(50)
    c.check_msg()
c.disconnect()
`})
			out := &notified{grew: make(chan struct{}, 1)}
			o := Options{Script: filepath.Join(dir, "x.py"), Device: kind + ":" + s.link, Live: true, Reconnect: patience,
				Stdout: out, Stderr: out, Env: func(string) string { return "" }}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r, err := New(ctx, o)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				out.await(t, "ready")
				for lost := false; !lost && ctx.Err() == nil; lost = out.within("lost", time.Second) {
					if err := os.Remove(s.link); err != nil {
						t.Error(err)
					}
					s.Unplug()
					s.plug(t) // where it was away between two calls, the script did not see it
				}
			}()
			err = r.Run(ctx)
			<-done
			events, _ := r.Events.Since(0)
			if err != nil || !strings.Contains(out.String(), "back\nb'hello'") || !(ran{events: events}).has(event.Note, "the port is back") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// TestTheTimeLimitHoldsWhileTheDeviceIsOpened: on a host that takes connections and says nothing.
func TestTheTimeLimitHoldsWhileTheDeviceIsOpened(t *testing.T) {
	port := silentServer(t)
	for _, kind := range []string{"at:tcp://", "at:rfc2217://", "repl:tcp://", "repl:rfc2217://"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{"x.py": "print('ran')\n"})
			begin := time.Now()
			r := run(t, Options{Script: filepath.Join(dir, "x.py"), Device: kind + "127.0.0.1:" + port, Live: true, Timeout: 500 * time.Millisecond}, nil)
			if took := time.Since(begin); r.err == nil || r.out != "" || took > 4*time.Second {
				t.Errorf("after %v: %v", took, r.err)
			}
			if !strings.Contains(r.err.Error(), "deadline passed") {
				t.Errorf("the error is %v", r.err)
			}
		})
	}
}
