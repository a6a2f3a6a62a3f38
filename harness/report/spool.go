package report

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// spoolBytes is how much is held for a reader that is slow.
const spoolBytes = 16 << 20

// patience is how long the end of a view waits for a reader.
const patience = time.Second

// spool writes lines to somebody who may be slow, or have stopped reading, and has nobody wait for that. What
// does not fit pushes out the oldest lines that are not written, which are counted in their place, so that
// the last lines are never lost. It has a goroutine only while there is something to write.
type spool struct {
	limit int // spoolBytes when 0

	mu    sync.Mutex
	lines [][]byte
	bytes int
	lost  int           // lines that were left out in front of lines
	idle  chan struct{} // closed when all is written; nil when nothing is being written
	err   error
}

// put queues a line for w; notice makes the line that stands for those left out. Both are always the same.
func (s *spool) put(w io.Writer, notice func(lines int) []byte, line []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
	s.bytes += len(line)
	limit := s.limit
	if limit == 0 {
		limit = spoolBytes
	}
	for s.bytes > limit && len(s.lines) > 1 {
		s.drop()
		s.lost++
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
		go s.drain(w, notice)
	}
}

func (s *spool) drop() {
	s.bytes -= len(s.lines[0])
	s.lines[0] = nil
	s.lines = s.lines[1:]
}

// drain writes until there is nothing more.
func (s *spool) drain(w io.Writer, notice func(lines int) []byte) {
	for {
		line, ok := s.next(notice)
		if !ok {
			return
		}
		if _, err := w.Write(line); err != nil {
			s.failed(err)
		}
	}
}

func (s *spool) next(notice func(lines int) []byte) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.lost; n > 0 {
		s.lost = 0
		return notice(n), true
	}
	if len(s.lines) == 0 {
		close(s.idle)
		s.idle = nil
		return nil, false
	}
	line := s.lines[0]
	s.drop()
	return line, true
}

func (s *spool) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// flush waits until all is written, but not for ever, and returns the first error.
func (s *spool) flush() error {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	late := time.NewTimer(patience)
	defer late.Stop()
	if idle != nil {
		select {
		case <-idle:
		case <-late.C:
			s.failed(fmt.Errorf("nobody reads what is told of the run: %w", io.ErrNoProgress))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
