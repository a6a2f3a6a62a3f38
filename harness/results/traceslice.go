package results

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quecstar/harness/report"
	"quecstar/harness/suite"
)

// traceSlice is what a trace has of an event: from when to when, in which lane.
type traceSlice struct {
	lane       string
	begin, end time.Duration
	moment     bool // it takes no time
	told       traceEvent
}

// sliceOf is an event's slice; from is when its attempt began.
func sliceOf(e *suite.Event, from time.Duration) *traceSlice {
	args := map[string]any{}
	for name, text := range map[string]string{"topic": e.Topic, "text": e.Text, "where": e.Where, "traceback": e.Traceback,
		"payload": report.Payload(payload(e)), "device": e.Device} {
		if text != "" {
			args[name] = Clean(text[:min(len(text), traceBytes)])
		}
	}
	at := from + e.At
	took := e.Took
	if took > at {
		took = 0 // it began before the test
	}
	s := &traceSlice{lane: e.Source, begin: at - took, end: at, told: traceEvent{Name: e.Kind, Cat: e.Layer, Args: args}}
	if took == 0 {
		s.moment, s.end = true, at+traceMoment
	}
	return s
}

// nest orders slices by their begin and has those of a lane be within each other or apart, as Perfetto leaves out a slice
// that only overlaps another (stat slice_drop_overlapping_complete_event of its trace processor). What takes no time is
// drawn shorter; a call that overlaps another, of another thread, comes to a further lane.
func nest(all []*traceSlice) []*traceSlice {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *traceSlice) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(b.end, a.end))
	})
	// As the last ones begin last, those of a lane are gone through backwards for when the next one begins.
	type begins struct{ here, next time.Duration }
	lanes := map[string]*begins{}
	for _, s := range slices.Backward(sorted) {
		b := lanes[s.lane]
		if b == nil {
			b = &begins{here: s.begin, next: s.begin + traceMoment}
			lanes[s.lane] = b
		}
		if s.begin < b.here {
			b.here, b.next = s.begin, b.here
		}
		if s.moment {
			s.end = min(s.end, b.next)
		}
	}
	open := map[string][]*traceSlice{} // by lane, the outermost first
	for _, s := range sorted {
		s.fit(open)
	}
	return sorted
}

// fit puts a slice into its lane, or into the first further one of it where there is room.
func (s *traceSlice) fit(open map[string][]*traceSlice) {
	lane := s.lane
	for n := 2; ; n++ {
		around := slices.DeleteFunc(open[s.lane], func(o *traceSlice) bool { return o.end <= s.begin })
		open[s.lane] = around
		if len(around) > 0 && s.moment {
			s.end = min(s.end, around[len(around)-1].end)
		}
		if len(around) == 0 || s.end <= around[len(around)-1].end {
			open[s.lane] = append(around, s)
			return
		}
		s.lane = fmt.Sprintf("%s (%d)", lane, n)
	}
}
