package livepage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// Bounds of the streams of events. A page is sent some batches a second, and one that reads slower than things happen
// misses what the stream no longer keeps, and is told how many.
const (
	mostStreams = 16
	batchEvents = 500
	batchBytes  = 256 << 10
	batchPause  = 50 * time.Millisecond
	backlog     = 2000 // events that a new page is shown
	heartbeat   = 15 * time.Second
)

// told is an event, with the number of an earlier one that tells the same message from its other end.
type told struct {
	suite.Event
	Pair int `json:"pair,omitempty"`
}

// batch is what a page is sent at once. Skipped are events in front of these that it missed.
type batch struct {
	Events  []told `json:"events"`
	Skipped int    `json:"skipped,omitempty"`
}

// stream sends what happens, as server-sent events whose ids are cursors of the stream (HTML, section 9.2): a browser
// that lost the connection goes on behind the last that it got.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		http.Error(w, fmt.Sprintf("%d pages are open: close one", mostStreams), http.StatusServiceUnavailable)
		return
	}
	rc := http.NewResponseController(w)
	if err := rc.SetReadDeadline(time.Time{}); err != nil { // it goes on for as long as the page is open
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	cursor, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	if err != nil || cursor < 0 {
		all, next := s.opts.Events.Since(0)
		cursor = next - min(len(all), backlog)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	sender := &sender{server: s, write: func(text []byte) error {
		if err := rc.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		return rc.Flush()
	}}
	_ = sender.run(r.Context(), cursor) // that the reader is gone, or the server closed
}

// sender sends the events of a stream to one page.
type sender struct {
	server *Server
	pairs  web.Pairer
	write  func(text []byte) error
}

// run sends until the context ends or a write fails.
func (s *sender) run(ctx context.Context, cursor int) error {
	if err := s.write([]byte("retry: 1000\n\n")); err != nil {
		return err
	}
	pause := time.NewTicker(batchPause)
	defer pause.Stop()
	for {
		if err := s.await(ctx, cursor); err != nil {
			return err
		}
		all, next, skipped := s.server.opts.Events.Next(cursor, batchEvents, batchBytes)
		if err := s.send(batch{s.told(all, next-len(all)), skipped}, next); err != nil {
			return err
		}
		cursor = next
		select {
		case <-pause.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// await waits for an event at the cursor. Meanwhile it sends, now and then, a line that means nothing: a connection
// that is gone is noticed by it.
func (s *sender) await(ctx context.Context, cursor int) error {
	for {
		limit, cancel := context.WithTimeout(ctx, heartbeat)
		_, _, err := s.server.opts.Events.Wait(limit, cursor, func(event.Event) bool { return true })
		cancel()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if err := s.write([]byte(":\n\n")); err != nil {
			return err
		}
	}
}

// told are events as the page has them; the first has the number from + 1.
func (s *sender) told(all []event.Event, from int) []told {
	out := make([]told, len(all))
	for i, e := range all {
		if s.server.opts.Mask != nil {
			e = s.server.opts.Mask.Event(e)
		}
		n := from + i + 1
		t := suite.NewEvent(n, e.Time.Sub(s.server.began), source(e), e)
		out[i] = told{t, s.pairs.Of(n, web.Event{Kind: t.Kind, Device: t.Device, Topic: t.Topic,
			Payload: t.Payload + t.Base64,
			At:      t.At, Cloud: e.Layer == event.Cloud})}
	}
	return out
}

// source is who tells an event.
func source(e event.Event) string {
	switch e.Layer {
	case event.Cloud:
		return "cloud"
	case event.Harness:
		return "harness"
	}
	return "script"
}

// send sends a batch; next is the cursor behind it.
func (s *sender) send(b batch, next int) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "id: %d\ndata: ", next)
	if err := json.NewEncoder(&text).Encode(b); err != nil {
		return err
	}
	text.WriteByte('\n')
	return s.write(text.Bytes())
}
