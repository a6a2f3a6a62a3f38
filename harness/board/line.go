package board

import (
	"bytes"
	"sync"
	"time"
)

// mostHeard bounds what a peer keeps of what it does not understand, and what is kept for a test of
// what the script sent.
const mostHeard = 64 << 10

// Line is a serial line of the board and what is on its other end. Until Peer or Answer says
// otherwise nobody is.
type Line struct {
	mu     sync.Mutex
	rules  responder
	heard  []byte // and not answered yet
	sent   []byte
	script bool // the other end is a scripted peer
	hears  func(data []byte, delay time.Duration)
	early  []byte // said while the port was closed
}

// Line returns the serial line with a number.
func (b *Board) Line(number int) *Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lines[number]
	if l == nil {
		l = &Line{}
		b.lines[number] = l
	}
	return l
}

// Peer puts a peer on the other end that says nothing by itself, in place of a loopback.
func (l *Line) Peer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.script = true
}

// HasPeer reports whether a scripted peer is on the other end.
func (l *Line) HasPeer() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.script
}

// Answer adds a rule to the peer on the other end.
func (l *Line) Answer(r Rule) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.script = true
	l.rules.add(r)
}

// Attach has f called with what comes from the other end, and how much later it does; f must not
// block. What was said while nobody was attached comes first.
func (l *Line) Attach(f func(data []byte, delay time.Duration)) (detach func()) {
	l.mu.Lock()
	l.hears = f
	early := l.early
	l.early = nil
	l.mu.Unlock()
	if len(early) > 0 {
		f(early, 0)
	}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hears = nil
	}
}

// Say has the other end say something.
func (l *Line) Say(data []byte) {
	l.mu.Lock()
	f := l.hears
	if f == nil {
		l.early = append(l.early, data...)
		l.early = l.early[max(0, len(l.early)-mostHeard):]
	}
	l.mu.Unlock()
	if f != nil {
		f(bytes.Clone(data), 0)
	}
}

// Send is what the script sends: it is noted, and the peer, if there is one, answers.
func (l *Line) Send(data []byte) {
	l.mu.Lock()
	l.sent = append(l.sent, data...)
	l.sent = l.sent[max(0, len(l.sent)-mostHeard):]
	type answer struct {
		data  []byte
		delay time.Duration
	}
	var answers []answer
	if l.script {
		l.heard = append(l.heard, data...)
		for {
			a, delay, end := l.rules.inStream(l.heard)
			if end == 0 {
				break
			}
			answers = append(answers, answer{a, delay})
			l.heard = l.heard[end:]
		}
		l.heard = l.heard[max(0, len(l.heard)-mostHeard):]
	}
	f := l.hears
	l.mu.Unlock()
	for _, a := range answers {
		if f != nil {
			f(a.data, a.delay)
		}
	}
}

// Sent returns what the script has sent; clear forgets it.
func (l *Line) Sent(clear bool) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := bytes.Clone(l.sent)
	if clear {
		l.sent = nil
	}
	return out
}
