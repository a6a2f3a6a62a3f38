package suite

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/wire"
)

// link is what lies between devices and everything else: one device's, or those of all, of which the test
// itself may be one.
type link struct {
	of *device // nil is all devices
}

// watching is the kind of fault that changes nothing.
const watching = "watch"

// own is the name of the link of what the test itself sends and receives.
const own = "test"

// fault is one that the test ordered: it must strike before the test is over.
type fault interface {
	// shown is what failures call it.
	shown() string
	hits() int
	remove()
}

// linkFault is a fault on one link or on all.
type linkFault struct {
	w    *world
	show string
	make func() *wire.Fault
	of   *device // nil is all devices, also those that come later

	mu      sync.Mutex
	placed  []*wire.Fault
	removed bool
	timer   *time.Timer
}

// cover puts the fault on a link that is new.
func (f *linkFault) cover(l *wire.Link) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.of != nil || f.removed {
		return
	}
	one := f.make()
	if l.Put(one) == nil { // it was checked when it was made
		f.placed = append(f.placed, one)
	}
}

func (f *linkFault) shown() string { return f.show }

func (f *linkFault) hits() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, one := range f.placed {
		n += one.Hits()
	}
	return n
}

// packets are those that the fault struck, on one link after the other.
func (f *linkFault) packets() []wire.Packet {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []wire.Packet
	for _, one := range f.placed {
		all = append(all, one.Packets()...)
	}
	return all
}

func (f *linkFault) remove() {
	f.mu.Lock()
	placed, was := f.placed, f.removed
	f.removed = true
	if f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	if was {
		return
	}
	for _, one := range placed {
		one.Remove()
	}
	f.w.log.add("link", event.Event{Layer: event.Harness, Kind: faulted, Text: f.show + " is over"}, nil)
}

// put puts a fault on the link, for a time or until it is removed.
func (l *link) put(c *script.Call, show string, forTime time.Duration, make func() *wire.Fault) (any, error) {
	r := runOf(c)
	w := r.world
	f := &linkFault{w: w, show: show, make: make, of: l.of}
	w.mu.Lock()
	targets := []*wire.Link{w.net.Link(own)}
	for _, d := range w.devices {
		targets = append(targets, d.link)
	}
	w.faults = append(w.faults, f)
	w.mu.Unlock()
	if l.of != nil {
		targets = []*wire.Link{l.of.link}
	}
	probe := make()
	if err := w.net.Link("·").Put(probe); err != nil { // says what is wrong with it also where there is no device yet
		return nil, script.Raise("ValueError", "link.%w", err)
	}
	probe.Remove()
	w.log.add("link", event.Event{Layer: event.Harness, Kind: faulted, Text: show, Where: r.in.Place()}, nil)
	f.mu.Lock()
	for _, to := range targets {
		one := make()
		if err := to.Put(one); err == nil {
			f.placed = append(f.placed, one)
		}
	}
	if forTime > 0 {
		f.timer = time.AfterFunc(forTime, f.remove)
	}
	f.mu.Unlock()
	w.mu.Lock()
	w.closers = append(w.closers, func() error { f.remove(); return nil })
	w.mu.Unlock()
	if probe.Kind != watching {
		r.faults = append(r.faults, f)
	}
	return classes.fault.NewInstance(c.Interp, f), nil
}

func faultAttr(self any, name string) (any, bool) {
	switch name {
	case "hits":
		return self.(fault).hits(), true
	case "packets":
		out := script.List{}
		if f, ok := self.(*linkFault); ok {
			for _, p := range f.packets() {
				out = append(out, script.Dict{{Key: "type", Value: p.Type}, {Key: "id", Value: p.ID},
					{Key: "topic", Value: p.Topic}, {Key: "qos", Value: p.QoS}, {Key: "dup", Value: p.Dup},
					{Key: "retain", Value: p.Retain}, {Key: "stream", Value: string(p.Stream)}})
			}
		}
		return out, true
	}
	return nil, false
}

// toxic is one fault of a link as a function of tests.
type toxic struct {
	name, params, doc string
	args              string // what the parameters are, for the manual
}

// toxics are the faults; their parameters are fields of wire.Fault.
var toxics = []toxic{
	{"down", "duration=None", "Nothing arrives and no connection comes about, for a time or until it is removed.", ""},
	{"refuse", "duration=None", "No connection comes about.", ""},
	{"latency", "latency, jitter=0, stream=None, share=1, duration=None", "Bytes are later, by up to jitter more.", ""},
	{"bandwidth", "rate, stream=None, share=1, duration=None", "A connection carries rate bytes a second.", ""},
	{"slow_close", "delay, stream=None, share=1, duration=None", "The end of a connection is later.", ""},
	{"timeout", "timeout=0, stream=None, share=1, duration=None",
		"Nothing arrives any more, and connections end behind timeout; never for 0.", ""},
	{"reset_peer", "timeout=0, share=1", "Connections are reset, behind timeout.", ""},
	{"slicer", "size, variation=0, delay=0, stream=None, share=1, duration=None",
		"Bytes come in pieces of size, give or take variation, with delay between.", ""},
	{"limit_data", "bytes, stream=None, share=1, duration=None", "A connection ends when it carried so many bytes.", ""},
	{"drop", "packet=None, count=0, topic=None, stream=None, share=1, duration=None",
		"MQTT packets of a type, such as \"PUBACK\", are lost: count of them, or all.", ""},
	{"delay", "delay, packet=None, count=0, topic=None, stream=None, share=1, duration=None",
		"MQTT packets, and what comes behind, are later.", ""},
	{"duplicate", "packet=None, count=0, topic=None, stream=None, share=1, duration=None", "MQTT packets come twice.", ""},
	{"reorder", "packet=None, count=0, topic=None, stream=None, share=1, duration=None",
		"MQTT packets are overtaken by the next.", ""},
	{"watch", "packet=None, topic=None, stream=None, duration=None",
		"MQTT packets are noted, and pass: no fault, which need not strike.", ""},
}

// call is the function of a fault.
func (x toxic) call(c *script.Call) (any, error) {
	names := paramNames(x.params)
	var template struct {
		wire.Fault
	}
	f := &template.Fault
	f.Kind = x.name
	var forTime time.Duration
	var shown []string
	for i, name := range names {
		v := c.Args[i]
		if v == nil || v == starlark.None {
			continue
		}
		if err := setFault(f, name, v, &forTime); err != nil {
			return nil, err
		}
		shown = append(shown, name+" = "+v.String())
	}
	again := func() *wire.Fault {
		return &wire.Fault{Kind: f.Kind, Stream: f.Stream, Latency: f.Latency, Jitter: f.Jitter, Delay: f.Delay,
			Timeout: f.Timeout,
			Rate:    f.Rate, Bytes: f.Bytes, Size: f.Size, Variation: f.Variation, Share: f.Share, Packet: f.Packet,
			Topic: f.Topic, Count: f.Count}
	}
	l := c.Self.(*link)
	return l.put(c, fmt.Sprintf("%s(%s)", x.name, strings.Join(shown, ", ")), forTime, again)
}

func paramNames(params string) []string {
	var names []string
	for _, p := range strings.Split(params, ",") {
		name, _, _ := strings.Cut(p, "=")
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

// setFault sets a field of a fault.
func setFault(f *wire.Fault, name string, v starlark.Value, forTime *time.Duration) error {
	times := map[string]*time.Duration{"latency": &f.Latency, "jitter": &f.Jitter, "delay": &f.Delay,
		"timeout": &f.Timeout, "duration": forTime}
	ints := map[string]*int{"rate": &f.Rate, "bytes": &f.Bytes, "size": &f.Size, "variation": &f.Variation,
		"count": &f.Count}
	texts := map[string]*string{"packet": &f.Packet, "topic": &f.Topic, "stream": (*string)(&f.Stream)}
	if p, ok := times[name]; ok {
		d, err := duration(v, name)
		*p = d
		return err
	}
	if p, ok := ints[name]; ok {
		n, err := starlark.AsInt32(v)
		if err != nil {
			return script.Raise("TypeError", "%s should be an int, not %s", name, typeName(v))
		}
		*p = n
		return nil
	}
	if p, ok := texts[name]; ok {
		text, is := textOf(v)
		if !is {
			return script.Raise("TypeError", "%s should be a str, not %s", name, typeName(v))
		}
		*p = text
		return nil
	}
	share, ok := starlark.AsFloat(v)
	if !ok {
		return script.Raise("TypeError", "%s should be a number, not %s", name, typeName(v))
	}
	if share != 1 {
		f.Share = share
	}
	return nil
}
