package flash

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// Scratch makes folders that end with the process at the latest: one that is ended at once, whatever its
// goroutines do, removes them by Close. A nil Scratch makes folders that their makers alone remove.
type Scratch struct {
	mu     sync.Mutex
	dirs   map[string]bool
	closed bool
}

// Make makes a new, empty folder whose name begins with prefix.
func (s *Scratch) Make(prefix string) (string, error) {
	if s == nil {
		return os.MkdirTemp("", prefix)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errors.New("the process ends")
	}
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return "", err
	}
	if s.dirs == nil {
		s.dirs = map[string]bool{}
	}
	s.dirs[dir] = true
	return dir, nil
}

// Remove removes a folder that Make made; "" is none.
func (s *Scratch) Remove(dir string) error {
	if s != nil {
		s.mu.Lock()
		delete(s.dirs, dir)
		s.mu.Unlock()
	}
	return RemoveAll(dir)
}

// attempts is how often Close tries to remove a folder that somebody goes on to write to.
const attempts = 100

// Close removes every folder that is left. None can be made any more.
func (s *Scratch) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var errs []error
	for dir := range s.dirs {
		err := RemoveAll(dir)
		for n := 0; err != nil && n < attempts; n++ {
			err = RemoveAll(dir)
		}
		errs = append(errs, err)
	}
	s.dirs = nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove the files of the run: %w", err)
	}
	return nil
}
