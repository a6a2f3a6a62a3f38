// Package store keeps values in one file, by table and name, behind the back of who changes them: a change is noted at
// once, and written by the store itself, many in one transaction. What is in the file is always what was there at one
// moment, however the process ended.
package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolt "go.etcd.io/bbolt/errors"
)

// Errors of files.
var (
	// ErrLocked is that another process has the file open.
	ErrLocked = errors.New("another process has it open")
	// ErrFormat is that the file is none of these, or of another version.
	ErrFormat = errors.New("it is no such file, or of another version")
	// ErrCorrupt is that the file is damaged.
	ErrCorrupt = errors.New("it is damaged")
)

// Key is where a value lies. Neither part is empty; Name has at most MaxName bytes.
type Key struct{ Table, Name string }

// MaxName is how many bytes a name has at most.
const MaxName = bbolt.MaxKeySize

// lockTime is how long the file's lock is waited for: as a process that ends needs for it.
const lockTime = time.Second

// lag is how long a change may wait for others to be written with it, unless somebody waits for it.
const lag = time.Second

// Store is an open file. A nil Store keeps nothing.
type Store struct {
	path   string
	db     *bbolt.DB
	value  func(Key) ([]byte, error)
	failed func(error)
	end    chan struct{}
	wake   chan struct{} // something changed
	urgent chan struct{} // somebody waits
	work   sync.WaitGroup

	mu      sync.Mutex
	changed map[Key]struct{}
	waiting []chan error
	closed  bool
}

// metaTable holds what the file is.
const metaTable, formatName = "quecstar", "format"

// Open opens a file, and makes one that is not there, which its owner alone may read. format says what is kept and in
// which form. Errors are ErrLocked, ErrFormat, ErrCorrupt and those of the file system.
func Open(path, format string) (*Store, error) {
	s := &Store{path: path, changed: map[Key]struct{}{}, end: make(chan struct{}), wake: make(chan struct{}, 1),
		urgent: make(chan struct{}, 1)}
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := guarded(func() error { return s.check(format) }); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.db.Close())
	}
	return s, nil
}

func (s *Store) open() error {
	var file *os.File
	err := guarded(func() (err error) {
		s.db, err = bbolt.Open(s.path, 0o600, &bbolt.Options{Timeout: lockTime, FreelistType: bbolt.FreelistMapType,
			NoStatistics: true,
			OpenFile: func(name string, flag int, mode fs.FileMode) (f *os.File, err error) {
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			}})
		return err
	})
	switch {
	case errors.Is(err, bolt.ErrTimeout):
		return ErrLocked
	case errors.Is(err, bolt.ErrInvalid), errors.Is(err, bolt.ErrVersionMismatch):
		return fmt.Errorf("%w: %v", ErrFormat, err)
	case errors.Is(err, bolt.ErrChecksum):
		return fmt.Errorf("%w: %v", ErrCorrupt, err)
	case errors.Is(err, ErrCorrupt):
		_ = file.Close() // its lock goes with it
	}
	return err
}

// guarded makes errors of the ways in which a damaged file ends its reader: panics, and faults behind its end.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if why := recover(); why != nil {
			err = fmt.Errorf("%w: %v", ErrCorrupt, why)
		}
	}()
	return do()
}

// check compares the file with what it should be; a new one becomes it.
func (s *Store) check(format string) error {
	isNew := false
	err := s.db.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(s.path)
		if err != nil {
			return err
		}
		first, _ := tx.Cursor().First()
		meta := tx.Bucket([]byte(metaTable))
		switch {
		case tx.Size() > info.Size():
			return fmt.Errorf("%w: it has %d bytes of %d", ErrCorrupt, info.Size(), tx.Size())
		case first == nil:
			isNew = true
		case meta == nil:
			return fmt.Errorf("%w: another program wrote it", ErrFormat)
		case string(meta.Get([]byte(formatName))) != format:
			return fmt.Errorf("%w: it is %q, and %q is wanted", ErrFormat, meta.Get([]byte(formatName)), format)
		}
		return nil
	})
	if err != nil || !isNew {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucket([]byte(metaTable))
		if err != nil {
			return err
		}
		return meta.Put([]byte(formatName), []byte(format))
	})
}

// Each calls f with every value of a table, by name. f must not keep value.
func (s *Store) Each(table string, f func(name string, value []byte) error) error {
	err := guarded(func() error {
		return s.db.View(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(table))
			if b == nil {
				return nil
			}
			return b.ForEach(func(name, kept []byte) error {
				value, err := unseal(Key{table, string(name)}, kept)
				if err == nil {
					err = f(string(name), value)
				}
				if err != nil {
					return fmt.Errorf("%s %s: %w", table, name, err)
				}
				return nil
			})
		})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return nil
}

// sumLength is the length of the checksum in front of a value.
const sumLength = 4

// checksum is of a value and its place.
func checksum(k Key, value []byte) uint32 {
	sum := crc32.ChecksumIEEE([]byte(k.Table + "\x00" + k.Name + "\x00"))
	return crc32.Update(sum, crc32.IEEETable, value)
}

func seal(k Key, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, sumLength+len(value)), checksum(k, value)), value...)
}

func unseal(k Key, kept []byte) ([]byte, error) {
	if len(kept) < sumLength || binary.BigEndian.Uint32(kept) != checksum(k, kept[sumLength:]) {
		return nil, fmt.Errorf("%w: the checksum differs", ErrCorrupt)
	}
	return kept[sumLength:], nil
}

// Begin begins to write. value is asked for what a key has now, nil for nothing, by a goroutine of the store's; failed
// hears of what could not be written, which is tried again.
func (s *Store) Begin(value func(Key) ([]byte, error), failed func(error)) {
	s.value, s.failed = value, failed
	s.work.Go(s.run)
}

// Touch notes that what a key has may have changed. It never waits for the file.
func (s *Store) Touch(k Key) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.changed[k] = struct{}{}
	s.mu.Unlock()
	poke(s.wake)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Flush waits until what was touched before is on the disk, or says why it is not.
func (s *Store) Flush() error {
	if s == nil {
		return nil
	}
	done := make(chan error, 1)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return fmt.Errorf("%s: %w", s.path, fs.ErrClosed)
	}
	s.waiting = append(s.waiting, done)
	s.mu.Unlock()
	poke(s.wake)
	poke(s.urgent)
	return <-done
}

// run writes until the end.
func (s *Store) run() {
	pause := time.NewTimer(lag)
	defer pause.Stop()
	for {
		select {
		case <-s.wake:
		case <-s.end:
			return
		}
		pause.Reset(lag)
		select {
		case <-s.urgent:
		case <-pause.C:
		case <-s.end:
			return
		}
		s.write()
	}
}

// write writes what changed, and tells those who wait for it.
func (s *Store) write() {
	s.mu.Lock()
	changed, waiting := s.changed, s.waiting
	s.changed, s.waiting = map[Key]struct{}{}, nil
	s.mu.Unlock()
	var err error
	if len(changed) > 0 {
		err = guarded(func() error { return s.commit(changed) })
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.path, err)
		s.failed(err)
		s.mu.Lock()
		for k := range changed {
			s.changed[k] = struct{}{}
		}
		s.mu.Unlock()
		poke(s.wake)
	}
	for _, done := range waiting {
		done <- err
	}
}

// commit writes the values that keys have now.
func (s *Store) commit(changed map[Key]struct{}) error {
	keys := make([]Key, 0, len(changed))
	for k := range changed {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y Key) int {
		return cmp.Or(strings.Compare(x.Table, y.Table), strings.Compare(x.Name, y.Name))
	})
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, k := range keys {
			if err := s.put(tx, k); err != nil {
				return fmt.Errorf("%s %s: %w", k.Table, k.Name, err)
			}
		}
		return nil
	})
}

func (s *Store) put(tx *bbolt.Tx, k Key) error {
	value, err := s.value(k)
	if err != nil {
		return err
	}
	b, err := tx.CreateBucketIfNotExists([]byte(k.Table))
	if err != nil {
		return err
	}
	if value == nil {
		return b.Delete([]byte(k.Name))
	}
	return b.Put([]byte(k.Name), seal(k, value))
}

// Close writes what is not written yet, and closes the file.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	close(s.end)
	s.work.Wait()
	var last error
	if s.value != nil {
		s.mu.Lock()
		done := make(chan error, 1)
		s.waiting = append(s.waiting, done)
		s.mu.Unlock()
		s.write()
		last = <-done
	}
	return errors.Join(last, s.db.Close())
}
