package web

import (
	"hash/maphash"
	"strings"
	"time"
)

// Pairer finds the two events that tell one message from its two ends, of a device and of the broker or cloud, and what
// the cloud makes of it: a report, a command, an answer. The zero value is ready for use.
type Pairer struct {
	seed    maphash.Seed
	waiting map[key][]end
	size    int
}

// mostWaiting is how many events wait for their other end at most; beyond that those that wait are forgotten.
const mostWaiting = 50_000

// end is one end of a message.
type end struct {
	n  int
	at time.Duration
}

type key struct {
	far  bool // who is waited for is the broker or cloud
	what uint64
}

// Event is what a Pairer looks at.
type Event struct {
	Kind, Device, Topic string
	Payload             string
	At                  time.Duration
	// Cloud is that the broker or cloud tells it.
	Cloud bool
}

// Of takes the event with the number n, which is more than 0, and returns the number of an earlier one that tells the
// same message; 0 where there is none yet.
func (p *Pairer) Of(n int, e Event) int {
	if p.waiting == nil {
		p.seed, p.waiting = maphash.MakeSeed(), map[key][]end{}
	}
	if p.size > mostWaiting {
		clear(p.waiting)
		p.size = 0
	}
	switch e.Kind {
	case "connect", "disconnect", "subscribe", "publish", "receive", "refused":
		return p.ends(n, e)
	case "report", "response":
		return p.take(key{true, p.sum("made", e)}, e.At) // of what came to the cloud a moment ago
	case "command":
		p.wait(key{true, p.sum("order", e)}, n, e.At)
	}
	return 0
}

// ends pairs what both ends tell.
func (p *Pairer) ends(n int, e Event) int {
	if e.Kind == "connect" || e.Kind == "disconnect" || e.Kind == "refused" {
		e.Topic, e.Payload = "", ""
	}
	what := p.sum(e.Kind, e)
	if e.Cloud && e.Kind == "publish" {
		p.wait(key{true, p.sum("made", e)}, n, e.At)
	}
	if other := p.take(key{e.Cloud, what}, e.At); other > 0 {
		return other
	}
	p.wait(key{!e.Cloud, what}, n, e.At)
	if e.Kind == "receive" { // from either end: the device may tell first
		return p.take(key{true, p.sum("order", e)}, e.At)
	}
	return 0
}

func (p *Pairer) wait(k key, n int, at time.Duration) {
	p.waiting[k] = append(p.waiting[k], end{n, at})
	p.size++
}

// stale is how old an event is whose other end did not come, where a newer one waits for the same.
const stale = 10 * time.Second

func (p *Pairer) take(k key, at time.Duration) int {
	all := p.waiting[k]
	for len(all) > 1 && at-all[0].at > stale {
		all = all[1:]
		p.size--
	}
	if len(all) == 0 {
		return 0
	}
	n := all[0].n
	p.size--
	if all = all[1:]; len(all) == 0 {
		delete(p.waiting, k)
	} else {
		p.waiting[k] = all
	}
	return n
}

func (p *Pairer) sum(what string, e Event) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, s := range []string{what, DeviceID(e.Device), e.Topic, e.Payload} {
		h.WriteString(s)
		h.WriteByte(0)
	}
	return h.Sum64()
}

// DeviceID is the device's id in a client id of IoTDA, {device id}_{type}_{check}_{time stamp}; of another client id it is
// all.
func DeviceID(client string) string {
	parts := strings.Split(client, "_")
	if len(parts) < 4 {
		return client
	}
	return strings.Join(parts[:len(parts)-3], "_")
}
