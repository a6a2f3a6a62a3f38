package cloud

import (
	"encoding/base64"
	"sync"
	"time"
	"unicode/utf8"

	"quecstar/harness/event"
)

// Statistics are what went over a device's connections since the cloud started.
type Statistics struct {
	Connections int       `json:"connections"`
	Refused     int       `json:"refused"`
	Up          Traffic   `json:"up"`
	Down        Traffic   `json:"down"`
	Reports     int       `json:"reports"`
	LastTime    time.Time `json:"last_time"` // of any of these; zero for none
}

// Traffic is what went one way; Bytes are those of payloads.
type Traffic struct {
	Messages int `json:"messages"`
	Bytes    int `json:"bytes"`
}

// Passage is one message to a device, or of it.
type Passage struct {
	Time time.Time `json:"time"`
	// Way is "up" or "down".
	Way   string `json:"way"`
	Topic string `json:"topic"`
	QoS   byte   `json:"qos"`
	// Size is that of the payload, of which Payload has the first 1,024 bytes; in base64 where it is no text.
	Size    int    `json:"size"`
	Payload string `json:"payload"`
	Base64  bool   `json:"base64,omitempty"`

	device string
}

// Bounds of what is kept of what devices send and are sent.
const (
	maxPassagePayload = 1 << 10
	maxHistory        = 16 << 20 // bytes of passages, of all devices together
	passageCost       = 200      // bytes of a passage beside its texts
	maxCounted        = 100_000  // devices with statistics
	maxPassages       = 1000     // that are told of a device
)

// history counts what devices send and are sent, and keeps the newest of it.
type history struct {
	mu       sync.Mutex
	counted  map[string]*Statistics
	passages []Passage
	size     int
}

func (p *Passage) cost() int { return passageCost + len(p.device) + len(p.Topic) + len(p.Payload) }

// note takes what happened.
func (h *history) note(e event.Event, now time.Time) {
	switch e.Kind {
	case event.Connect, event.Refused, event.Publish, event.Receive, event.Report:
	default:
		return
	}
	if e.Device == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.counted[e.Device]
	if s == nil {
		if len(h.counted) >= maxCounted {
			return
		}
		s = &Statistics{}
		h.counted[e.Device] = s
	}
	s.LastTime = now
	switch e.Kind {
	case event.Connect:
		s.Connections++
	case event.Refused:
		s.Refused++
	case event.Report:
		s.Reports++
	case event.Publish:
		s.Up.add(e)
		h.keep("up", e, now)
	case event.Receive:
		s.Down.add(e)
		h.keep("down", e, now)
	}
}

func (t *Traffic) add(e event.Event) { t.Messages, t.Bytes = t.Messages+1, t.Bytes+len(e.Payload) }

// keep keeps a passage, in the place of the oldest where there is no room. h.mu is held.
func (h *history) keep(way string, e event.Event, now time.Time) {
	p := Passage{Time: now, Way: way, Topic: e.Topic, QoS: e.QoS, Size: len(e.Payload), device: e.Device}
	if head := e.Payload[:min(len(e.Payload), maxPassagePayload)]; utf8.Valid(head) {
		p.Payload = string(head)
	} else {
		p.Payload, p.Base64 = base64.StdEncoding.EncodeToString(head), true
	}
	h.passages = append(h.passages, p)
	h.size += p.cost()
	gone := 0
	for h.size > maxHistory {
		h.size -= h.passages[gone].cost()
		h.passages[gone] = Passage{}
		gone++
	}
	h.passages = h.passages[gone:]
}

// Statistics are those of a device.
func (c *Cloud) Statistics(id string) Statistics {
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	if s := c.history.counted[id]; s != nil {
		return *s
	}
	return Statistics{}
}

// History lists the newest messages of a device and to it, the newest first: 1,000 at most, and of all devices together
// as many as 16 MB hold.
func (c *Cloud) History(id string) []Passage {
	c.history.mu.Lock()
	defer c.history.mu.Unlock()
	out := []Passage{}
	for i := len(c.history.passages) - 1; i >= 0 && len(out) < maxPassages; i-- {
		if p := c.history.passages[i]; p.device == id {
			out = append(out, p)
		}
	}
	return out
}

// forget lets go of what is counted of a device.
func (h *history) forget(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.counted, id)
}
