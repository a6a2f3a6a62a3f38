package amqp

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// store is a queue of a test.
type store struct {
	mu      sync.Mutex
	list    []Message
	settled []Outcome
}

func (s *store) Take() (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) == 0 {
		return Message{}, false
	}
	m := s.list[0]
	s.list = s.list[1:]
	return m, true
}

func (s *store) Changed() <-chan struct{} { return nil }

func (s *store) Settle(_ Message, o Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled = append(s.settled, o)
}

// client speaks to a server as it likes.
type client struct {
	t *testing.T
	net.Conn
	queue *store
}

func connect(t *testing.T, o Options, queue *store) *client {
	t.Helper()
	o.Login = func(user, password string) (string, error) {
		if user != "u" || password != "p" {
			return "", errors.New("no")
		}
		return "account", nil
	}
	o.Queue = func(_, address string) (Queue, error) {
		if address != "q" {
			return nil, errors.New("there is none")
		}
		return queue, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(o)
	s.Serve(l)
	n, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close(); s.Close() })
	if err := n.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &client{t, n, queue}
}

func (c *client) say(b []byte) {
	c.t.Helper()
	if _, err := c.Write(b); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) frame(channel uint16, op uint64, list ...any) {
	c.t.Helper()
	c.say(appendFrame(nil, amqpFrame, channel, op, append([]any{}, list...), nil))
}

// next is the next performative that comes.
func (c *client) next(op uint64) fields {
	c.t.Helper()
	for {
		f, err := readFrame(c)
		if err != nil {
			c.t.Fatalf("waiting for 0x%x: %v", op, err)
		}
		if f.op == op {
			return f.fields
		}
		if f.op != 0 {
			c.t.Fatalf("0x%x came, %v, not 0x%x", f.op, f.fields.list, op)
		}
	}
}

// in logs in and opens, with frames of so many bytes.
func (c *client) in(frame uint32) {
	c.t.Helper()
	c.say(saslHeader)
	c.header(saslHeader)
	c.next(saslMechs)
	c.say(appendFrame(nil, saslFrame, 0, saslInit, []any{symbol("PLAIN"), []byte("\x00u\x00p")}, nil))
	if f := c.next(saslOutcome); f.get(0) != uint8(0) {
		c.t.Fatalf("the login: %v", f.list)
	}
	c.say(amqpHeader)
	c.header(amqpHeader)
	c.frame(0, opOpen, "c", nil, frame)
	c.next(opOpen)
}

func (c *client) header(want []byte) {
	c.t.Helper()
	got := make([]byte, 8)
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
		c.t.Fatalf("% x, %v", got, err)
	}
}

// attached begins a session with a window, and a link with a credit.
func (c *client) attached(window, credit uint32) {
	c.t.Helper()
	c.frame(0, opBegin, nil, uint32(0), window, uint32(10))
	c.next(opBegin)
	c.frame(0, opAttach, "l", uint32(0), true, nil, nil, described{aSource, []any{"q"}})
	c.next(opAttach)
	c.frame(0, opFlow, uint32(0), window, uint32(0), uint32(10), uint32(0), uint32(0), credit)
}

// closed awaits the end with a condition.
func (c *client) closed(name string, cond symbol) {
	c.t.Helper()
	f := c.next(opClose)
	d, _ := f.get(0).(described)
	list, _ := d.value.([]any)
	if len(list) == 0 || list[0] != cond {
		c.t.Errorf("%s: %v, want %s", name, f.list, cond)
	}
}

// TestWindows: a message that is larger than a frame and than the client's window comes in parts, as the window opens.
func TestWindows(t *testing.T) {
	queue := &store{list: []Message{{ID: 1, Text: string(bytes.Repeat([]byte("x"), 1500))}, {ID: 2, Text: "y"}}}
	c := connect(t, Options{}, queue)
	c.in(minFrame)
	c.attached(1, 1)
	for i := range 4 {
		f := c.next(opTransfer)
		if more := f.get(5); more != (i < 3) {
			t.Errorf("part %d: more is %v", i, more)
		}
		c.frame(0, opFlow, uint32(i+1), uint32(1), uint32(0), uint32(10))
	}
	c.frame(0, opFlow, uint32(4), uint32(1), uint32(0), uint32(10), uint32(0), uint32(1), uint32(0), nil, nil, true)
	if f := c.next(opFlow); f.get(6) != uint32(0) || f.get(5) != uint32(1) {
		t.Errorf("the link is %v", f.list)
	}
	c.frame(0, opDisposition, true, uint32(0), nil, false, described{accepted, []any{}})
	if f := c.next(opDisposition); f.get(3) != true {
		t.Errorf("what is settled second: %v", f.list)
	}
	c.frame(0, opFlow, uint32(4), uint32(1), uint32(0), uint32(10), uint32(0), uint32(1), uint32(1))
	c.next(opTransfer)
	c.frame(0, opDetach, uint32(0), true)
	c.next(opDetach)
	c.frame(0, opEnd)
	c.next(opEnd)
	c.frame(0, opClose)
	c.next(opClose)
	queue.mu.Lock()
	defer queue.mu.Unlock()
	if len(queue.settled) != 2 || queue.settled[0] != Accepted || queue.settled[1] != Released {
		t.Errorf("%v", queue.settled)
	}
}

// TestFaults: what breaks the protocol ends the connection, with why.
func TestFaults(t *testing.T) {
	for name, f := range map[string]struct {
		do   func(c *client)
		cond symbol
	}{
		"an unknown channel":  {func(c *client) { c.frame(5, opFlow) }, condNotAllowed},
		"a transfer":          {func(c *client) { c.frame(0, opTransfer, uint32(0)) }, condNotAllowed},
		"no performative":     {func(c *client) { c.frame(0, 0x77) }, condDecode},
		"a frame of garbage":  {func(c *client) { c.say([]byte("\x00\x00\x00\x09\x02\x00\x00\x00\x01")) }, condDecode},
		"a large frame":       {func(c *client) { c.say([]byte("\x7f\x00\x00\x00\x02\x00\x00\x00")) }, condFraming},
		"sasl behind open":    {func(c *client) { c.say(appendFrame(nil, saslFrame, 0, saslInit, []any{}, nil)) }, condFraming},
		"a field left out":    {func(c *client) { c.frame(0, opFlow) }, condField},
		"a field of no type":  {func(c *client) { c.frame(0, opFlow, nil, "x") }, condField},
		"a handle of no link": {func(c *client) { c.frame(0, opDetach, uint32(9)) }, condNotAllowed},
		"a handle taken":      {func(c *client) { c.frame(0, opAttach, "m", uint32(0), true) }, condNotAllowed},
		"a session twice":     {func(c *client) { c.frame(0, opBegin, nil, uint32(0), uint32(1), uint32(1)) }, condNotAllowed},
	} {
		c := connect(t, Options{}, &store{})
		c.in(maxFrame)
		c.attached(10, 0)
		f.do(c)
		c.closed(name, f.cond)
	}
	c := connect(t, Options{FirstLink: time.Millisecond}, &store{})
	c.in(maxFrame)
	c.closed("no link", condNotAllowed)
	c = connect(t, Options{}, &store{})
	c.say([]byte("GET / HTTP/1.1\r\n"))
	c.header(saslHeader)
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a client of another protocol is not sent away")
	}
}
