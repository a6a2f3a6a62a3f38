package session

import (
	"bytes"
	"io"
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
	t := &tapped{Port: p}
	t.up.tell = s.withoutSecrets(func(text []byte) { s.opts.Lines(false, text) })
	t.down.tell = s.withoutSecrets(func(text []byte) { s.opts.Lines(true, text) })
	return t
}

// withoutSecrets has tell told of lines without their passwords: those that the bench knows, and those of commands.
func (s *Session) withoutSecrets(tell func(text []byte)) func(text []byte) {
	known := report.NewMasker(s.bench.Secrets()).Text
	return func(text []byte) { tell([]byte(serial.Hide(string(text), known))) }
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

// overheard is the module's end of an AT port whose lines are told.
type overheard struct {
	io.ReadWriteCloser
	up, down lineTap
}

// HearLines has f told of the lines that travel on the module's AT ports from now on, without passwords; nil ends that.
func (v *Sim) HearLines(f func(fromModule bool, text []byte)) { v.lines.Store(&f) }

func (v *Sim) overheard(conn io.ReadWriteCloser) io.ReadWriteCloser {
	tell := func(fromModule bool) func(text []byte) {
		return v.s.withoutSecrets(func(text []byte) {
			if f := v.lines.Load(); f != nil && *f != nil {
				(*f)(fromModule, text)
			}
		})
	}
	return &overheard{conn, lineTap{tell: tell(false)}, lineTap{tell: tell(true)}}
}

// Read reads what comes to the module.
func (o *overheard) Read(p []byte) (int, error) {
	n, err := o.ReadWriteCloser.Read(p)
	o.up.take(p[:n])
	return n, err
}

// Write writes what the module says.
func (o *overheard) Write(p []byte) (int, error) {
	n, err := o.ReadWriteCloser.Write(p)
	o.down.take(p[:n])
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
