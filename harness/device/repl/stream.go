package repl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"quecstar/harness/device"
)

// stream reads and writes a port so that every wait ends with a context. One goroutine reads it
// and one writes, until close; the other methods are for one caller at a time.
type stream struct {
	name   string // of the port, for errors
	port   io.ReadWriteCloser
	chunks chan chunk    // what was read; closed when reading ended
	failed error         // why; set before chunks is closed
	gone   chan struct{} // closed when reading ended and this side did not close the port
	writes chan []byte
	wrote  chan error
	done   chan struct{}
	once   sync.Once
	work   sync.WaitGroup

	pending []byte // read and not yet used

	mu       sync.Mutex
	absent   *absence // while the port is away; nil otherwise
	absences int      // how often it went away and came back
	leaving  bool     // the module was switched off, with which its port may go
}

// chunk is what was read, or that the port went away, behind which it was opened again.
type chunk struct {
	data []byte
	lost error
}

// absence is a time in which the port is away.
type absence struct {
	over chan struct{} // closed when it is back
	why  error
}

// watched is a port that may come back after it went away (serial.Port).
type watched interface {
	Watch(lost func(error), back func())
}

func newStream(port io.ReadWriteCloser, name string) *stream {
	s := &stream{name: name, port: port, chunks: make(chan chunk, 64), gone: make(chan struct{}),
		writes: make(chan []byte), wrote: make(chan error, 1), done: make(chan struct{})}
	if w, ok := port.(watched); ok {
		w.Watch(s.lost, s.back)
	}
	s.work.Add(2)
	go s.reader()
	go s.writer()
	return s
}

func (s *stream) reader() {
	defer s.work.Done()
	defer close(s.chunks)
	idle := 0
	for {
		buf := make([]byte, 4096)
		n, err := s.port.Read(buf)
		if n > 0 {
			idle = 0
			select {
			case s.chunks <- chunk{data: buf[:n]}:
			case <-s.done:
				s.failed = device.ErrClosed
				return
			}
		}
		if err == nil && n == 0 {
			// A port with a read time-out of its own answers nothing now and then; one that does so
			// at once and for ever is broken.
			if idle++; idle > 1_000_000 {
				err = io.ErrNoProgress
			}
		}
		if err != nil {
			s.end(err)
			return
		}
		select {
		case <-s.done:
			s.failed = device.ErrClosed
			return
		default:
		}
	}
}

// end notes why the port ended.
func (s *stream) end(err error) {
	s.mu.Lock()
	leaving := s.leaving
	if s.absent != nil {
		close(s.absent.over)
		s.absent = nil
	}
	s.mu.Unlock()
	select {
	case <-s.done:
		s.failed = device.ErrClosed
		return
	default:
	}
	if leaving {
		s.failed = fmt.Errorf("%s: %w: the module was switched off", s.name, device.ErrClosed)
		return
	}
	s.failed = &device.GoneError{Device: s.name, Err: err}
	close(s.gone)
}

// leaves says whether the port may go, as the module was switched off: that is no loss then.
func (s *stream) leaves(may bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = may
}

// lost is called by the read that finds that the port went away.
func (s *stream) lost(why error) {
	s.mu.Lock()
	s.absent = &absence{over: make(chan struct{}), why: why}
	s.absences++
	s.mu.Unlock()
	select {
	case s.chunks <- chunk{lost: fmt.Errorf("%w: %w: %w; whether the module did it is not known", device.ErrUnreachable,
		device.ErrLost, why)}:
	case <-s.done:
	}
}

// losses is how often the port went away and may come back.
func (s *stream) losses() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.absences
}

// back is called by the read that finds the port open again.
func (s *stream) back() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.absent.over)
	s.absent = nil
}

// present waits while the port is away.
func (s *stream) present(ctx context.Context) error {
	s.mu.Lock()
	a := s.absent
	s.mu.Unlock()
	if a == nil {
		return nil
	}
	select {
	case <-a.over: // it is back, or gone for good, which who reads is told
		return nil
	case <-s.done:
		return device.ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", context.Cause(ctx), a.why)
	}
}

// settle takes what came while nobody asked, and reports whether the port was away meanwhile.
func (s *stream) settle() (wasAway bool) {
	for {
		select {
		case c, ok := <-s.chunks:
			switch {
			case !ok:
				return wasAway // who reads next is told why
			case c.lost != nil:
				wasAway, s.pending = true, nil
			default:
				s.pending = append(s.pending, c.data...)
			}
		default:
			return wasAway
		}
	}
}

func (s *stream) writer() {
	defer s.work.Done()
	for {
		select {
		case p := <-s.writes:
			_, err := s.port.Write(p)
			s.wrote <- err
		case <-s.done:
			return
		}
	}
}

// close closes the port and waits for both goroutines.
func (s *stream) close() error {
	var err error
	s.once.Do(func() {
		close(s.done)
		err = s.port.Close()
	})
	s.work.Wait()
	return err
}

// write sends p. A write that hangs when ctx ends closes the port: nothing else ends it.
func (s *stream) write(ctx context.Context, p []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.writes <- p:
	case <-s.done:
		return device.ErrClosed
	}
	select {
	case err := <-s.wrote:
		return s.writeError(err)
	case <-ctx.Done():
	}
	grace := time.NewTimer(time.Second)
	defer grace.Stop()
	select {
	case err := <-s.wrote:
		return s.writeError(err)
	case <-grace.C:
		_ = s.close()
		return fmt.Errorf("%w: the port takes no bytes: %w", device.ErrLost, ctx.Err())
	}
}

// writeError is what a failed write means. It may fail before the read does that says whether the port is
// gone for good.
func (s *stream) writeError(err error) error {
	if err == nil {
		return nil
	}
	t := time.NewTimer(readFollows)
	defer t.Stop()
	select {
	case <-s.gone:
		return s.failed
	case <-t.C:
	}
	return fmt.Errorf("%w: %w: writing to the port: %w", device.ErrLost, device.ErrUnreachable, err)
}

// readFollows is how long a read may take to fail behind a write that failed: ports are looked at twice a
// second.
const readFollows = 2 * time.Second

// fill waits for bytes and adds them to pending.
func (s *stream) fill(ctx context.Context) error {
	select {
	case c, ok := <-s.chunks: // what was received comes before any error
		return s.add(c, ok)
	default:
	}
	select {
	case c, ok := <-s.chunks:
		return s.add(c, ok)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *stream) add(c chunk, ok bool) error {
	if !ok {
		return s.failed
	}
	s.pending = append(s.pending, c.data...)
	return c.lost
}

// next waits for bytes and takes all that are there.
func (s *stream) next(ctx context.Context) ([]byte, error) {
	if len(s.pending) == 0 {
		if err := s.fill(ctx); err != nil {
			return nil, err
		}
	}
	p := s.pending
	s.pending = nil
	return p, nil
}

// unread puts bytes back.
func (s *stream) unread(p []byte) { s.pending = append(append([]byte(nil), p...), s.pending...) }

// readByte waits for one byte.
func (s *stream) readByte(ctx context.Context) (byte, error) {
	if len(s.pending) == 0 {
		if err := s.fill(ctx); err != nil {
			return 0, err
		}
	}
	b := s.pending[0]
	s.pending = s.pending[1:]
	return b, nil
}

// keepSeen is how much of what came before a marker is kept for an error's text.
const keepSeen = 512

// until reads up to and including the first of the markers and says which; what came before it is
// seen, of which only the end is kept. It ends with ctx, and no stream of other bytes prolongs it.
func (s *stream) until(ctx context.Context, markers ...string) (which int, seen []byte, err error) {
	longest := 0
	for _, m := range markers {
		longest = max(longest, len(m))
	}
	var text []byte
	for {
		p, err := s.next(ctx)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return -1, text, err
		}
		text = append(text, p...)
		at, which := -1, -1
		for i, m := range markers {
			if j := bytes.Index(text, []byte(m)); j >= 0 && (at < 0 || j < at) {
				at, which = j, i
			}
		}
		if which >= 0 {
			s.unread(text[at+len(markers[which]):])
			return which, text[:at], nil
		}
		if keep := keepSeen + longest; len(text) > 2*keep {
			text = append([]byte(nil), text[len(text)-keep:]...)
		}
	}
}

// drain throws away what comes until nothing has come for quiet, or until limit.
func (s *stream) drain(ctx context.Context, quiet, limit time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var tail []byte
	for {
		wait, stop := context.WithTimeout(ctx, quiet)
		p, err := s.next(wait)
		stop()
		if wait.Err() != nil && err != nil {
			return tail, nil
		}
		if err != nil {
			return tail, err
		}
		tail = append(tail, p...)
		tail = tail[max(len(tail)-keepSeen, 0):]
		if ctx.Err() != nil {
			return tail, nil
		}
	}
}
