package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"quecstar/harness/suite"
)

// TestTraceJSON: it is one JSON document in which each event is a slice of a named thread, slices of a thread are within
// each other or apart, and each message is a flow whose two ends lie, in their order, within slices.
func TestTraceJSON(t *testing.T) {
	var b bytes.Buffer
	play(t, &Stream{Views: []View{&TraceJSON{W: &b}}}, nasty())
	var doc struct {
		TraceEvents []struct {
			Name, Ph string
			Ts       float64
			Dur      float64
			Pid, Tid int
			ID       int
			Args     map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	type thread [2]int
	slices, named := 0, map[thread]bool{}
	open := map[thread][][2]float64{}
	inside := func(at thread, ts float64) bool {
		for _, s := range open[at] {
			if ts >= s[0] && ts < s[1] {
				return true
			}
		}
		return false
	}
	begins, ends := map[int]float64{}, map[int]float64{}
	for _, e := range doc.TraceEvents {
		on := thread{e.Pid, e.Tid}
		if e.Ph != "M" && !named[on] {
			t.Errorf("the thread has no name: %+v", e)
		}
		switch e.Ph {
		case "M":
			named[on] = true
		case "X":
			slices++
			end := e.Ts + e.Dur
			for _, s := range open[on] {
				if e.Dur <= 0 || e.Ts < s[1]-0.0005 && end > s[1]+0.0005 || e.Ts < s[0] {
					t.Errorf("%+v overlaps %v", e, s)
				}
			}
			open[on] = append(open[on], [2]float64{e.Ts, end})
		case "s":
			begins[e.ID] = e.Ts
			if !inside(on, e.Ts) {
				t.Errorf("flow %d begins at %v, where nothing is", e.ID, e.Ts)
			}
		case "f":
			ends[e.ID] = e.Ts
			if !inside(on, e.Ts) {
				t.Errorf("flow %d ends at %v, where nothing is", e.ID, e.Ts)
			}
		default:
			t.Errorf("phase %q", e.Ph)
		}
	}
	if len(begins) != 202 || len(ends) != 202 || slices < 420 { // connect, the report, and 200 reports
		t.Errorf("%d flows, %d ends, %d slices", len(begins), len(ends), slices)
	}
	for id, at := range begins {
		if ends[id] < at {
			t.Errorf("flow %d goes from %v to %v", id, at, ends[id])
		}
	}
}

// TestTraceNests: what takes no time ends in front of what comes next, and in what is around it; a call that overlaps
// another has a lane of its own.
func TestTraceNests(t *testing.T) {
	us := time.Microsecond
	e := func(at, took time.Duration) *traceSlice {
		return sliceOf(&suite.Event{Source: "dev", At: at * us, Took: took * us}, 0)
	}
	var got []string
	for _, s := range nest([]*traceSlice{e(1000, 0), e(1040, 0), e(5000, 1000), e(4980, 0), e(6000, 1500), e(5000, 0)}) {
		got = append(got, fmt.Sprint(s.lane, " ", s.begin, " ", s.end))
	}
	want := []string{"dev 1ms 1.04ms", "dev 1.04ms 1.14ms", "dev 4ms 5ms", "dev (2) 4.5ms 6ms", "dev 4.98ms 5ms", "dev 5ms 5.1ms"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
