package results

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"quecstar/harness/report"
	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// TraceJSON writes what happened for ui.perfetto.dev and chrome://tracing: a process a test, a thread each of those who
// tell, a slice an event, and a flow from one end of a message to the other ("Trace Event Format", by Chromium's
// tracing project: phases M, X, s and f).
type TraceJSON struct {
	W io.Writer

	pid, flow int
	wrote     bool
	err       error
}

// traceEvent is one event of the format; times are in microseconds.
type traceEvent struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	Time  float64        `json:"ts"`
	Took  float64        `json:"dur,omitempty"`
	Pid   int            `json:"pid"`
	Tid   int            `json:"tid"`
	ID    int            `json:"id,omitempty"`
	Bind  string         `json:"bp,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// Bounds of what a slice has: how long one is that takes no time, and how much is told of it.
const (
	traceMoment = 100 * time.Microsecond
	traceBytes  = 2000
)

// Begin implements View.
func (v *TraceJSON) Begin(*Line) { v.print(`{"displayTimeUnit":"ms","traceEvents":[`) }

func (v *TraceJSON) print(text string) {
	if v.err == nil {
		_, v.err = io.WriteString(v.W, text)
	}
}

func (v *TraceJSON) add(e traceEvent) {
	text, err := json.Marshal(e)
	if err != nil && v.err == nil {
		v.err = err
	}
	if v.wrote {
		v.print(",")
	}
	v.wrote = true
	v.print("\n" + string(text))
}

// Done implements View. The attempts of a test come one behind the other.
func (v *TraceJSON) Done(c *Case) {
	v.pid++
	v.add(traceEvent{Name: "process_name", Phase: "M", Pid: v.pid, Args: map[string]any{"name": c.Key}})
	lanes := map[string]int{"test": 1}
	v.lane("test", 1)
	var from time.Duration
	for i := range c.Attempts {
		v.attempt(&c.Attempts[i], i+1, from, lanes)
		from += c.Attempts[i].Result.Took + time.Second
	}
}

func (v *TraceJSON) lane(name string, tid int) {
	v.add(traceEvent{Name: "thread_name", Phase: "M", Pid: v.pid, Tid: tid, Args: map[string]any{"name": name}})
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func (v *TraceJSON) attempt(a *Attempt, n int, from time.Duration, lanes map[string]int) {
	r := &a.Result
	about := map[string]any{"seed": r.Seed}
	if len(r.Problems) > 0 {
		about["problem"] = r.Problems[0].Text
	}
	v.add(traceEvent{Name: fmt.Sprintf("attempt %d: %s", n, r.Verdict), Cat: "test", Phase: "X", Time: micros(from),
		Took: micros(max(r.Took, traceMoment)), Pid: v.pid, Tid: 1, Args: about})
	var pairs web.Pairer
	for i := range a.Events {
		e := &a.Events[i]
		tid := lanes[e.Source]
		if tid == 0 {
			tid = len(lanes) + 1
			lanes[e.Source] = tid
			v.lane(e.Source, tid)
		}
		v.event(e, from+e.At, tid)
		if other := pairs.Of(i+1, pairable(e)); other > 0 {
			v.join(&a.Events[other-1], e, from, lanes)
		}
	}
}

// pairable is what a Pairer looks at.
func pairable(e *suite.Event) web.Event {
	return web.Event{Kind: e.Kind, Device: e.Device, Topic: e.Topic, Payload: e.Payload + e.Base64, At: e.At,
		Cloud: e.Layer == "cloud"}
}

func (v *TraceJSON) event(e *suite.Event, at time.Duration, tid int) {
	args := map[string]any{}
	for name, text := range map[string]string{"topic": e.Topic, "text": e.Text, "where": e.Where, "traceback": e.Traceback,
		"payload": report.Payload(payload(e)), "device": e.Device} {
		if text != "" {
			args[name] = Clean(text[:min(len(text), traceBytes)])
		}
	}
	took := e.Took
	if took > at {
		took = 0 // it began before the test
	}
	v.add(traceEvent{Name: e.Kind, Cat: e.Layer, Phase: "X", Time: micros(at - took), Took: micros(max(took, traceMoment)),
		Pid: v.pid, Tid: tid, Args: args})
}

// join draws an arrow from one end of a message to the other.
func (v *TraceJSON) join(one, other *suite.Event, from time.Duration, lanes map[string]int) {
	if one.Source == other.Source {
		return
	}
	v.flow++
	v.add(traceEvent{Name: one.Kind, Cat: "message", Phase: "s", Time: micros(from + one.At), Pid: v.pid,
		Tid: lanes[one.Source], ID: v.flow})
	v.add(traceEvent{Name: one.Kind, Cat: "message", Phase: "f", Bind: "e", Time: micros(from + other.At), Pid: v.pid,
		Tid: lanes[other.Source], ID: v.flow})
}

// End implements View.
func (v *TraceJSON) End(*Line) error {
	v.print("\n]}\n")
	return v.err
}
