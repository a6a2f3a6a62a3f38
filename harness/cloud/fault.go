package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/event"
)

// FaultKind is something that a test may have a cloud do wrong from now on, until that is removed.
type FaultKind struct {
	Name string
	// Params are what it takes, as a function of Python lists them: a name, and behind = what it is when not given.
	Params string
	Doc    string
}

// What faults take in common.
const (
	ofDevice = ", device=None, count=0"
	ofTopic  = ", device=None, topic=None, count=0"
	ofCall   = ", path=None, count=0"
)

// FaultKinds are all of them. count is how often, 0 until it is removed; device None is every device; topic is a
// filter of MQTT, None every topic; path is a part of the path of calls of the API, None every call.
var FaultKinds = []FaultKind{
	{"refuse", "code=3" + ofDevice, "Refuses connections, of one device or of all: count of them, or until the fault is " +
		"removed. The code is that of the CONNACK: 1 version, 2 client id, 3 unavailable, 4 user or password, 5 not " +
		"allowed."},
	{"lose", strings.TrimPrefix(ofTopic, ", "), "Loses what a device publishes: it is not acknowledged, and nothing " +
		"follows."},
	{"lose_puback", strings.TrimPrefix(ofTopic, ", "), "Takes what a device publishes, and does not acknowledge it."},
	{"lose_down", strings.TrimPrefix(ofTopic, ", "), "Loses what the platform sends to a device."},
	{"deny_publish", "code=135" + ofTopic, "Acknowledges what a device publishes with this code, which MQTT 5 alone " +
		"tells, and does not take it."},
	{"deny_subscribe", "code=128" + ofTopic, "Refuses subscriptions with this code of the SUBACK."},
	{"delay", "delay" + ofTopic, "Takes what a device publishes, and what it sends behind that, so much later."},
	{"delay_down", "delay" + ofTopic, "Sends what the platform has for a device so much later."},
	{"throttle", "rate" + ofDevice, "Takes rate messages a second of a device, and loses the others."},
	{"fail_call", "status=500, error=\"QUECSTAR.000011\"" + ofCall, "Answers calls of the application API with this " +
		"status and error code, and does nothing."},
	{"delay_call", "delay" + ofCall, "Carries calls of the application API out so much later."},
	{"throttle_calls", "rate" + ofCall, "Takes rate calls of the application API a second, and answers the others with " +
		"429 and APIGW.0308."},
	{"tls", "certificate=\"good\", chain=0, version=None, client_certificate=False", "Has the embedded servers, broker " +
		"too, show a certificate that is \"expired\", \"self_signed\", of an \"other_name\" or \"good\", behind a chain " +
		"of more authorities; speak one version alone, \"1.2\" or \"1.3\"; or ask for a client_certificate."},
}

// Bounds of what faults take.
const (
	maxFaults     = 1000
	maxFaultDelay = 10 * time.Minute
	maxChain      = 10 // authorities, which are made at each handshake
)

// ErrFault is that a fault cannot be ordered so.
var ErrFault = errors.New("the fault cannot be ordered")

// Fault is one that was ordered. Its methods may be called by several goroutines.
type Fault struct {
	ID, Do string
	// Given is what it was given, with what was not.
	Given map[string]any

	cloud *Cloud
	tls   *TLSOrder
	delay time.Duration

	mu    sync.Mutex
	hits  int
	over  bool
	taken map[string]*bucket // of those that throttle, by device
}

// Hits is how often it struck.
func (o *Fault) Hits() int {
	if o.tls != nil {
		return o.tls.Hits()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hits
}

// Remove ends the fault.
func (o *Fault) Remove() {
	if o.tls != nil {
		o.tls.Remove()
	}
	o.mu.Lock()
	o.over = true
	o.mu.Unlock()
	c := o.cloud
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = slices.DeleteFunc(slices.Clone(c.faults), func(other *Fault) bool { return other == o })
	c.faulty.Store(len(c.faults) > 0)
}

// String is the fault as failures tell it.
func (o *Fault) String() string {
	var parts []string
	for _, p := range faultParams(o.Do) {
		if v := o.Given[p.Name]; v != nil && v != 0 && v != false {
			parts = append(parts, fmt.Sprintf("%s = %v", p.Name, v))
		}
	}
	return o.Do + "(" + strings.Join(parts, ", ") + ")"
}

// FaultParam is one of what a fault takes.
type FaultParam struct {
	Name string `json:"name"`
	// Form is integer, duration (a text such as "1.5s"), flag or text.
	Form string `json:"form"`
	// Least and Most bound an integer.
	Least int `json:"least,omitempty"`
	Most  int `json:"most,omitempty"`
	// Default is what it is when not given; nil is nothing. Needed says that it must be given.
	Default any  `json:"default,omitempty"`
	Needed  bool `json:"needed,omitempty"`
}

// faultRanges are the integers that faults take; code is one of CONNACK for refuse, a reason code for others.
var faultRanges = map[string][2]int{"count": {0, 1 << 30}, "rate": {1, 1_000_000}, "status": {400, 599},
	"chain": {0, maxChain}, "code": {0x80, 0xff}, "refuse.code": {1, 5}}

// Takes are what a fault of this kind takes.
func (k FaultKind) Takes() []FaultParam {
	var out []FaultParam
	for _, text := range strings.Split(k.Params, ", ") {
		name, def, given := strings.Cut(text, "=")
		p := FaultParam{Name: name, Form: "text", Needed: !given}
		if n, err := strconv.ParseInt(def, 0, 32); err == nil {
			p.Default = int(n)
		} else if def == "False" {
			p.Default, p.Form = false, "flag"
		} else if def != "None" && given {
			p.Default = strings.Trim(def, `"`)
		}
		limits, ranged := faultRanges[k.Name+"."+name]
		if !ranged {
			limits, ranged = faultRanges[name]
		}
		switch {
		case ranged:
			p.Form, p.Least, p.Most = "integer", limits[0], limits[1]
		case name == "delay":
			p.Form = "duration"
		}
		out = append(out, p)
	}
	return out
}

// faultParams are those of a kind; nil where there is none of that name.
func faultParams(do string) []FaultParam {
	i := slices.IndexFunc(FaultKinds, func(k FaultKind) bool { return k.Name == do })
	if i < 0 {
		return nil
	}
	return FaultKinds[i].Takes()
}

// Fault orders a fault by the name of its kind, with what it takes: texts, bools, integers, and a time.Duration or its
// text for a delay. The error is ErrFault, and says what is wanted.
func (c *Cloud) Fault(do string, given map[string]any) (*Fault, error) {
	params := faultParams(do)
	if params == nil {
		var names []string
		for _, k := range FaultKinds {
			names = append(names, k.Name)
		}
		return nil, fmt.Errorf("fault %q: %w%s: want one of %s", do, ErrFault, hint(do, names), strings.Join(names, ", "))
	}
	o := &Fault{Do: do, Given: map[string]any{}, cloud: c, taken: map[string]*bucket{}}
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
		v := given[p.Name]
		if v == nil {
			v = p.Default
		}
		if v == nil && p.Needed {
			return nil, fmt.Errorf("fault %s: %s is wanted: %w", do, p.Name, ErrFault)
		}
		if v == nil {
			continue
		}
		if err := o.set(p, v); err != nil {
			return nil, fmt.Errorf("fault %s: %w: %w", do, err, ErrFault)
		}
	}
	for name := range given {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("fault %s: it takes no %s, but %s: %w", do, name, strings.Join(names, ", "), ErrFault)
		}
	}
	return o, c.place(o)
}

// place carries a fault out from now on.
func (c *Cloud) place(o *Fault) error {
	if o.Do == "tls" {
		if err := c.orderTLS(o); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.faults) >= maxFaults {
		return fmt.Errorf("%d faults are ordered: remove one: %w", maxFaults, ErrFault)
	}
	c.lastFault++
	o.ID = strconv.Itoa(c.lastFault)
	c.faults = append(slices.Clone(c.faults), o)
	c.faulty.Store(true)
	return nil
}

// Faults lists the faults that were given and not removed, oldest first.
func (c *Cloud) Faults() []*Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.faults
}

// whole is an integer, as Go and as JSON have it.
func whole(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	}
	return 0, false
}

// set checks one of what a fault takes, and keeps it.
func (o *Fault) set(p FaultParam, v any) error {
	text, isText := v.(string)
	switch p.Form {
	case "integer":
		n, ok := whole(v)
		if !ok || n < p.Least || n > p.Most {
			return fmt.Errorf("%s is %v: want %d to %d, an integer", p.Name, v, p.Least, p.Most)
		}
		v = n
	case "duration":
		d, ok := v.(time.Duration)
		if isText {
			var err error
			d, err = time.ParseDuration(text)
			ok = err == nil
		}
		if !ok || d <= 0 || d > maxFaultDelay {
			return fmt.Errorf("delay is %v: want a time such as \"1.5s\", of %v at most", v, maxFaultDelay)
		}
		o.delay, v = d, d.String()
	case "flag":
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s is %v: want true or false", p.Name, v)
		}
	default:
		if !isText || text == "" {
			return fmt.Errorf("%s is %v: want a text", p.Name, v)
		}
		if p.Name == "topic" && !packet.ValidFilter(text) {
			return fmt.Errorf("topic is %q: want a filter of MQTT", text)
		}
	}
	o.Given[p.Name] = v
	return nil
}

// number is one of what it was given that is an integer.
func (o *Fault) number(name string) int { n, _ := o.Given[name].(int); return n }

// text is one of what it was given that is a text; "" for none.
func (o *Fault) text(name string) string { s, _ := o.Given[name].(string); return s }

// meets counts the fault when it is about this; where is the topic, or the path of a call.
func (o *Fault) meets(device, where string, now time.Time) bool {
	if of := o.text("device"); of != "" && of != device {
		return false
	}
	if filter := o.text("topic"); filter != "" && !packet.Matches(filter, where) {
		return false
	}
	if !strings.Contains(where, o.text("path")) {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if count := o.number("count"); o.over || count > 0 && o.hits >= count {
		return false
	}
	if rate := o.number("rate"); rate > 0 {
		if o.taken[device] == nil {
			o.taken[device] = &bucket{}
		}
		if o.taken[device].take(now, 1, rate) {
			return false
		}
	}
	o.hits++
	return true
}

// met is the fault of one of some kinds that is to be carried out now; nil for none.
func (c *Cloud) met(device, where string, kinds ...string) *Fault {
	if !c.faulty.Load() {
		return nil
	}
	for _, o := range c.Faults() {
		if slices.Contains(kinds, o.Do) && o.meets(device, where, c.opts.Now()) {
			c.emit(event.Event{Kind: event.Note, Device: device, Topic: where, Text: o.String() + ", as was ordered"})
			return o
		}
	}
	return nil
}

// publishOrdered is what becomes of what a device publishes by a fault; false where there is none.
func (c *Cloud) publishOrdered(id string, m *broker.Message) (broker.Verdict, bool) {
	if o := c.met(id, m.Topic, "delay"); o != nil {
		_ = c.tasks.pause(c.tasks.ctx, o.delay) // its error is that the cloud ends
	}
	if o := c.met(id, m.Topic, "lose", "throttle", "deny_publish"); o != nil {
		if o.Do == "deny_publish" {
			return broker.Verdict{Swallow: true, Code: byte(o.number("code"))}, true
		}
		return broker.Verdict{Swallow: true, Mute: true}, true
	}
	return broker.Verdict{}, false
}

// sendOrdered carries out faults of what the platform sends to a device: send is called now, later or never.
func (c *Cloud) sendOrdered(id, topic string, send func()) {
	if c.met(id, topic, "lose_down") != nil {
		return
	}
	o := c.met(id, topic, "delay_down")
	if o == nil {
		send()
		return
	}
	c.tasks.work.Go(func() {
		if c.tasks.pause(c.tasks.ctx, o.delay) == nil {
			send()
		}
	})
}

// Call carries out faults of a call of the application API. The status is 0 where it goes on; where it does not,
// code and text are of the error that is answered.
func (c *Cloud) Call(path string) (status int, code, text string) {
	if o := c.met("", path, "delay_call"); o != nil {
		_ = c.tasks.pause(c.tasks.ctx, o.delay) // its error is that the cloud ends
	}
	switch o := c.met("", path, "fail_call", "throttle_calls"); {
	case o == nil:
		return 0, "", ""
	case o.Do == "throttle_calls":
		return http.StatusTooManyRequests, CodeThrottled, "the throttling threshold has been reached"
	default:
		return o.number("status"), o.text("error"), "the call fails as was ordered"
	}
}

// CodeThrottled is the code of a call that comes too fast: APIG.0308 of the API gateway
// (https://support.huaweicloud.com/intl/en-us/ocr_faq/ocr_01_0041.html), UNCONFIRMED with the prefix that IoTDA's has.
const CodeThrottled = "APIGW.0308"
