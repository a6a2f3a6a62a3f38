package direct

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
)

// writeTimeout bounds how long a full connection may hold a packet up.
const writeTimeout = 30 * time.Second

// Where for pingAfter of the keepalive nothing came, the server is asked for a sign of life; it has
// until deadAfter, which is before it would give up on a silent client (MQTT 3.1.1, section
// 3.1.2.10). Paho's own PINGREQ comes later, where for a keepalive nothing was said.
const (
	pingAfter = 0.7
	deadAfter = 1.4
)

// checkedConn is the connection as paho sees it. What comes is checked first, as paho takes messages at QoS 3
// and acknowledgements of nothing; a server that is not there any more is noticed; and paho, which may
// hold a packet up for 30 s that it is given while it stops, sees the end only when none is on its way.
type checkedConn struct {
	net.Conn
	s       *session
	in      *bufio.Reader
	up      bool           // CONNACK came
	resumed bool           // the server goes on with an earlier session
	refused error          // why there is no CONNACK that accepts
	rest    io.Reader      // of the packet that paho reads
	passed  sync.WaitGroup // the messages that paho has not handed out
	over    chan struct{}  // closed when paho is told of the end

	writing chan struct{} // holds one while a packet is written; no mutex, whose waiters would stop virtual time
	broken  atomic.Bool   // a packet could not be written
}

func newCheckedConn(s *session, conn net.Conn) *checkedConn {
	w := &checkedConn{Conn: conn, s: s, rest: bytes.NewReader(nil), writing: make(chan struct{}, 1), over: make(chan struct{})}
	w.in = bufio.NewReader(lifeline{w})
	return w
}

// SetDeadline does nothing: the deadlines are set here, not by paho.
func (w *checkedConn) SetDeadline(time.Time) error { return nil }

// Read gives paho what it may see.
func (w *checkedConn) Read(b []byte) (int, error) {
	for {
		if n, err := w.rest.Read(b); !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := w.next(); err != nil {
			return 0, err
		}
	}
}

// next reads the next packet that paho may see.
func (w *checkedConn) next() error {
	if !w.up {
		return w.connack()
	}
	for {
		p, err := readPacket(w.in, w.s.cfg.Protocol)
		if err != nil {
			return w.end(err)
		}
		if w.take(p) {
			head := binary.AppendUvarint([]byte{p.first}, uint64(len(p.body))) // which is how MQTT writes a length, too
			w.rest = io.MultiReader(bytes.NewReader(head), bytes.NewReader(p.body))
			return nil
		}
	}
}

// connack reads the server's answer to CONNECT.
func (w *checkedConn) connack() error {
	present, code, err := readConnack(w.in)
	if err == nil && code != 0 {
		err = &device.RefusedError{Code: code}
	}
	if err != nil {
		w.refused = err
		return err
	}
	w.up, w.resumed = true, present
	w.s.numbers.mem = w.s.dev.memory(w.s.cfg, present)
	w.rest = bytes.NewReader([]byte{packets.Connack << 4, 2, 0, 0})
	return nil
}

// take does what paho would not do for a packet, and reports whether paho may see it.
func (w *checkedConn) take(p packet) bool {
	switch p.kind {
	case packets.Publish:
		w.passed.Add(1)
	case packets.Pubrel:
		w.passed.Wait() // so that the message is not noted behind its release
		w.s.numbers.mem.release(p.id)
	case packets.Pubrec:
		// Answered also where nobody waits for it: the server may forget the message. Paho would
		// forget that it came, and send the message anew.
		w.s.numbers.received(p.id)
		w.release(p.id)
		return false
	case packets.Puback, packets.Pubcomp, packets.Suback, packets.Unsuback:
		return w.s.numbers.acknowledged(p)
	}
	return true
}

// end is the end of what can be read: all of it is handed out first.
func (w *checkedConn) end(why error) error {
	_ = w.Close() // what is being written waits no more
	w.passed.Wait()
	if errors.Is(why, io.EOF) {
		why = errors.New("the server closed the connection")
	}
	w.s.fail(fmt.Errorf("%w: %w", device.ErrLost, why))
	w.s.turn <- struct{}{}
	close(w.over)
	return device.ErrLost // paho does not stop by itself for an error of a connection that was closed here
}

// Write writes a packet of paho's. One that cannot be written is no error: what the server sent before
// is read first, and the end shows there.
func (w *checkedConn) Write(b []byte) (int, error) {
	w.writing <- struct{}{}
	defer func() { <-w.writing }()
	_ = w.write(b, writeTimeout)
	return len(b), nil
}

// write writes a packet; the caller holds writing. A connection that takes nothing is ended at once.
func (w *checkedConn) write(b []byte, limit time.Duration) error {
	_ = w.SetWriteDeadline(time.Now().Add(limit)) // fails on a closed connection, as the write does
	_, err := w.Conn.Write(b)
	if err != nil {
		w.broken.Store(true)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.s.fail(fmt.Errorf("%w: the connection took nothing for %v", device.ErrLost, limit))
	}
	return err
}

// release sends PUBREL.
func (w *checkedConn) release(id uint16) {
	_, _ = w.Write(binary.BigEndian.AppendUint16([]byte{packets.Pubrel<<4 | 2, 2}, id)) // never fails
}

// ping sends a PINGREQ, unless a packet is being written, which is sign of life enough.
func (w *checkedConn) ping(limit time.Duration) error {
	select {
	case w.writing <- struct{}{}:
	default:
		return nil
	}
	defer func() { <-w.writing }()
	return w.write([]byte{packets.Pingreq << 4, 0}, limit)
}

// lifeline reads from a connection, and asks the server for a sign of life where it is silent.
type lifeline struct{ w *checkedConn }

func (l lifeline) Read(b []byte) (int, error) {
	w, keep := l.w, float64(l.w.s.cfg.KeepAlive)
	if keep == 0 || !w.up {
		return w.Conn.Read(b)
	}
	begin, soon, dead := time.Now(), time.Duration(keep*pingAfter), time.Duration(keep*deadAfter)
	for _, limit := range []time.Duration{soon, dead} {
		_ = w.SetReadDeadline(begin.Add(limit)) // fails on a closed connection, as the read does
		n, err := w.Conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if limit == soon {
			_ = w.ping(dead - soon) // the end shows in what is read
		}
	}
	return 0, fmt.Errorf("%w: the server has not been heard of for %v, nor has it answered PINGREQ", device.ErrTimeout,
		dead)
}
