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
	port   io.ReadWriteCloser
	chunks chan []byte // what was read; closed when reading ended
	failed error       // why; set before chunks is closed
	writes chan []byte
	wrote  chan error
	done   chan struct{}
	once   sync.Once
	work   sync.WaitGroup

	pending []byte // read and not yet used
}

func newStream(port io.ReadWriteCloser) *stream {
	s := &stream{port: port, chunks: make(chan []byte, 64), writes: make(chan []byte), wrote: make(chan error, 1), done: make(chan struct{})}
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
			case s.chunks <- buf[:n]:
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
			s.failed = fmt.Errorf("%w: %w: the port ended: %w", device.ErrLost, device.ErrUnreachable, err)
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
		return writeError(err)
	case <-ctx.Done():
	}
	grace := time.NewTimer(time.Second)
	defer grace.Stop()
	select {
	case err := <-s.wrote:
		return writeError(err)
	case <-grace.C:
		_ = s.close()
		return fmt.Errorf("%w: the port takes no bytes: %w", device.ErrLost, ctx.Err())
	}
}

func writeError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w: writing to the port: %w", device.ErrLost, device.ErrUnreachable, err)
}

// fill waits for bytes and adds them to pending.
func (s *stream) fill(ctx context.Context) error {
	select {
	case p, ok := <-s.chunks: // what was received comes before any error
		return s.add(p, ok)
	default:
	}
	select {
	case p, ok := <-s.chunks:
		return s.add(p, ok)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *stream) add(p []byte, ok bool) error {
	if !ok {
		return s.failed
	}
	s.pending = append(s.pending, p...)
	return nil
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

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
