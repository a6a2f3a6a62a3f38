package session

import (
	"bytes"
	"sync"

	"quecstar/harness/report"
	"quecstar/harness/serial"
)

// tapped is a port whose lines are told.
type tapped struct {
	serial.Port
	up, down lineTap
}

// tapped has Options.Lines told what travels on a port.
func (s *Session) tapped(p serial.Port) serial.Port {
	if s.opts.Lines == nil {
		return p
	}
	hide := report.NewMasker(s.bench.Secrets()).Text
	t := &tapped{Port: p}
	t.up.tell = func(text []byte) { s.opts.Lines(false, []byte(hide(string(text)))) }
	t.down.tell = func(text []byte) { s.opts.Lines(true, []byte(hide(string(text)))) }
	return t
}

// Read reads from the module.
func (t *tapped) Read(p []byte) (int, error) {
	n, err := t.Port.Read(p)
	t.down.take(p[:n])
	return n, err
}

// Write writes to the module.
func (t *tapped) Write(p []byte) (int, error) {
	n, err := t.Port.Write(p)
	t.up.take(p[:n])
	return n, err
}

// lineTap cuts one direction into lines; what has no end for mostTapped bytes is one.
type lineTap struct {
	tell func(text []byte)
	mu   sync.Mutex
	rest []byte
}

const mostTapped = 16 << 10

func (l *lineTap) take(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexAny(l.rest, "\r\n")
		if end < 0 && len(l.rest) < mostTapped {
			return
		}
		if end < 0 {
			end = len(l.rest) - 1
		}
		if text := bytes.Trim(l.rest[:end+1], "\r\n\x00"); len(text) > 0 {
			l.tell(text)
		}
		l.rest = l.rest[end+1:]
	}
}
