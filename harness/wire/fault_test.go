package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"quecstar/harness/virtual"
	"quecstar/harness/wire"
)

// epoch is when the tests begin.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// lab is a device's link to a server that notes what arrives, in virtual time.
type lab struct {
	t     *testing.T
	net   *wire.Memory
	link  *wire.Link
	begin time.Time
	at    string // where the server is

	mu   sync.Mutex
	seen []string
}

// inLab runs a test in virtual time; the network's latency is 10 ms.
func inLab(t *testing.T, test func(l *lab)) {
	t.Helper()
	err := virtual.Run(epoch, func() {
		l := &lab{t: t, net: wire.NewMemory(wire.Options{Seed: 7, Latency: 10 * time.Millisecond}), begin: time.Now()}
		l.link = l.net.Link("device")
		server, err := l.net.Listen(context.Background(), "tcp", ":0")
		if err != nil {
			t.Error(err)
			return
		}
		l.at = server.Addr().String()
		var work sync.WaitGroup
		work.Go(func() { l.serve(server, &work) })
		test(l)
		server.Close()
		work.Wait()
	})
	if err != nil {
		t.Error(err)
	}
}

// serve notes what comes, and answers each piece with "ok".
func (l *lab) serve(server net.Listener, work *sync.WaitGroup) {
	for {
		c, err := server.Accept()
		if err != nil {
			return
		}
		work.Go(func() {
			defer c.Close()
			buf := make([]byte, 1<<16)
			for {
				n, err := c.Read(buf)
				switch {
				case errors.Is(err, io.EOF):
					l.note("end")
					return
				case err != nil:
					l.note("%v", errors.Unwrap(err))
					return
				}
				l.note("%s", short(buf[:n]))
				if _, err := io.WriteString(c, "ok"); err != nil {
					l.note("answer: %v", errors.Unwrap(err))
				}
			}
		})
	}
}

// note notes what happened, with the milliseconds.
func (l *lab) note(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, fmt.Sprintf("%d ", time.Since(l.begin).Milliseconds())+fmt.Sprintf(format, args...))
}

func short(b []byte) string {
	if len(b) > 20 {
		return fmt.Sprintf("%d bytes", len(b))
	}
	return fmt.Sprintf("%q", b)
}

// wants compares what was noted.
func (l *lab) wants(want ...string) {
	l.t.Helper()
	virtual.Settle()
	l.mu.Lock()
	defer l.mu.Unlock()
	if got := strings.Join(l.seen, "\n"); got != strings.Join(want, "\n") {
		l.t.Errorf("there came\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func (l *lab) put(f *wire.Fault) *wire.Fault {
	l.t.Helper()
	if err := l.link.Put(f); err != nil {
		l.t.Error(err)
	}
	return f
}

func (l *lab) hits(f *wire.Fault, want int) {
	l.t.Helper()
	if f.Hits() != want {
		l.t.Errorf("%s: %d hits, want %d", f.Kind, f.Hits(), want)
	}
}

// dial connects the device, which notes what it reads.
func (l *lab) dial() net.Conn {
	l.t.Helper()
	c, err := l.link.Dial(context.Background(), "tcp", l.at)
	if err != nil {
		l.t.Error(err)
		c, _ = wire.Pipe(wire.Options{})
	}
	go func() {
		buf := make([]byte, 100)
		for {
			n, err := c.Read(buf)
			if err != nil {
				if !errors.Is(err, net.ErrClosed) {
					l.note("device: %v", err)
				}
				return
			}
			l.note("device: %s", short(buf[:n]))
		}
	}()
	return c
}

// say sends and lets it arrive, with the answer.
func say(c net.Conn, texts ...string) {
	for _, text := range texts {
		_, _ = io.WriteString(c, text)
	}
	time.Sleep(time.Second) // of virtual time, as all that a lab sleeps
}

// byteCase is a fault on bytes with what comes of it: the connection is up at 20 ms.
type byteCase struct {
	fault *wire.Fault
	want  []string
	hits  int
}

func byteFaults() map[string]byteCase {
	return map[string]byteCase{
		"none": {&wire.Fault{Kind: "latency"}, []string{`30 "hello"`, `40 device: "ok"`, "1030 end"}, 2},
		"latency": {&wire.Fault{Kind: "latency", Latency: 100 * time.Millisecond}, []string{`130 "hello"`,
			`240 device: "ok"`, "1030 end"}, 2},
		"latency up": {&wire.Fault{Kind: "latency", Latency: 100 * time.Millisecond, Stream: wire.Up},
			[]string{`130 "hello"`, `140 device: "ok"`, "1030 end"}, 1},
		"latency down": {&wire.Fault{Kind: "latency", Latency: 100 * time.Millisecond, Stream: wire.Down},
			[]string{`30 "hello"`, `140 device: "ok"`, "1030 end"}, 1},
		"bandwidth": {&wire.Fault{Kind: "bandwidth", Rate: 50, Stream: wire.Up}, []string{`130 "hello"`,
			`140 device: "ok"`, "1030 end"}, 1},
		"slow close": {&wire.Fault{Kind: "slow_close", Delay: time.Second}, []string{`30 "hello"`, `40 device: "ok"`,
			"2030 end"}, 2},
		"timeout": {&wire.Fault{Kind: "timeout", Timeout: 500 * time.Millisecond}, []string{"510 device: EOF",
			"510 end"}, 2},
		"timeout for ever": {&wire.Fault{Kind: "timeout"}, []string{"1030 end"}, 1},
		"slicer": {&wire.Fault{Kind: "slicer", Size: 2, Delay: 5 * time.Millisecond, Stream: wire.Up}, []string{`30 "he"`,
			`35 "ll"`, `40 "o"`,
			`40 device: "ok"`, `45 device: "ok"`, `50 device: "ok"`, "1030 end"}, 1},
		"limit":        {&wire.Fault{Kind: "limit_data", Bytes: 3}, []string{`30 "hel"`, "30 device: EOF", "30 end"}, 1},
		"limit exact":  {&wire.Fault{Kind: "limit_data", Bytes: 5}, []string{`30 "hello"`, `40 device: "ok"`, "1030 end"}, 0},
		"reset before": {&wire.Fault{Kind: "reset_peer"}, []string{`30 "hello"`, `40 device: "ok"`, "1030 end"}, 0},
		"packets":      {&wire.Fault{Kind: "drop"}, []string{`30 "hello"`, `40 device: "ok"`, "1030 end"}, 0},
	}
}

func TestFaultsOnBytes(t *testing.T) {
	for name, c := range byteFaults() {
		t.Run(name, func(t *testing.T) {
			inLab(t, func(l *lab) {
				fault := l.put(c.fault)
				device := l.dial()
				say(device, "hello")
				device.Close()
				time.Sleep(2 * time.Second)
				want := append([]string(nil), c.want...)
				l.mu.Lock()
				same(l.seen)
				l.mu.Unlock()
				same(want)
				l.wants(want...)
				l.hits(fault, c.hits)
			})
		})
	}
}

// same puts what happened at one moment in one order.
func same(lines []string) {
	for i := range lines {
		for j := i; j > 0; j-- {
			a, _, _ := strings.Cut(lines[j-1], " ")
			if b, _, _ := strings.Cut(lines[j], " "); a != b || lines[j-1] <= lines[j] {
				break
			}
			lines[j-1], lines[j] = lines[j], lines[j-1]
		}
	}
}

func TestDown(t *testing.T) {
	inLab(t, func(l *lab) {
		device := l.dial() // up at 20 ms
		down := l.put(&wire.Fault{Kind: "down"})
		say(device, "kept")
		other := make(chan net.Conn)
		go func() { other <- l.dial() }()
		device.Close() // which the server cannot know
		time.Sleep(time.Second)
		l.wants()
		down.Remove() // at 2020
		(<-other).Close()
		time.Sleep(time.Second)
		l.wants(`2030 "kept"`, "2030 end", "2050 end")
		l.hits(down, 2)
	})
}

func TestADialEnds(t *testing.T) {
	inLab(t, func(l *lab) {
		l.put(&wire.Fault{Kind: "down"})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, err := l.link.Dial(ctx, "tcp", l.at)
		if late := (net.Error)(nil); !errors.As(err, &late) || !late.Timeout() || time.Since(l.begin) != time.Minute {
			t.Errorf("behind %v: %v", time.Since(l.begin), err)
		}
		if _, err := l.link.Dial(context.Background(), "tcp", l.at); !errors.Is(err, syscall.ETIMEDOUT) ||
			time.Since(l.begin) != time.Minute+127*time.Second {
			t.Errorf("behind %v: %v", time.Since(l.begin), err)
		}
	})
}

func TestRefuse(t *testing.T) {
	inLab(t, func(l *lab) {
		twice := l.put(&wire.Fault{Kind: "refuse", Count: 2})
		for range 2 {
			if _, err := l.link.Dial(context.Background(), "tcp", l.at); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Error(err)
			}
		}
		l.dial().Close()
		l.hits(twice, 2)
		if c, err := l.net.Link("another").Dial(context.Background(), "tcp", l.at); err != nil {
			t.Error(err)
		} else {
			c.Close()
		}
	})
}

func TestReset(t *testing.T) {
	inLab(t, func(l *lab) {
		device, other := l.dial(), l.dial() // up at 40 ms
		gone := l.put(&wire.Fault{Kind: "reset_peer", Timeout: time.Second})
		other.Close()
		time.Sleep(time.Second)
		device2 := l.dial() // it was not open then
		say(device2, "on")
		device2.Close()
		device.Close()
		time.Sleep(time.Second)
		l.hits(gone, 1)
		l.mu.Lock()
		same(l.seen)
		l.mu.Unlock()
		l.wants("50 end", "1040 connection reset by peer", "1040 device: read tcp 127.0.0.1:49153->127.0.0.1:49152: "+
			"connection reset by peer",
			`1070 "on"`, `1080 device: "ok"`, "2070 end")
	})
}

// TestRemovedFaults has faults do nothing any more.
func TestRemovedFaults(t *testing.T) {
	for name := range wire.Kinds {
		t.Run(name, func(t *testing.T) {
			inLab(t, func(l *lab) {
				device := l.dial() // up at 20 ms
				f := &wire.Fault{Kind: name}
				switch name {
				case "timeout", "reset_peer":
					f.Timeout = time.Second
				case "bandwidth":
					f.Rate = 1
				case "slicer":
					f.Size = 1
				}
				l.put(f)
				f.Remove()
				f.Remove()
				say(device, "hello")
				device.Close()
				time.Sleep(2 * time.Second)
				l.wants(`30 "hello"`, `40 device: "ok"`, "1030 end")
				if err := l.link.Put(f); err == nil {
					t.Error("it can be put again")
				}
			})
		})
	}
}

func TestShare(t *testing.T) {
	inLab(t, func(l *lab) {
		half := l.put(&wire.Fault{Kind: "timeout", Share: 0.5})
		for range 200 {
			c := l.dial()
			say(c, "x")
			say(c, "x") // what one connection has does not change
			c.Close()
		}
		if n := half.Hits(); n%2 != 0 || n < 140 || n > 260 {
			t.Errorf("%d writes of 200 connections were concerned", n)
		}
	})
}

func TestDatagramsOverALink(t *testing.T) {
	inLab(t, func(l *lab) {
		server, err := l.net.ListenPacket(context.Background(), "udp", ":123")
		if err != nil {
			t.Error(err)
			return
		}
		defer server.Close()
		c, err := l.link.Dial(context.Background(), "udp", "127.0.0.1:123")
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		say(c, "one")
		down := l.put(&wire.Fault{Kind: "down"})
		say(c, "two")
		down.Remove()
		say(c, "three")
		buf := make([]byte, 10)
		var got []string
		server.SetReadDeadline(time.Now())
		server.SetReadDeadline(time.Now().Add(time.Second))
		for {
			n, _, err := server.ReadFrom(buf)
			if err != nil {
				break
			}
			got = append(got, string(buf[:n]))
		}
		if strings.Join(got, " ") != "one three" || down.Hits() != 1 {
			t.Errorf("there came %q; %d lost", got, down.Hits())
		}
	})
}

func TestFaultsThatMakeNoSense(t *testing.T) {
	link := wire.NewMemory(wire.Options{}).Link("device")
	for want, f := range map[string]*wire.Fault{
		`"dwon": there is no such fault`:                        {Kind: "dwon"},
		"down: it has no share":                                 {Kind: "down", Share: 0.5},
		"latency: latency is below 0":                           {Kind: "latency", Latency: -1},
		"latency: it has no packet":                             {Kind: "latency", Packet: "PUBACK"},
		"bandwidth: rate is 0: want bytes a second above 0":     {Kind: "bandwidth"},
		"slicer: size is 0: want bytes above 0":                 {Kind: "slicer"},
		"slicer: variation is 2: want 0 to below size":          {Kind: "slicer", Size: 2, Variation: 2},
		"drop: share is 2: want 0 to 1":                         {Kind: "drop", Share: 2},
		"drop: a PUBACK has no topic":                           {Kind: "drop", Packet: "PUBACK", Topic: "*"},
		`drop: stream is "up": want "upstream" or "downstream"`: {Kind: "drop", Stream: "up"},
		`drop: "puback" is no type of MQTT packet`:              {Kind: "drop", Packet: "puback"},
	} {
		if err := link.Put(f); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", f.Kind, err, want)
		}
	}
	if n := len(link.Faults()); n != 0 {
		t.Errorf("%d faults are on the link", n)
	}
}
