package vmodule

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

const (
	socketCount = 12
	// socketBuffer is how much a socket holds for a host that does not read; the network waits then.
	socketBuffer = 10240
	// mostAtOnce is how much one AT+QIRD or AT+QISEND carries.
	mostAtOnce = 1500
)

// The access modes of AT+QIOPEN.
const (
	accessBuffer = 0
	accessPush   = 1
)

// socket is one connection of the TCP/IP commands.
type socket struct {
	m       *Module
	id      int
	kind    string // "TCP" or "UDP"
	host    string
	port    int
	access  int
	conn    net.Conn
	mu      sync.Mutex
	change  sync.Cond
	data    []byte
	told    bool // +QIURC: "recv" is out and the buffer was not read empty since
	total   int
	sent    int
	closed  bool
	outside bool // the other side closed

	carrier *carrier // of transparent mode
	flows   *outbox  // where data goes while a port is in data mode; nil keeps it
}

var socketCommands = map[string]command{
	"QIOPEN":     {write: openSocket, test: `(1-3),(0-11),"TCP/UDP","<ip/domain>",<port>,<port>,(0-2)`},
	"QICLOSE":    {write: closeSocket},
	"QISEND":     {write: sendSocket},
	"QIRD":       {write: readSocket},
	"QISTATE":    {exec: socketStates, read: socketStates, write: socketStates},
	"QIGETERROR": {exec: lastError},
	"QIDNSGIP":   {write: lookUpHost},
	"QISWTMD":    {write: switchAccess, test: "(0-11),(0-2)"},
	"QISDE":      {write: echoData, test: "(0,1)"},
	"QICFG":      {write: accept},
}

// echoData is whether what AT+QISEND sends is echoed, beside ATE (TCP/IP application note, "AT+QISDE").
func echoData(c *call) error {
	n, ok := c.args.At(0).Int()
	if !ok || n < 0 || n > 1 {
		return &atcmd.Error{}
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	c.m.set.quietData = n == 0
	return nil
}

func lastError(c *call) error {
	c.m.mu.Lock()
	code := c.m.lastNet
	c.m.mu.Unlock()
	c.info("+QIGETERROR: %d,%s", code, atcmd.SocketText(code))
	return nil
}

func openSocket(c *call) error {
	id, kind, access := c.args.Int(1, -1), strings.ToUpper(c.args.Text(2)), c.args.Int(6, 0)
	host, port := c.args.Text(3), c.args.Int(4, 0)
	if id < 0 || id >= socketCount || kind != "TCP" && kind != "UDP" || host == "" || port < 1 || port > 65535 {
		c.m.netError(552)
		return &atcmd.Error{}
	}
	s := &socket{m: c.m, id: id, kind: kind, host: host, port: port, access: access}
	s.change.L = &s.mu
	if access > accessPush {
		return c.openTransparent(s)
	}
	c.later(func() { c.m.spawn(func() { c.m.urc("+QIOPEN: %d,%d", id, c.m.dialSocket(s)) }) })
	return nil
}

// dialSocket connects and returns the result of +QIOPEN.
func (m *Module) dialSocket(s *socket) int {
	m.mu.Lock()
	taken := m.sockets[s.id] != nil
	if !taken {
		m.sockets[s.id] = s
	}
	m.mu.Unlock()
	if taken {
		m.netError(563)
		return 563
	}
	ctx, cancel := context.WithTimeout(m.ctx, 150*time.Second)
	defer cancel()
	conn, err := m.dev.DialSocket(ctx, strings.ToLower(s.kind), s.host, s.port)
	if err != nil {
		code := 566
		switch {
		case errors.Is(err, device.ErrNotReady):
			code = 561
		case errors.Is(err, device.ErrNotAllowed):
			code = 572
		case strings.Contains(err.Error(), "no such host") || strings.Contains(err.Error(), "resolve"):
			code = 565
		}
		m.netError(code)
		m.forget(s)
		return code
	}
	s.mu.Lock()
	s.conn = conn
	gone := s.closed
	s.mu.Unlock()
	if gone {
		_ = conn.Close()
		return 566
	}
	m.spawn(s.read)
	return 0
}

func (m *Module) forget(s *socket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sockets[s.id] == s {
		m.sockets[s.id] = nil
	}
}

// read moves what comes into the buffer, and tells the host.
func (s *socket) read() {
	buf := make([]byte, mostAtOnce)
	for {
		n, err := s.conn.Read(buf)
		if n > 0 {
			s.arrived(buf[:n])
		}
		if err != nil {
			break
		}
	}
	s.mu.Lock()
	ours := s.closed
	s.outside = true
	s.mu.Unlock()
	if s.carrier != nil {
		s.carrier.end()
	}
	if !ours {
		s.m.urc(`+QIURC: "closed",%d`, s.id)
	}
}

// arrived keeps or pushes what came; a full buffer waits for the host.
func (s *socket) arrived(p []byte) {
	if s.access == accessPush {
		s.m.urc("+QIURC: \"recv\",%d,%d\r\n%s", s.id, len(p), p)
		return
	}
	s.mu.Lock()
	if s.flows != nil {
		s.flows.put(p)
		s.mu.Unlock()
		return
	}
	for len(s.data)+len(p) > socketBuffer && !s.closed {
		s.change.Wait()
	}
	s.data = append(s.data, p...)
	s.total += len(p)
	tell := !s.told && !s.closed && s.carrier == nil
	s.told = true
	s.mu.Unlock()
	if tell {
		s.m.urc(`+QIURC: "recv",%d`, s.id)
	}
}

func (s *socket) close() {
	s.mu.Lock()
	conn := s.conn
	s.closed = true
	s.change.Broadcast()
	s.mu.Unlock()
	if conn != nil {
		_ = conn.Close()
	}
	s.m.forget(s)
}

// socket is the open socket that the first parameter names.
func (c *call) socket() (*socket, error) {
	id := c.args.Int(0, -1)
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	if id < 0 || id >= socketCount || c.m.sockets[id] == nil {
		c.m.lastNet = 552
		return nil, &atcmd.Error{}
	}
	return c.m.sockets[id], nil
}

func closeSocket(c *call) error {
	s, err := c.socket()
	if err != nil {
		return nil //nolint:nilerr // closing what is not open is OK on a module
	}
	s.close()
	return nil
}

func sendSocket(c *call) error {
	s, err := c.socket()
	if err != nil {
		return err
	}
	n, sized := c.args.At(1).Int()
	if sized && n == 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.info("+QISEND: %d,%d,0", s.sent, s.sent)
		return nil
	}
	if sized && (n < 0 || n > 1460) {
		c.m.netError(552)
		return &atcmd.Error{}
	}
	c.m.mu.Lock()
	echo := c.p.echoes() && (!c.m.set.quietData || c.m.opts.Behaviour.FixedEcho)
	c.m.mu.Unlock()
	c.p.enter("\r\n> ")
	var data []byte
	cancelled := false
	if sized {
		data, err = c.p.payload(n, entryTime, echo)
	} else {
		data, cancelled, err = c.p.openText(entryTime, 1460, echo)
	}
	switch {
	case cancelled:
		return nil
	case errors.Is(err, errLate):
		return &atcmd.Error{}
	case err != nil:
		return err
	}
	s.mu.Lock()
	conn := s.conn
	s.mu.Unlock()
	if conn == nil {
		return &atcmd.Error{}
	}
	if _, err := conn.Write(data); err != nil {
		c.m.netError(558)
		c.p.say("SEND FAIL")
		return errSaid
	}
	s.mu.Lock()
	s.sent += len(data)
	s.mu.Unlock()
	c.p.say("SEND OK")
	return errSaid
}

func readSocket(c *call) error {
	s, err := c.socket()
	if err != nil {
		return err
	}
	most := c.args.Int(1, mostAtOnce)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.args.At(1).Given && most == 0 {
		c.info("+QIRD: %d,%d,%d", s.total, s.total-len(s.data), len(s.data))
		return nil
	}
	n := min(max(most, 0), mostAtOnce, len(s.data))
	if n == 0 {
		c.info("+QIRD: 0")
		s.told = false
		return nil
	}
	c.infoData(fmt.Sprintf("+QIRD: %d", n), append(s.data[:n:n], '\r', '\n'))
	s.data = append([]byte(nil), s.data[n:]...)
	if len(s.data) == 0 {
		s.told = false
	}
	s.change.Broadcast()
	return nil
}

func socketStates(c *call) error {
	c.m.mu.Lock()
	all := c.m.sockets
	c.m.mu.Unlock()
	for _, s := range all {
		if s == nil || len(c.args) == 2 && c.args.Int(1, -1) != s.id {
			continue
		}
		s.mu.Lock()
		state, addr, local := 1, s.host, 0
		if s.conn != nil {
			state = 2
			if s.outside {
				state = 4
			}
			if host, _, err := net.SplitHostPort(s.conn.RemoteAddr().String()); err == nil {
				addr = host
			}
			if _, p, err := net.SplitHostPort(s.conn.LocalAddr().String()); err == nil {
				local = atoi(p)
			}
		}
		c.info(`+QISTATE: %d,"%s","%s",%d,%d,%d,1,%d,%d,"%s"`, s.id, s.kind, addr, s.port, local, state, s.id, s.access,
			c.p.name)
		s.mu.Unlock()
	}
	return nil
}

func lookUpHost(c *call) error {
	host := c.args.Text(1)
	if host == "" {
		return &atcmd.Error{}
	}
	c.later(func() {
		c.m.spawn(func() {
			ctx, cancel := context.WithTimeout(c.m.ctx, 60*time.Second)
			defer cancel()
			addr, err := c.m.lookup(ctx, host)
			if err != nil {
				c.m.netError(565)
				c.m.urc(`+QIURC: "dnsgip",565`)
				return
			}
			c.m.urc(`+QIURC: "dnsgip",0,1,600`)
			c.m.urc(`+QIURC: "dnsgip","%s"`, addr)
		})
	})
	return nil
}

// lookup is the number of a host.
func (m *Module) lookup(ctx context.Context, host string) (string, error) {
	addr, err := m.dev.Lookup(ctx, host)
	if err != nil {
		return "", fmt.Errorf("%s: %w", host, err)
	}
	return addr, nil
}
