package results

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

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
		a := &c.Attempts[i]
		v.attempt(a, i+1, from, lanes)
		last := a.Result.Took
		for k := range a.Events {
			last = max(last, a.Events[k].At)
		}
		from += last + time.Second
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
	slices := []*traceSlice{{lane: "test", begin: from, end: from + max(r.Took, traceMoment),
		told: traceEvent{Name: fmt.Sprintf("attempt %d: %s", n, r.Verdict), Cat: "test", Args: about}}}
	for i := range a.Events {
		slices = append(slices, sliceOf(&a.Events[i], from))
	}
	for _, s := range nest(slices) {
		tid := lanes[s.lane]
		if tid == 0 {
			tid = len(lanes) + 1
			lanes[s.lane] = tid
			v.lane(s.lane, tid)
		}
		s.told.Phase, s.told.Pid, s.told.Tid = "X", v.pid, tid
		s.told.Time, s.told.Took = micros(s.begin), micros(s.end-s.begin)
		v.add(s.told)
	}
	var pairs web.Pairer
	for i := range a.Events {
		e := &a.Events[i]
		if other := pairs.Of(i+1, pairable(e)); other > 0 && a.Events[other-1].Source != e.Source {
			v.join(slices[other], slices[i+1])
		}
	}
}

// pairable is what a Pairer looks at.
func pairable(e *suite.Event) web.Event {
	return web.Event{Kind: e.Kind, Device: e.Device, Topic: e.Topic, Payload: e.Payload + e.Base64, At: e.At,
		Cloud: e.Layer == "cloud"}
}

// join draws an arrow from one end of a message to the other, at moments at which both are under way: an arrow belongs to
// the slice that is around its end.
func (v *TraceJSON) join(one, other *traceSlice) {
	at := max(one.begin, other.begin)
	if at >= other.end {
		return // the later one ended before the earlier began, as it took long
	}
	v.flow++
	for _, end := range []struct {
		phase, bind string
		s           *traceSlice
		at          time.Duration
	}{{"s", "", one, one.begin}, {"f", "e", other, at}} {
		v.add(traceEvent{Name: one.told.Name, Cat: "message", Phase: end.phase, Bind: end.bind, Time: micros(end.at), Pid: v.pid,
			Tid: end.s.told.Tid, ID: v.flow})
	}
}

// End implements View.
func (v *TraceJSON) End(*Line) error {
	v.print("\n]}\n")
	return v.err
}
