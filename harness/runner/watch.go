package runner

import (
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"quecstar/harness/bench"
)

// look is how often --watch looks at files. Their times are asked for, as no system's notice works on all kinds of
// file systems.
const look = 300 * time.Millisecond

// Watch knows which files the tests of which file read.
type Watch struct {
	Root  string
	Paths []string

	read   map[string][]string // test file to what it read
	times  map[string]stamp
	marked time.Time // when Mark was called last
}

type stamp struct {
	at   time.Time
	size int64
}

// Add tells what the tests of files read. The file itself is one of those.
func (w *Watch) Add(read map[string][]string) {
	if w.read == nil {
		w.read = map[string][]string{}
	}
	for file, list := range read {
		w.read[file] = append([]string{file}, list...)
	}
	for name, s := range w.seen() {
		if _, ok := w.times[name]; !ok && w.times != nil {
			if s.at.After(w.marked) {
				s = stamp{} // it came, or was changed, while the tests ran
			}
			w.times[name] = s // it is known only now
		}
	}
}

// of are the files that a change of has the tests of a file run again: what they read, and what would be their bench,
// were it there.
func (w *Watch) of(file string) []string {
	list := slices.Clip(w.read[file])
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		list = append(list, path.Join(dir, bench.Name))
		if dir == path.Dir(dir) {
			return list
		}
	}
}

// full is where a file lies that is told from the root.
func (w *Watch) full(name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(w.Root, name)
}

// Files is how many files are watched, without those that are not there yet.
func (w *Watch) Files() int {
	n := 0
	for _, s := range w.seen() {
		if s != (stamp{}) {
			n++
		}
	}
	return n
}

// Next waits for a change and returns the test files that it concerns, also new ones; ctx's end is an error.
func (w *Watch) Next(ctx context.Context) ([]string, error) {
	if w.times == nil {
		w.Mark()
	}
	t := time.NewTicker(look)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-t.C:
		}
		now := w.seen()
		var concerned []string
		for _, file := range slices.Sorted(maps.Keys(w.read)) {
			if slices.ContainsFunc(w.of(file), func(name string) bool { return now[name] != w.times[name] }) {
				concerned = append(concerned, file)
			}
		}
		w.times = now
		if len(concerned) > 0 {
			return concerned, nil
		}
	}
}

// Mark takes the times of now for those that Next compares with: to be called before the tests run, so that a
// change while they run is one, too.
func (w *Watch) Mark() { w.times, w.marked = w.seen(), time.Now() }

// seen are the times of all files; a missing one has none.
func (w *Watch) seen() map[string]stamp {
	if all, err := expand(w.Root, w.Paths); err == nil { // a folder that went away comes back or not
		for _, s := range all {
			if w.read == nil {
				w.read = map[string][]string{}
			}
			if w.read[s.file] == nil {
				w.read[s.file] = []string{s.file}
			}
		}
	}
	out := map[string]stamp{}
	for file := range w.read {
		for _, name := range w.of(file) {
			if _, ok := out[name]; ok {
				continue
			}
			s := stamp{}
			if info, err := os.Stat(w.full(name)); err == nil {
				s = stamp{info.ModTime(), info.Size()}
			}
			out[name] = s
		}
	}
	return out
}
