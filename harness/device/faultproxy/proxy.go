package faultproxy

import (
	"bufio"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Packet is one packet on its way through the proxy.
type Packet struct {
	// Conn numbers the connections from 1 on.
	Conn int
	// Up is towards the server.
	Up bool
	// Type is one of package packets.
	Type byte
	// N numbers the packets of a type, a direction and a connection from 1 on.
	N int
	// Raw is the whole packet.
	Raw []byte
}

// Is reports whether it is the n-th packet of a type, up or down, of a connection.
func (p Packet) Is(conn int, up bool, kind byte, n int) bool {
	return p.Conn == conn && p.Up == up && p.Type == kind && p.N == n
}

// Fate is what becomes of a connection.
type Fate int

// The fates of a connection.
const (
	Lives Fate = iota
	// FIN closes both sides in order.
	FIN
	// RST resets both sides.
	RST
	// Hole takes everything from both sides, and passes nothing on.
	Hole
)

// Verdict is what is done with a packet. The zero value passes it on.
type Verdict struct {
	// Drop swallows it.
	Drop bool
	// Pass, when not 0, is how many of its bytes pass.
	Pass int
	// Inject goes to the client first.
	Inject []byte
	// Then is what becomes of the connection behind it.
	Then Fate
}

// Options says how a proxy works. Target is needed.
type Options struct {
	// Target is the server's address.
	Target string
	// Judge decides about each packet, one at a time; nil passes all.
	Judge func(Packet) Verdict
	// Delay holds up each packet.
	Delay time.Duration
	// Trickle passes one byte at a time.
	Trickle bool
}

// Proxy is a proxy on a port of 127.0.0.1.
type Proxy struct {
	Port int

	opts Options
	l    net.Listener
	work sync.WaitGroup
	over chan struct{} // closed at the end of the test

	mu    sync.Mutex
	gate  sync.RWMutex // held while no new connection is passed on
	conns []net.Conn
	count int
}

// Start starts a proxy that ends with the test.
func Start(t testing.TB, o Options) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if o.Judge == nil {
		o.Judge = func(Packet) Verdict { return Verdict{} }
	}
	p := &Proxy{Port: l.Addr().(*net.TCPAddr).Port, opts: o, l: l, over: make(chan struct{})}
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *Proxy) close() {
	close(p.over)
	_ = p.l.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

// Hold lets no new connection through until the function that it returns is called.
func (p *Proxy) Hold() (release func()) {
	p.gate.Lock()
	return p.gate.Unlock
}

func (p *Proxy) accept() {
	for {
		client, err := p.l.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.serve(client.(*net.TCPConn)) })
	}
}

func (p *Proxy) serve(client *net.TCPConn) {
	p.gate.RLock()
	server, err := net.Dial("tcp", p.opts.Target)
	p.gate.RUnlock()
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.count++
	c := &link{proxy: p, id: p.count, client: client, server: server.(*net.TCPConn)}
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	select {
	case <-p.over:
		c.reset()
	default:
	}
	p.work.Go(func() { c.pump(c.server, c.client, false) })
	c.pump(c.client, c.server, true)
}

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	id             int
	client, server *net.TCPConn

	mu   sync.Mutex // held while a packet is dealt with
	fate Fate
	seen [2][16]int
}

// pump passes packets on in one direction until its source ends.
func (c *link) pump(from, to *net.TCPConn, up bool) {
	r := bufio.NewReader(from)
	for {
		raw, err := read(r)
		if err != nil {
			c.ended(to)
			return
		}
		if d := c.proxy.opts.Delay; d > 0 {
			select {
			case <-time.After(d):
			case <-c.proxy.over:
			}
		}
		c.pass(raw, to, up)
	}
}

// read reads a packet as it comes, or what is left of one.
func read(r *bufio.Reader) ([]byte, error) {
	first, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	raw, n := []byte{first}, 0
	for shift := 0; shift < 28; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		raw = append(raw, b)
		n |= int(b&0x7f) << shift
		if b&0x80 == 0 {
			break
		}
	}
	body := make([]byte, n)
	_, err = io.ReadFull(r, body)
	return append(raw, body...), err
}

// ended passes the end of one side on to the other.
func (c *link) ended(to *net.TCPConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fate == Lives {
		_ = to.CloseWrite()
	}
}

func (c *link) pass(raw []byte, to *net.TCPConn, up bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fate != Lives {
		return
	}
	kind, way := raw[0]>>4, 0
	if up {
		way = 1
	}
	c.seen[way][kind]++
	c.proxy.mu.Lock()
	v := c.proxy.opts.Judge(Packet{Conn: c.id, Up: up, Type: kind, N: c.seen[way][kind], Raw: raw})
	c.proxy.mu.Unlock()
	if v.Pass > 0 {
		raw = raw[:min(v.Pass, len(raw))]
	}
	c.write(c.client, v.Inject)
	if !v.Drop {
		c.write(to, raw)
	}
	c.fate = v.Then
	switch v.Then {
	case FIN:
		_ = c.client.CloseWrite()
		_ = c.server.CloseWrite()
	case RST:
		c.reset()
	}
}

func (c *link) reset() {
	for _, conn := range []*net.TCPConn{c.client, c.server} {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
}

// write writes at once, or byte by byte. A side that is gone shows in what is read from it.
func (c *link) write(to *net.TCPConn, p []byte) {
	if !c.proxy.opts.Trickle {
		_, _ = to.Write(p)
		return
	}
	for i := range p {
		_, _ = to.Write(p[i : i+1])
	}
}

// Connack is a CONNACK with a return code.
func Connack(code byte) []byte { return []byte{packets.Connack << 4, 2, 0, code} }
