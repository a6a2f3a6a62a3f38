package broker

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/broker/packet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; it is reached only when a test fails.
const patience = 10 * time.Second

func start(t testing.TB, o Options) (*Broker, string) {
	t.Helper()
	b := New(o)
	addr, err := b.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b, addr
}

// peer is a client that sends and wants bytes as they are.
type peer struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

func dial(t testing.TB, addr string) *peer {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &peer{t, c, bufio.NewReader(c)}
}

func (p *peer) send(b string) {
	p.t.Helper()
	if _, err := io.WriteString(p, b); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) want(want string) {
	p.t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(p.r, got); err != nil || string(got) != want {
		p.t.Fatalf("got % X (%v), want % X", got[:n], err, want)
	}
}

// end wants the connection to be closed, with nothing before.
func (p *peer) end() {
	p.t.Helper()
	if rest, err := io.ReadAll(p.r); len(rest) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
		p.t.Fatalf("got % X (%v), want the end", rest, err)
	}
}

func connect311(id string, flags byte) string {
	return fmt.Sprintf("\x10%c\x00\x04MQTT\x04%c\x00\x3C\x00%c%s", 12+len(id), flags, len(id), id)
}

// login connects a client of MQTT 3.1.1 with a clean session, or without.
func login(t testing.TB, addr, id string, clean bool) *peer {
	t.Helper()
	p := dial(t, addr)
	flags := byte(0)
	if clean {
		flags = 2
	}
	p.send(connect311(id, flags))
	head := make([]byte, 4)
	if _, err := io.ReadFull(p.r, head); err != nil || head[0] != 0x20 || head[3] != 0 {
		t.Fatalf("CONNACK % X (%v)", head, err)
	}
	return p
}

// TestRefusedConnects: what a CONNECT that breaks a rule gets.
func TestRefusedConnects(t *testing.T) {
	_, addr := start(t, Options{})
	for name, tt := range map[string]struct{ send, want string }{
		"level 6":              {"\x10\x0D\x00\x04MQTT\x06\x02\x00\x3C\x00\x01p", "\x20\x02\x00\x01"},
		"reserved flag":        {"\x10\x0D\x00\x04MQTT\x04\x03\x00\x3C\x00\x01p", ""},
		"no id and not clean":  {connect311("", 0), "\x20\x02\x00\x02"},
		"malformed, of MQTT 5": {"\x10\x0E\x00\x04MQTT\x05\x06\x00\x3C\x00\x00\x01p", "\x20\x03\x00\x81\x00"},
		"SUBSCRIBE of six bytes": {"\x10\x0E\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x01p\x82\x06\x00\x01\x00\x00\x01p",
			"\x20\x0E\x00\x00\x0B\x22\x00\x0A\x27\x00\x1E\x84\x80\x21\x00\x14\xE0\x01\x81"},
	} {
		t.Run(name, func(t *testing.T) {
			p := dial(t, addr)
			p.send(tt.send)
			p.want(tt.want)
			p.end()
		})
	}
}

// TestOnlineBeforeConnack: when a client has its CONNACK, its connection is booked; a newer one ends the older, which
// is told nothing in MQTT 3.1.1, and is the one that stays.
func TestOnlineBeforeConnack(t *testing.T) {
	var mu sync.Mutex
	online := map[string]*Client{}
	_, addr := start(t, Options{Rules: Rules{
		Online: func(c *Client) { mu.Lock(); defer mu.Unlock(); online[c.Key] = c },
		Offline: func(c *Client, _ error) {
			mu.Lock()
			defer mu.Unlock()
			if online[c.Key] == c {
				delete(online, c.Key)
			}
		}}})
	var old *peer
	var last *Client
	for i := range 300 {
		p := login(t, addr, "d", true)
		mu.Lock()
		now := online["d"]
		mu.Unlock()
		if now == nil || now == last {
			t.Fatalf("login %d is not booked behind its CONNACK", i)
		}
		if old != nil {
			old.end()
		}
		p.send("\xC0\x00")
		p.want("\xD0\x00")
		old, last = p, now
	}
}

// TestManyTakeovers: of connections that come at once, one stays and is booked.
func TestManyTakeovers(t *testing.T) {
	b, addr := start(t, Options{})
	for range 20 {
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(c, connect311("d", 2))
				_ = c.SetReadDeadline(time.Now().Add(patience))
				_, _ = c.Read(make([]byte, 4))
				_ = c.Close()
			})
		}
		all.Wait()
		p := login(t, addr, "d", true)
		p.send("\x82\x06\x00\x01\x00\x01t\x00")
		p.want("\x90\x03\x00\x01\x00")
		if n := b.Publish(Message{Topic: "t", Payload: []byte("x")}); n != 1 {
			t.Fatalf("a message went to %d", n)
		}
		p.want("\x30\x04\x00\x01tx")
	}
}

// TestTakeoverTellsMQTT5: only a client of MQTT 5 gets a DISCONNECT.
func TestTakeoverTellsMQTT5(t *testing.T) {
	_, addr := start(t, Options{})
	old := dial(t, addr)
	old.send("\x10\x0E\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x01d")
	old.want("\x20\x0E\x00\x00\x0B\x22\x00\x0A\x27\x00\x1E\x84\x80\x21\x00\x14")
	login(t, addr, "d", true)
	old.want("\xE0\x01\x8E")
	old.end()
}

// TestSentAgain: what a session has not acknowledged comes again, in its order and with DUP, and then not
// any more.
func TestSentAgain(t *testing.T) {
	b, addr := start(t, Options{})
	p := login(t, addr, "d", false)
	p.send("\x82\x06\x00\x01\x00\x01t\x01")
	p.want("\x90\x03\x00\x01\x01")
	for i := range 5 {
		b.Publish(Message{Topic: "t", Payload: []byte{byte('0' + i)}, QoS: 1})
	}
	p.want("\x32\x06\x00\x01t\x00\x010")
	p.send("\x40\x02\x00\x01\xC0\x00") // PUBACK of the first, and PINGREQ
	for i := 1; i < 5; i++ {
		p.want(fmt.Sprintf("\x32\x06\x00\x01t\x00%c%d", i+1, i))
	}
	p.want("\xD0\x00")
	_ = p.Close()
	p = dial(t, addr)
	p.send(connect311("d", 0))
	p.want("\x20\x02\x01\x00")
	for i := 1; i < 5; i++ {
		p.want(fmt.Sprintf("\x3A\x06\x00\x01t\x00%c%d", i+1, i))
		p.send(fmt.Sprintf("\x40\x02\x00%c", i+1))
	}
	p.send("\xE0\x00")
	p.end()
	p = dial(t, addr)
	p.send(connect311("d", 0))
	p.want("\x20\x02\x01\x00")
	p.send("\xC0\x00")
	p.want("\xD0\x00")
}

// TestRetry: with Retry a message is sent again on the same connection, a series of times, and in a new
// series when the client subscribes.
func TestRetry(t *testing.T) {
	dropped := make(chan string, 10)
	b, addr := start(t, Options{Retry: Retry{Wait: 10 * time.Millisecond, Sends: 3, Round: 50 * time.Millisecond, Rounds: 2},
		Rules: Rules{Dropped: func(_ *Client, _ Message, why string) { dropped <- why }}})
	p := login(t, addr, "d", true)
	subscribe := "\x82\x06\x00\x01\x00\x01t\x01"
	p.send(subscribe)
	p.want("\x90\x03\x00\x01\x01")
	b.Publish(Message{Topic: "t", Payload: []byte("x"), QoS: 1})
	first, again := "\x32\x06\x00\x01t\x00\x01x", "\x3A\x06\x00\x01t\x00\x01x"
	p.want(first + again + again)
	if why := <-dropped; !strings.Contains(why, "not acknowledged") {
		t.Error(why)
	}
	_ = p.Close()
	p = login(t, addr, "d", true) // not a session of before, but the message is owed
	p.want(again)
	p.send("\x40\x02\x00\x01\xC0\x00")
	for {
		if head, err := p.r.Peek(1); err != nil || head[0] == 0xD0 {
			break
		}
		p.want(again)
	}
	p.want("\xD0\x00")
}

// TestSlowConsumer: one who does not read holds neither those who publish to it nor the others who are
// subscribed, and costs a bounded number of bytes.
func TestSlowConsumer(t *testing.T) {
	const limit = 1 << 20
	dropped := make(chan struct{}, 10_000)
	b, addr := start(t, Options{MaxHeld: limit, Rules: Rules{Dropped: func(*Client, Message, string) { dropped <- struct{}{} }}})
	var slow []*peer
	for qos := range byte(2) {
		p := login(t, addr, fmt.Sprint("slow", qos), true)
		p.send(fmt.Sprintf("\x82\x06\x00\x01\x00\x01t%c", qos))
		p.want(fmt.Sprintf("\x90\x03\x00\x01%c", qos))
		slow = append(slow, p)
	}
	quick := login(t, addr, "quick", true)
	quick.send("\x82\x06\x00\x01\x00\x01t\x00")
	quick.want("\x90\x03\x00\x01\x00")
	payload := bytes.Repeat([]byte("x"), 64<<10)
	m := &packet.Packet{Type: packet.PUBLISH, Topic: "t", Payload: payload}
	head, _ := m.Encode(packet.V311)
	for range 500 {
		b.Publish(Message{Topic: "t", Payload: payload, QoS: 1})
		quick.want(string(head) + string(payload))
	}
	if len(dropped) == 0 {
		t.Error("nothing was dropped")
	}
	b.mu.Lock()
	for _, s := range b.sessions {
		s.c.out.mu.Lock()
		if s.bytes > limit || s.c.out.bytes > limit+2*len(payload) {
			t.Errorf("%s: %d bytes are held in the session, %d for the connection", s.key, s.bytes, s.c.out.bytes)
		}
		s.c.out.mu.Unlock()
	}
	b.mu.Unlock()
	begin := time.Now()
	login(t, addr, "slow0", true) // takes over from one that does not read
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the takeover took %v", took)
	}
	_ = slow
}

// TestTimeouts: a connection without a CONNECT, with half of one and with half a packet ends.
func TestTimeouts(t *testing.T) {
	_, addr := start(t, Options{ConnectTimeout: 50 * time.Millisecond, PacketTimeout: 50 * time.Millisecond})
	for _, begun := range []string{"", "\x10\x0D\x00\x04MQ"} {
		p := dial(t, addr)
		p.send(begun)
		p.end()
	}
	p := dial(t, addr)
	p.send("\x10\x0D\x00\x04MQTT\x04\x02\x00\x00\x00\x01d") // no keep-alive
	p.want("\x20\x02\x00\x00")
	p.send("\x30\x7F\x00\x01t")
	p.end()
}

// TestRules are what the specification wants of single packets.
func TestRules(t *testing.T) {
	_, addr := start(t, Options{})
	p := login(t, addr, "d", true)
	p.send("\x82\x0A\x00\x01\x00\x05$SYS/\x01")
	p.want("\x90\x03\x00\x01\x01")
	p.send("\x32\x0B\x00\x05$SYS/\x00\x07xy") // acknowledged, and nobody gets it
	p.want("\x40\x02\x00\x07")
	p.send("\x34\x06\x00\x01t\x00\x09x") // QoS 2, twice
	p.want("\x50\x02\x00\x09")
	p.send("\x3C\x06\x00\x01t\x00\x09x")
	p.want("\x50\x02\x00\x09")
	p.send("\x62\x02\x00\x09")
	p.want("\x70\x02\x00\x09")
	for _, bad := range []string{"\x36\x06\x00\x01t\x00\x01x", "\x82\x09\x00\x01\x00\x04a/b#\x00"} {
		p := login(t, addr, "bad", true)
		p.send(bad)
		p.end()
	}
}
