package session

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// WriteError is that a file which a flag has a run write could not be written whole.
type WriteError struct {
	// Flag and File say which.
	Flag, File string
	Err        error
}

// Error names the flag and the file.
func (e *WriteError) Error() string { return fmt.Sprintf("%s %s: %v", e.Flag, e.File, e.Err) }

// Unwrap returns what went wrong.
func (e *WriteError) Unwrap() error { return e.Err }

// Output is a file that a run writes beside what it does. Nothing is written behind a failure, which is
// told at once, and again by Close: what is in the file is whole up to there.
type Output struct {
	flag   string
	f      *os.File
	failed func(error)

	mu  sync.Mutex
	err error
}

// CreateOutput creates the file of a flag, which its owner alone may read: what a device says is not for
// everybody. failed hears of the first failure; nil is nobody.
func CreateOutput(flag, name string, failed func(error)) (*Output, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", flag, err), f.Close())
		}
	}
	return &Output{flag: flag, f: f, failed: failed}, nil
}

// Write writes p, or nothing once a write has failed. It does not fail: failed and Close tell of that, so
// that it is told once whoever writes.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return len(p), nil
	}
	if _, err := o.f.Write(p); err != nil {
		o.err = o.named(err)
		if o.failed != nil {
			o.failed(o.err)
		}
	}
	return len(p), nil
}

func (o *Output) named(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return &WriteError{Flag: o.flag, File: o.f.Name(), Err: err}
}

// Close closes the file. Its error is a *WriteError: the first of writing, or that of closing.
func (o *Output) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := o.f.Close()
	if o.err != nil {
		return o.err
	}
	if err != nil {
		return o.named(err)
	}
	return nil
}

// create creates a file that the run fails without.
func (s *Session) create(flag, name string) (*Output, error) {
	o, err := CreateOutput(flag, name, s.end)
	if err == nil {
		s.closers = append(s.closers, o)
	}
	return o, err
}
