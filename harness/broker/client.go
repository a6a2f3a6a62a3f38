package broker

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/broker/packet"
)

// maxAlias is how many topic aliases a client of MQTT 5 may use, and receiveMax how many messages of QoS 1
// and 2 it may send before they are acknowledged: Mosquitto's numbers.
const (
	maxAlias   = 10
	receiveMax = 20
)

// Client is one connection.
type Client struct {
	// Key is what there is one connection and one session of: the client id, unless Rules.Connect chose
	// another.
	Key string
	// ID, User, Version and KeepAlive are those of its CONNECT; an empty ID was replaced.
	ID, User  string
	Version   byte
	KeepAlive uint16

	b       *Broker
	nc      net.Conn
	out     *outbox
	arrival int
	s       *session      // from attach to detach; b.mu is held to change it
	done    chan struct{} // closed when the connection is put away
	once    sync.Once
	cause   atomic.Pointer[error] // why the broker ended it
	tells   atomic.Bool           // it is told why: a client of MQTT 5 behind its CONNACK
	aliases map[uint32]string
	window  int // of messages to it
	largest int // packet that it takes; 0 is any
}

func newClient(b *Broker, nc net.Conn) *Client {
	return &Client{b: b, nc: nc, out: newOutbox(b.opts.MaxHeld), done: make(chan struct{}), window: b.opts.Window}
}

// TLS is the state of the connection's TLS; nil where it has none.
func (c *Client) TLS() *tls.ConnectionState {
	secured, ok := c.nc.(interface{ ConnectionState() tls.ConnectionState })
	if !ok {
		return nil
	}
	state := secured.ConnectionState()
	return &state
}

// Close ends the connection; Rules.Offline will be told err. A client of MQTT 5 is told code, unless that
// is 0: then the connection is cut as a network cuts it.
func (c *Client) Close(err error, code byte) { c.end(err, code) }

// grace is how long a connection that the broker ends may take for what is said last.
const grace = 200 * time.Millisecond

// end has the connection end. It does not wait and may be called with or without b.mu.
func (c *Client) end(err error, code byte) {
	c.once.Do(func() {
		c.cause.Store(&err)
		if code >= packet.Failure && c.tells.Load() {
			c.out.push(item{p: &packet.Packet{Type: packet.DISCONNECT, Code: code}}, packet.V5)
			c.out.finish()
			c.limit(grace)
		} else {
			c.out.abort()
			c.limit(0)
		}
		// Wakes its reader. A deadline in the past cannot be lost, as a reader that sets another looks at cause.
		_ = c.nc.SetReadDeadline(time.Unix(1, 0))
	})
}

// limit has the writes that are under way end in time. Errors are those of a connection that is gone.
func (c *Client) limit(in time.Duration) {
	c.out.last.Store(time.Now().Add(in).UnixNano())
	_ = c.nc.SetWriteDeadline(time.Now().Add(in))
}

// serve is the connection from CONNECT to its end.
func (c *Client) serve() {
	writer := make(chan struct{})
	go func() {
		defer close(writer)
		c.write()
	}()
	c.converse()
	c.out.finish()
	select {
	case <-writer:
	case <-time.After(grace):
		c.limit(0)
		<-writer
	}
	c.linger()
	_ = c.nc.Close()
	c.b.mu.Lock()
	delete(c.b.clients, c)
	c.b.mu.Unlock()
}

// linger takes what the client still sends to a connection that the broker ends: closed on unread bytes, TCP
// would take back what was said last.
func (c *Client) linger() {
	half, ok := c.nc.(interface{ CloseWrite() error })
	if !ok || c.out.cut() || half.CloseWrite() != nil {
		return
	}
	_ = c.nc.SetReadDeadline(time.Now().Add(grace))
	_, _ = io.Copy(io.Discard, c.nc) // ends with the client's end of the connection, or the deadline
}

// converse does what comes over the connection.
func (c *Client) converse() {
	r := bufio.NewReader(c.nc)
	c.deadline(c.b.opts.ConnectTimeout)
	p, err := packet.Read(r, 0, c.b.opts.MaxPacket, nil)
	if p != nil && p.Connect != nil {
		c.Version = p.Connect.Version
	}
	if err != nil {
		c.refuse(err)
		return
	}
	if !c.admit(p) || !c.b.claim(c) {
		return
	}
	c.b.attach(c, p)
	if c.b.rules.Online != nil {
		c.b.rules.Online(c)
	}
	c.out.uncork()
	err = c.read(r)
	if cause := c.cause.Load(); cause != nil {
		err = *cause
	}
	c.b.detach(c, err)
	if c.b.rules.Offline != nil {
		c.b.rules.Offline(c, err)
	}
	c.b.release(c)
}

// refuse answers a CONNECT that breaks a rule, where the client's version has an answer.
func (c *Client) refuse(err error) {
	var e *packet.Error
	if !errors.As(err, &e) {
		return
	}
	ack := &packet.Packet{Type: packet.CONNACK, Code: e.Reply}
	if c.Version == packet.V5 && e.Code != packet.UnsupportedVersion {
		ack.Code = e.Code
	}
	if ack.Code != 0 {
		c.send(ack)
	}
	c.out.uncork()
}

// admit asks whether the client may connect.
func (c *Client) admit(p *packet.Packet) bool {
	k := p.Connect
	c.ID, c.User, c.KeepAlive = k.ClientID, k.User, k.KeepAlive
	no := c.checkID(k)
	if no == nil && p.Props.Only(packet.AuthMethod, packet.AuthData) != nil {
		no = &Refusal{packet.BadAuthMethod}
	}
	c.Key = c.ID
	if no == nil && c.b.rules.Connect != nil {
		no = c.b.rules.Connect(c, k)
	}
	if no != nil {
		c.send(&packet.Packet{Type: packet.CONNACK, Code: no.Code})
		c.out.uncork()
		return false
	}
	if n, ok := p.Props.N(packet.ReceiveMax); c.Version == packet.V5 {
		c.window = 65535
		if ok {
			c.window = int(n)
		}
	}
	if n, ok := p.Props.N(packet.MaximumPacketSize); ok {
		c.largest = int(n)
		if c.largest < leastPacket {
			return false // no CONNACK fits into what it takes
		}
	}
	return true
}

// leastPacket is the size of the CONNACK that a client of MQTT 5 has to take.
const leastPacket = 16

// checkID gives a client without an id one, where its version allows that [MQTT-3.1.3-6 to 8].
func (c *Client) checkID(k *packet.Connect) *Refusal {
	switch {
	case c.ID != "":
	case c.Version == packet.V31, c.Version == packet.V311 && !k.Clean:
		return &Refusal{packet.RefusedClientID}
	default:
		c.ID = c.b.newID()
	}
	return nil
}

// newID is the id of a client without one: a number, so that two runs with the same seed tell the same.
func (b *Broker) newID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unnamed++
	return fmt.Sprintf("auto-%d", b.unnamed)
}

// claim makes the connection that of its key; the one before is ended and waited for. False is that an even newer
// one has come meanwhile, or the end of the broker.
func (b *Broker) claim(c *Client) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrivals++
	c.arrival = b.arrivals
	for {
		old := b.owners[c.Key]
		switch {
		case b.closed || old != nil && old.arrival > c.arrival:
			return false
		case old == nil:
			b.owners[c.Key] = c
			return true
		}
		old.end(ErrTakenOver, packet.SessionTakenOver)
		b.mu.Unlock()
		<-old.done
		b.mu.Lock()
	}
}

// release lets the next connection have the key.
func (b *Broker) release(c *Client) {
	b.mu.Lock()
	delete(b.owners, c.Key)
	b.mu.Unlock()
	close(c.done)
}

// deadline limits how long the next packet may take; 0 does not.
func (c *Client) deadline(d time.Duration) {
	var at time.Time
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = c.nc.SetReadDeadline(at) // the error is that of the read behind it
	if c.cause.Load() != nil {
		_ = c.nc.SetReadDeadline(time.Unix(1, 0))
	}
}

// read handles packets until the connection ends; nil is that the client said so.
func (c *Client) read(r *bufio.Reader) error {
	idle := time.Duration(c.KeepAlive) * time.Second * 3 / 2 // [MQTT-3.1.2-24]
	for {
		c.deadline(idle)
		p, err := packet.Read(r, c.Version, c.b.opts.MaxPacket, func() { c.deadline(c.b.opts.PacketTimeout) })
		if err == nil {
			err = c.handle(p)
		}
		if errors.Is(err, errDisconnect) {
			return nil
		}
		if err != nil {
			return c.failed(err)
		}
		c.out.waitRoom()
	}
}

// failed tells a client of MQTT 5 why its connection ends.
func (c *Client) failed(err error) error {
	var e *packet.Error
	switch {
	case errors.As(err, &e):
		c.end(err, e.Code)
	case errors.Is(err, os.ErrDeadlineExceeded) && c.cause.Load() == nil:
		err = fmt.Errorf("nothing came for 1.5 times the keep-alive of %d s, or a packet stopped halfway: %w", c.KeepAlive, err)
		c.end(err, packet.KeepAliveTimeout)
	case errors.Is(err, io.EOF):
		err = errors.New("the client closed the connection without a DISCONNECT")
	}
	return err
}

// errDisconnect is that the client said goodbye.
var errDisconnect = errors.New("disconnect")

// handle does what a packet asks for.
func (c *Client) handle(p *packet.Packet) error {
	switch p.Type {
	case packet.PUBLISH:
		return c.publish(p)
	case packet.PUBACK, packet.PUBREC, packet.PUBREL, packet.PUBCOMP:
		return c.b.acknowledged(c, p)
	case packet.SUBSCRIBE:
		c.b.subscribe(c, p)
	case packet.UNSUBSCRIBE:
		c.b.unsubscribe(c, p)
	case packet.PINGREQ:
		c.send(&packet.Packet{Type: packet.PINGRESP})
	case packet.DISCONNECT:
		return c.disconnect(p)
	case packet.CONNECT:
		return &packet.Error{Code: packet.ProtocolError, Text: "a second CONNECT"} // [MQTT-3.1.0-2]
	default:
		return &packet.Error{Code: packet.ProtocolError, Text: "AUTH without an authentication method"}
	}
	return nil
}

// disconnect ends the connection as the client wishes [MQTT-3.14.4-3].
func (c *Client) disconnect(p *packet.Packet) error {
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	if n, ok := p.Props.N(packet.SessionExpiry); ok {
		if c.s.expiry == 0 && n != 0 {
			return &packet.Error{Code: packet.ProtocolError, Text: "a session that ends with its connection cannot be prolonged"}
		}
		c.s.expiry = expiry(n)
	}
	if p.Code != packet.DisconnectWithWill {
		c.s.will = nil
	}
	return errDisconnect
}

// send queues a packet that a client has to get.
func (c *Client) send(p *packet.Packet) {
	if c.largest > 0 && p.Props != nil {
		if head, payload := p.Encode(c.Version); len(head)+len(payload) > c.largest {
			return
		}
	}
	c.out.push(item{p: p}, c.Version)
}
