package session

import (
	"bytes"
	"io"

	"quecstar/harness/event"
)

// printed is an output of the script, which is told as events, too.
type printed struct {
	w    io.Writer // nil is nobody
	kind event.Kind
	emit event.Sink
	// place is FILE:LINE of who writes; nil is not known.
	place func() string
}

func (p *printed) Write(b []byte) (n int, err error) {
	n = len(b)
	if p.w != nil {
		n, err = p.w.Write(b)
	}
	if n > 0 {
		e := event.Event{Layer: event.Script, Kind: p.kind, Payload: bytes.Clone(b[:n])}
		if p.place != nil {
			e.Where = p.place()
		}
		p.emit(e)
	}
	return n, err
}
