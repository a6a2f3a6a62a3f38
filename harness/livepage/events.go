package livepage

import (
	"cmp"
	"context"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/report"
	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// Bounds of what a page is told at once of what happens, and how many earlier events a new page is shown.
const (
	batchEvents = 500
	batchBytes  = 256 << 10
	backlog     = 2000
)

// told is an event, with the number of an earlier one that tells the same message from its other end.
type told struct {
	suite.Event
	Pair int `json:"pair,omitempty"`
}

// batch is what a page is told at once. Skipped are events in front of these that it missed.
type batch struct {
	Events  []told `json:"events"`
	Skipped int    `json:"skipped,omitempty"`
}

// Events is what happens, as results.jsonl has it: {"events": […], "skipped": n}. The pages read what the stream keeps,
// and never have it wait: one that reads slower than things happen misses what is no longer kept, and is told how many.
// Times count from began; mask hides secrets, nil hides none.
func Events(s *event.Stream, mask *report.Masker, began time.Time) Feed {
	return func(cursor int) Reader {
		if cursor < 0 {
			all, next := s.Since(0)
			cursor = next - min(len(all), backlog)
		}
		return &eventReader{stream: s, mask: mask, began: began, cursor: cursor}
	}
}

// eventReader is a Reader of events.
type eventReader struct {
	stream *event.Stream
	mask   *report.Masker
	began  time.Time
	pairs  web.Pairer
	cursor int
}

// Wait implements Reader.
func (r *eventReader) Wait(ctx context.Context) error {
	_, _, err := r.stream.Wait(ctx, r.cursor, func(event.Event) bool { return true })
	return err
}

// Next implements Reader.
func (r *eventReader) Next() (message any, cursor int) {
	all, next, skipped := r.stream.Next(r.cursor, batchEvents, batchBytes)
	r.cursor = next
	return batch{r.told(all, next-len(all)), skipped}, next
}

// told are events as the page has them; the first has the number from + 1.
func (r *eventReader) told(all []event.Event, from int) []told {
	out := make([]told, len(all))
	for i, e := range all {
		if r.mask != nil {
			e = r.mask.Event(e)
		}
		n := from + i + 1
		t := suite.NewEvent(n, e.Time.Sub(r.began), source(e), e)
		out[i] = told{t, r.pairs.Of(n, web.Event{Kind: t.Kind, Device: t.Device, Topic: t.Topic,
			Payload: t.Payload + t.Base64, At: t.At, Cloud: e.Layer == event.Cloud})}
	}
	return out
}

// source is who tells an event.
func source(e event.Event) string {
	switch e.Layer {
	case event.Cloud:
		return cmp.Or(e.Source, "cloud")
	case event.Harness:
		return "harness"
	}
	return "script"
}
