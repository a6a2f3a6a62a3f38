package brokertest

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"testing"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Rules are what a mochi broker does beside serving.
type Rules struct {
	// Refuse, when not zero, is the code of every CONNACK.
	Refuse byte
	// Greet is published to every client right after its CONNACK, without a subscription.
	Greet *Greeting
	// RefuseFilter is a topic filter that nobody may subscribe to.
	RefuseFilter string
	// Connected, when not nil, is told the packet of every client that connects.
	Connected func(packets.Packet)
}

// Greeting is a message that a server pushes unasked.
type Greeting struct{ Topic, Payload string }

// Mochi is an MQTT server in this process.
type Mochi struct {
	*mochi.Server
	// Port on 127.0.0.1.
	Port int
}

// StartMochi starts a server that ends with the test.
func StartMochi(t testing.TB, r Rules) *Mochi {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	s := ServeMochi(t, l, r)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// ServeMochi starts a server on a listener; the caller closes it.
func ServeMochi(t testing.TB, l net.Listener, r Rules) *Mochi {
	t.Helper()
	s := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h := &hook{rules: r, server: s, over: map[net.Conn]chan struct{}{}, last: map[string]*mochi.Client{}}
	check(t, s.AddHook(h, nil))
	check(t, s.AddListener(&listener{Net: listeners.NewNet("t", l), accepts: l, hook: h}))
	check(t, s.Serve())
	_, port, err := net.SplitHostPort(l.Addr().String())
	check(t, err)
	n, err := strconv.Atoi(port)
	check(t, err)
	return &Mochi{Server: s, Port: n}
}

// listener serves connections and says when the server is through with each.
type listener struct {
	*listeners.Net
	accepts net.Listener
	hook    *hook
}

// Serve accepts until the listener is closed.
func (l *listener) Serve(establish listeners.EstablishFn) {
	for {
		conn, err := l.accepts.Accept()
		if err != nil {
			return
		}
		over := make(chan struct{})
		l.hook.mu.Lock()
		l.hook.over[conn] = over
		l.hook.mu.Unlock()
		go func() {
			defer close(over)
			_ = establish(l.ID(), conn) // how a connection ended is the client's to tell
		}()
	}
}

type hook struct {
	mochi.HookBase
	rules  Rules
	server *mochi.Server

	mu   sync.Mutex
	over map[net.Conn]chan struct{} // closed when the server is through with the connection
	last map[string]*mochi.Client   // by client id
}

// ID names the hook.
func (*hook) ID() string { return "brokertest" }

// Provides lists what the hook answers.
func (*hook) Provides(b byte) bool {
	return bytes.Contains([]byte{mochi.OnConnectAuthenticate, mochi.OnACLCheck, mochi.OnConnect,
		mochi.OnSessionEstablish, mochi.OnSessionEstablished}, []byte{b})
}

// OnConnectAuthenticate lets everybody in.
func (*hook) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }

// OnACLCheck forbids the one filter.
func (h *hook) OnACLCheck(_ *mochi.Client, topic string, write bool) bool {
	return write || h.rules.RefuseFilter == "" || topic != h.rules.RefuseFilter
}

// OnConnect refuses when told to.
func (h *hook) OnConnect(cl *mochi.Client, pk packets.Packet) error {
	if h.rules.Connected != nil {
		h.rules.Connected(pk)
	}
	if h.rules.Refuse != 0 {
		_ = cl.WritePacket(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Connack},
			ReasonCode: h.rules.Refuse})
		return packets.Code{Code: h.rules.Refuse, Reason: "told to"}
	}
	return nil
}

// OnSessionEstablish ends an older connection with the same client id and awaits that it is forgotten: mochi 2.7.9
// forgets by id (attachClient), so that it would forget a newer connection with it, and no message would reach that.
func (h *hook) OnSessionEstablish(cl *mochi.Client, _ packets.Packet) {
	h.mu.Lock()
	old := h.last[cl.ID]
	h.last[cl.ID] = cl
	var over chan struct{}
	if old != nil {
		over = h.over[old.Net.Conn]
		delete(h.over, old.Net.Conn)
	}
	h.mu.Unlock()
	if old == nil {
		return
	}
	_ = h.server.DisconnectClient(old, packets.ErrSessionTakenOver) // it may have gone already
	<-over
}

// OnSessionEstablished greets.
func (h *hook) OnSessionEstablished(cl *mochi.Client, _ packets.Packet) {
	g := h.rules.Greet
	if g == nil {
		return
	}
	_ = cl.WritePacket(packets.Packet{FixedHeader: packets.FixedHeader{Type: packets.Publish},
		TopicName: g.Topic, Payload: []byte(g.Payload)})
}
