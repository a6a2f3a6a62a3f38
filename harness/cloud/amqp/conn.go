package amqp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// conn is the connection of a client.
type conn struct {
	net.Conn
	server  *Server
	ctx     context.Context // ends with the connection
	account string
	work    sync.WaitGroup // of its links
	idle    time.Duration  // how long the client may be silent

	mu        sync.Mutex // of all below, and of what is written
	sessions  map[uint16]*session
	links     int
	linked    bool // there was a link
	peerFrame int
	ending    *fault // that the client was told, and nothing is sent behind
}

// Times: of the way to the first frame behind open, of a write, and for a client to end what was closed.
const (
	loginTime  = 10 * time.Second
	writeTime  = 30 * time.Second
	lingerTime = 2 * time.Second
	// idleTime is how long a client may be silent that does not say; UNCONFIRMED.
	idleTime = 2 * time.Minute
)

// Headers (part 2, section 2.2; part 5, section 5.3.2).
var (
	saslHeader = []byte{'A', 'M', 'Q', 'P', 3, 1, 0, 0}
	amqpHeader = []byte{'A', 'M', 'Q', 'P', 0, 1, 0, 0}
)

func (c *conn) run() error {
	if err := c.SetReadDeadline(time.Now().Add(loginTime)); err != nil {
		return err
	}
	if err := c.header(saslHeader); err != nil {
		return err
	}
	if err := c.login(); err != nil {
		return err
	}
	if err := c.header(amqpHeader); err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	defer c.server.leave(c)
	late := time.AfterFunc(c.server.opts.FirstLink, func() {
		c.mu.Lock()
		none := !c.linked
		c.mu.Unlock()
		if none {
			c.stop(faultf(condNotAllowed, "no receiver link within %v", c.server.opts.FirstLink))
		}
	})
	defer late.Stop()
	for {
		if err := c.await(); err != nil {
			return err
		}
		f, err := readFrame(c)
		if err != nil {
			return c.lost(err)
		}
		if over, err := c.take(f); over || err != nil {
			return err
		}
	}
}

// await gives the next frame its time.
func (c *conn) await() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return c.ending
	}
	return c.SetReadDeadline(time.Now().Add(c.idle))
}

// lost is why no frame came.
func (c *conn) lost(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var timeout net.Error
	switch {
	case c.ending != nil:
		return c.ending
	case errors.As(err, &timeout) && timeout.Timeout():
		return faultf(condIdle, "nothing came for %v", c.idle)
	case errors.Is(err, io.EOF):
		return errors.New("the client went without close")
	}
	return err
}

// header exchanges headers; the client's must be the same.
func (c *conn) header(want []byte) error {
	got := make([]byte, len(want))
	_, err := io.ReadFull(c, got)
	if err := c.write(want); err != nil {
		return err
	}
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("the client speaks another protocol, or does not log in by SASL")
	}
	return err
}

// login takes a user name and a password by SASL PLAIN (RFC 4616), without rights of another.
func (c *conn) login() error {
	if err := c.send(saslFrame, 0, saslMechs, []any{symbol("PLAIN")}); err != nil {
		return err
	}
	f, err := readFrame(c)
	if err != nil {
		return err
	}
	if f.kind != saslFrame || f.op != saslInit {
		return errors.New("the client sends something else than its login")
	}
	mechanism, response := needed[symbol](&f.fields, 0), needed[[]byte](&f.fields, 1)
	if err := f.fields.failed(); err != nil {
		return err
	}
	parts := strings.Split(string(response), "\x00")
	if mechanism != "PLAIN" || len(parts) != 3 {
		err = errors.New("the login is not of SASL PLAIN")
	} else {
		c.account, err = c.server.opts.Login(parts[1], parts[2])
	}
	code := uint8(0)
	if err != nil {
		code = 1 // auth (part 5, section 5.3.3.6)
	}
	return errors.Join(err, c.send(saslFrame, 0, saslOutcome, []any{code}))
}

// open opens the connection: the client may be silent as long as it says that the server may.
func (c *conn) open() error {
	f, err := readFrame(c)
	if err != nil {
		return err
	}
	if f.op != opOpen {
		return errors.New("the client begins without open")
	}
	container := needed[string](&f.fields, 0)
	frameSize, idle := field(&f.fields, 2, uint32(maxFrame)), field(&f.fields, 4, uint32(0))
	c.mu.Lock()
	c.peerFrame = int(max(minFrame, min(frameSize, maxFrame)))
	c.mu.Unlock()
	c.idle = idleTime
	if idle > 0 {
		c.idle = time.Duration(idle) * time.Millisecond
	}
	if err := c.send(amqpFrame, 0, opOpen, []any{"quecstar", nil, uint32(maxFrame), uint16(maxSessions - 1),
		uint32(c.idle.Milliseconds())}); err != nil {
		return err
	}
	switch {
	case f.fields.failed() != nil:
		return f.fields.failed()
	case container == "":
		return faultf(condField, "container-id is wanted")
	case idle > 0:
		c.work.Go(func() { c.keepAlive(c.idle / 2) })
	}
	return c.server.join(c)
}

// keepAlive sends empty frames, so that the client sees the server.
func (c *conn) keepAlive(every time.Duration) {
	ticker := time.NewTicker(max(every, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if c.send(amqpFrame, 0, 0, nil) != nil {
				return
			}
		case <-c.ctx.Done():
			return
		}
	}
}

// errEnding is that the connection was told its end.
var errEnding = errors.New("the connection ends")

// send sends a frame.
func (c *conn) send(kind byte, channel uint16, op uint64, list []any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sendLocked(kind, channel, op, list, nil)
}

func (c *conn) sendLocked(kind byte, channel uint16, op uint64, list []any, payload []byte) error {
	if c.ending != nil {
		return errEnding
	}
	return c.write(appendFrame(nil, kind, channel, op, list, payload))
}

func (c *conn) write(b []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	_, err := c.Write(b)
	return err
}

// stop tells the client why its connection ends, which its reader then sees.
func (c *conn) stop(f *fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return
	}
	_ = c.sendLocked(amqpFrame, 0, opClose, []any{f.value()}, nil) // it ends all the same
	c.ending = f
	_ = c.SetReadDeadline(time.Now()) // likewise
}

// finish tells the client the end, and gives back to the queues what it has not settled.
func (c *conn) finish(err error) {
	if f := asFault(err); f != nil {
		c.stop(f)
	}
	c.mu.Lock()
	ending := c.ending
	for _, s := range c.sessions {
		s.close()
	}
	c.mu.Unlock()
	if ending == nil || c.ctx.Err() != nil {
		return
	}
	// A connection that is closed while something waits to be read loses what was sent last.
	if c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(c, 1<<20)) // until the client closes, too
	}
}

// take does what a frame says; over is that the client closes.
func (c *conn) take(f frame) (over bool, err error) {
	if f.op == 0 {
		return false, nil
	}
	if f.kind != amqpFrame {
		return false, faultf(condFraming, "a frame of SASL behind open")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch f.op {
	case opClose:
		return true, c.sendLocked(amqpFrame, 0, opClose, []any{}, nil)
	case opBegin:
		return false, c.begin(f)
	}
	s := c.sessions[f.channel]
	if s == nil {
		return false, faultf(condNotAllowed, "the channel %d has no session", f.channel)
	}
	switch f.op {
	case opEnd:
		s.close()
		delete(c.sessions, f.channel)
		return false, c.sendLocked(amqpFrame, f.channel, opEnd, []any{}, nil)
	case opAttach:
		return false, s.attach(f.fields)
	case opFlow:
		return false, s.flow(f.fields)
	case opDisposition:
		return false, s.disposition(f.fields)
	case opDetach:
		return false, s.detach(f.fields)
	case opTransfer:
		return false, faultf(condNotAllowed, "consumers send nothing")
	}
	return false, faultf(condDecode, "the performative 0x%x is none", f.op)
}
