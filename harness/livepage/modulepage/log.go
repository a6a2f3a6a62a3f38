package modulepage

import (
	"bytes"
	"sync"

	"quecstar/harness/event"
	"quecstar/harness/livepage"
	"quecstar/harness/suite"
)

// Who tells events: the module's side of its AT ports, behind which a program is, and the cloud.
const (
	onPort = "host.at"
	cloud  = "cloud"
)

// Kinds of what travels on an AT port: what a program sent, and what it got.
const (
	atSent event.Kind = "at.sent"
	atGot  event.Kind = "at.got"
)

// happened is the log of what happens and of what travels on the module's AT ports.
type happened struct {
	livepage.Log
	mu sync.Mutex
	n  int
}

// hear takes an event.
func (p *page) hear(e event.Event) {
	if p.opts.Mask != nil {
		e = p.opts.Mask.Event(e)
	}
	source := onPort
	if e.Layer == event.Cloud {
		source = cloud
	}
	h := &p.happened
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
	h.Add(suite.NewEvent(h.n, e.Time.Sub(p.began), source, e))
}

// hearLine takes a line of an AT port.
func (p *page) hearLine(fromModule bool, text []byte) {
	kind := atSent
	if fromModule {
		kind = atGot
	}
	p.hear(event.Event{Time: p.opts.Now(), Layer: event.Device, Kind: kind, Payload: bytes.Clone(text)})
}
