package event

import (
	"context"
	"sync"
	"time"
)

// Stream stores events in the order in which they came and shows them to listeners. A reader
// waits by cursor over the stored log, so that one reader never eats what another needs.
// The zero value is ready for use.
type Stream struct {
	// Now is the clock that stamps events; time.Now when nil.
	Now func() time.Time
	// Keep is how many of the newest events are stored; 0 means 100,000. KeepBytes is how many bytes
	// of text and payload they may have together; 0 means 64 MB.
	Keep, KeepBytes int

	mu        sync.Mutex
	log       []Event
	bytes     int // of log, as size counts them
	dropped   int // events that fell off the front of log
	grown     chan struct{}
	listeners []Sink
}

// Emit stamps e, stores it and calls the listeners, in order, under the stream's lock: a listener
// must not emit.
func (s *Stream) Emit(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = s.now()
	}
	s.store(e)
	for _, l := range s.listeners {
		l(e)
	}
	if s.grown != nil {
		close(s.grown)
		s.grown = nil
	}
}

func (s *Stream) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

func (s *Stream) store(e Event) {
	keep := s.Keep
	if keep == 0 {
		keep = 100_000
	}
	keepBytes := s.KeepBytes
	if keepBytes == 0 {
		keepBytes = 64 << 20
	}
	s.log = append(s.log, e)
	s.bytes += size(e)
	for len(s.log) > keep || s.bytes > keepBytes && len(s.log) > 1 {
		s.bytes -= size(s.log[0])
		s.log[0] = Event{} // the array behind the slice holds it else
		s.log = s.log[1:]
		s.dropped++
	}
}

// size is how many bytes of text and payload an event has.
func size(e Event) int { return len(e.Payload) + len(e.Text) + len(e.Traceback) + len(e.Topic) }

// Listen adds a listener for all events from now on.
func (s *Stream) Listen(l Sink) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, l)
}

// Since returns the stored events from cursor on, and the cursor behind them. Cursor 0 is the
// beginning; events that are no longer stored are skipped.
func (s *Stream) Since(cursor int) ([]Event, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := max(cursor-s.dropped, 0)
	from = min(from, len(s.log))
	return append([]Event(nil), s.log[from:]...), s.dropped + len(s.log)
}

// Next returns stored events from cursor on: most of them at most, and of so many bytes of text and payload together,
// but one where there is one. It returns the cursor behind them, and how many that were between are no longer stored.
func (s *Stream) Next(cursor, most, bytes int) (all []Event, next, skipped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	skipped = max(s.dropped-cursor, 0)
	from := min(cursor+skipped-s.dropped, len(s.log))
	to := from
	for held := 0; to < len(s.log) && to-from < most; to++ {
		if held += size(s.log[to]); held > bytes && to > from {
			break
		}
	}
	return append([]Event(nil), s.log[from:to]...), s.dropped + to, skipped
}

// Wait returns the first event at or after cursor that match accepts, and the cursor behind it.
// It returns ctx's error when ctx ends first.
func (s *Stream) Wait(ctx context.Context, cursor int, match func(Event) bool) (Event, int, error) {
	for {
		s.mu.Lock()
		for i := max(cursor-s.dropped, 0); i < len(s.log); i++ {
			if match(s.log[i]) {
				e, next := s.log[i], s.dropped+i+1
				s.mu.Unlock()
				return e, next, nil
			}
		}
		cursor = s.dropped + len(s.log)
		if s.grown == nil {
			s.grown = make(chan struct{})
		}
		grown := s.grown
		s.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return Event{}, cursor, context.Cause(ctx)
		}
	}
}
