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
)

// Feed opens what one page is streamed, from a cursor that the page got before; -1 is a page that got nothing.
type Feed func(cursor int) Reader

// Reader is what one page is streamed, in messages that are encoded as JSON. One goroutine calls it. It must keep
// nothing for a page that is slow, but have the next message say what is missing.
type Reader interface {
	// Wait waits until there is something behind the cursor; the error is the cause of ctx's end.
	Wait(ctx context.Context) error
	// Next is the next message, and the cursor behind it.
	Next() (message any, cursor int)
}

// Bounds of streams. A page is sent some messages a second.
const (
	mostStreams = 16
	pause       = 50 * time.Millisecond
	heartbeat   = 15 * time.Second
)

// Stream serves a feed as server-sent events whose ids are its cursors (HTML, section 9.2): a browser that lost the
// connection goes on behind the last that it got. No more than 16 pages are served at a time.
func Stream(f Feed) http.Handler {
	open := make(chan struct{}, mostStreams) // one for each that is open
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case open <- struct{}{}:
			defer func() { <-open }()
		default:
			http.Error(w, fmt.Sprintf("%d pages are open: close one", mostStreams), http.StatusServiceUnavailable)
			return
		}
		s := &sender{w: w, rc: http.NewResponseController(w)}
		if err := s.rc.SetReadDeadline(time.Time{}); err != nil { // it goes on for as long as the page is open
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		cursor, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
		if err != nil || cursor < 0 {
			cursor = -1
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_ = s.run(r.Context(), f(cursor)) // that the reader is gone, or the server closed
	})
}

// sender sends a feed to one page.
type sender struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

// run sends until the context ends or a write fails.
func (s *sender) run(ctx context.Context, r Reader) error {
	if err := s.write([]byte("retry: 1000\n\n")); err != nil {
		return err
	}
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if err := s.await(ctx, r); err != nil {
			return err
		}
		message, next := r.Next()
		if err := s.send(message, next); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// await waits for what is next. Meanwhile it sends, now and then, a line that means nothing: a connection that is
// gone is noticed by it.
func (s *sender) await(ctx context.Context, r Reader) error {
	for {
		limit, cancel := context.WithTimeout(ctx, heartbeat)
		err := r.Wait(limit)
		cancel()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if err := s.write([]byte(":\n\n")); err != nil {
			return err
		}
	}
}

// send sends a message; next is the cursor behind it.
func (s *sender) send(message any, next int) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "id: %d\ndata: ", next)
	if err := json.NewEncoder(&text).Encode(message); err != nil {
		return err
	}
	text.WriteByte('\n')
	return s.write(text.Bytes())
}

func (s *sender) write(text []byte) error {
	if err := s.rc.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := s.w.Write(text); err != nil {
		return err
	}
	return s.rc.Flush()
}
