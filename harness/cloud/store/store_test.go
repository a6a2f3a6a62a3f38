package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is what a test keeps.
type shelf map[string]string

func (s shelf) value(k Key) ([]byte, error) {
	v, ok := s[k.Table+"/"+k.Name]
	if !ok {
		return nil, nil
	}
	return []byte(v), nil
}

// write makes a file of one table.
func write(t *testing.T, path string, s shelf) {
	t.Helper()
	f, err := Open(path, "test 1")
	if err != nil {
		t.Fatal(err)
	}
	f.Begin(s.value, func(err error) { t.Error(err) })
	for name := range s {
		table, name, _ := strings.Cut(name, "/")
		f.Touch(Key{table, name})
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, f *Store, table string) (string, error) {
	t.Helper()
	out := ""
	err := f.Each(table, func(name string, value []byte) error {
		out += name + "=" + string(value) + ";"
		return nil
	})
	return out, err
}

// TestStore: what was touched is there again, what is gone is gone, and nobody else may read it.
func TestStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	s := shelf{"a/1": "one", "a/2": "", "b/1": "x"}
	write(t, path, s)
	f, err := Open(path, "test 1")
	if err != nil {
		t.Fatal(err)
	}
	delete(s, "a/1")
	f.Begin(s.value, func(err error) { t.Error(err) })
	f.Touch(Key{"a", "1"})
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{"a": "2=;", "b": "1=x;", "c": ""} {
		if got, err := read(t, f, table); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", table, got, err, want)
		}
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	if err := f.Flush(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

// TestFailure: what cannot be written is told to who waits for it, and written when it can.
func TestFailure(t *testing.T) {
	f, err := Open(filepath.Join(t.TempDir(), "x"), "test 1")
	if err != nil {
		t.Fatal(err)
	}
	bad, told := errors.New("bad"), 0
	now := bad // the store is asked between Touch and the end of Flush alone
	f.Begin(func(Key) ([]byte, error) { return []byte("v"), now }, func(err error) {
		if told++; !errors.Is(err, bad) {
			t.Error(err)
		}
	})
	f.Touch(Key{"a", "1"})
	if err := f.Flush(); !errors.Is(err, bad) {
		t.Errorf("%v", err)
	}
	now = nil
	if err := f.Flush(); err != nil || told != 1 {
		t.Errorf("%v, told %d times", err, told)
	}
	if got, err := read(t, f, "a"); err != nil || got != "1=v;" {
		t.Errorf("%q %v", got, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestBadFiles: a file that is none of these, or is damaged, is told and never ends the process.
func TestBadFiles(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good")
	s := shelf{}
	for i := range 2000 {
		s["a/"+strings.Repeat("n", i%50+1)+string(rune('a'+i%26))] = strings.Repeat("value ", 50)
	}
	write(t, good, s)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	db, err := bbolt.Open(other, 0o600, nil)
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("b")); return err })
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(strings.Replace(string(text), "value value", "value vaIue", -1))
	for name, tt := range map[string]struct {
		text   []byte
		format string
		want   error
	}{
		"text":                 {[]byte("hello, world"), "test 1", ErrFormat},
		"a page of text":       {[]byte(strings.Repeat("hello, world", 10_000)), "test 1", ErrFormat},
		"another version":      {text, "test 2", ErrFormat},
		"of another program":   {foreign, "test 1", ErrFormat},
		"half":                 {text[:len(text)/2], "test 1", ErrCorrupt},
		"two pages":            {text[:2*os.Getpagesize()], "test 1", ErrCorrupt},
		"other values":         {flipped, "test 1", ErrCorrupt},
		"zeros behind the top": {append(text[:2*os.Getpagesize():2*os.Getpagesize()], make([]byte, len(text)-2*os.Getpagesize())...), "test 1", ErrCorrupt},
	} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, tt.text, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, tt.format)
		if err == nil {
			_, err = read(t, f, "a")
			err = errors.Join(err, f.Close())
		}
		if !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLocked: a file has one store.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	f, err := Open(path, "test 1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, "test 1"); !errors.Is(err, ErrLocked) {
		t.Errorf("%v", err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(filepath.Join(path, "no"), "test 1"); err == nil || errors.Is(err, ErrFormat) {
		t.Errorf("a file below a file: %v", err)
	}
}
