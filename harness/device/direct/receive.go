package direct

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// read takes packets until the connection ends.
func (s *session) read() {
	for {
		p, err := readPacket(s.in, s.cfg.Protocol)
		if err == nil {
			s.touch(&s.heard)
			err = s.take(p)
		}
		if err != nil {
			s.fail(lostError(err))
			return
		}
	}
}

func lostError(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the server closed the connection", device.ErrLost)
	}
	return fmt.Errorf("%w: %w", device.ErrLost, err)
}

// take does what a packet asks for.
func (s *session) take(p packet) error {
	switch p.kind {
	case packets.Publish:
		return s.message(p)
	case packets.Pubrel:
		s.mem.release(p.id)
		return s.answer(packets.Pubcomp, p.id)
	case packets.Pubrec:
		if x := s.exchange(p.id); x != nil && x.ends == packets.Pubcomp {
			x.received.Store(true)
		}
		return s.answer(packets.Pubrel, p.id) // also to one that nobody waits for: the server may forget it
	case packets.Pingresp:
		return nil
	}
	if x := s.exchange(p.id); x != nil && x.ends == p.kind {
		select {
		case x.done <- p.body:
		default: // the server acknowledges it twice
		}
	}
	return nil
}

func (s *session) exchange(id uint16) *exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting[id]
}

// message hands a message out, then acknowledges it. One at QoS 2 that came already is but
// acknowledged (MQTT 3.1.1, section 4.3.3).
func (s *session) message(p packet) error {
	m := p.msg
	if m.QoS < 2 || s.mem.first(p.id) {
		s.emit(event.Event{Kind: event.Receive, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain})
		if s.cfg.OnMessage != nil {
			s.cfg.OnMessage(m)
		}
	}
	switch m.QoS {
	case 1:
		return s.answer(packets.Puback, p.id)
	case 2:
		return s.answer(packets.Pubrec, p.id)
	}
	return nil
}

// first notes a message at QoS 2, and reports whether it is new.
func (m *memory) first(id uint16) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, known := m.received[id]
	m.received[id] = struct{}{}
	return !known
}

func (m *memory) release(id uint16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.received, id)
}

// answer acknowledges. A connection that takes nothing more is read on: what the server sent before
// it ended is not lost.
func (s *session) answer(kind byte, id uint16) error {
	select {
	case s.writing <- struct{}{}:
	case <-s.lost:
		return s.err
	}
	_ = s.write(ack(kind, id), writeTimeout) // the end of the connection shows in what is read
	<-s.writing
	return nil
}

// A PINGREQ goes out where for pingAfter of the keepalive nothing came or went; the server has until
// deadAfter to be heard of.
const (
	pingAfter = 0.7
	deadAfter = 1.4
)

// watch keeps the connection alive and ends it before the server is silent for 1.5 times the
// keepalive, which is when a server gives up on a silent client (MQTT 3.1.1, section 3.1.2.10).
func (s *session) watch() {
	keep := float64(s.cfg.KeepAlive)
	soon, dead := time.Duration(keep*pingAfter), time.Duration(keep*deadAfter)
	pinged := time.Now()
	for {
		heard, said := time.Unix(0, s.heard.Load()), time.Unix(0, s.said.Load())
		due := later(earlier(heard, said), pinged).Add(soon)
		if !s.sleepUntil(earlier(due, heard.Add(dead))) {
			return
		}
		heard, said = time.Unix(0, s.heard.Load()), time.Unix(0, s.said.Load())
		left := time.Until(heard.Add(dead))
		switch {
		case left <= 0:
			s.fail(fmt.Errorf("%w: %w: the server has not been heard of for %v, nor has it answered PINGREQ", device.ErrLost, device.ErrTimeout, dead))
			return
		case time.Since(later(earlier(heard, said), pinged)) >= soon:
			pinged = time.Now()
			s.ping(left)
		}
	}
}

// ping sends a PINGREQ, unless a packet is being written, which is sign of life enough.
func (s *session) ping(limit time.Duration) {
	select {
	case s.writing <- struct{}{}:
		_ = s.write(packets.NewControlPacket(packets.Pingreq), limit) // the reader sees the end
		<-s.writing
	default:
	}
}

// sleepUntil reports false when the connection ended first.
func (s *session) sleepUntil(t time.Time) bool {
	ctx, cancel := context.WithDeadline(context.Background(), t)
	defer cancel()
	select {
	case <-ctx.Done():
		return true
	case <-s.lost:
		return false
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
