package results

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"quecstar/harness/suite"
)

// attachFolder is where attachments lie below the folder of results.
const attachFolder = "attachments"

// Bounds of what is kept beside the stream.
const (
	artifactBytes = 4 << 20 // of a file that is made of a test's events; the end is kept
	storeBytes    = 1 << 30 // of a run
)

// Data is data under a name.
type Data struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// Store keeps attachments below a folder of results. A nil one keeps nothing.
type Store struct {
	Folder string

	mu    sync.Mutex
	bytes int
	err   error
}

// Keep writes the attachments of an attempt at a test, whose key is Line.Test, and tells where they are. What cannot
// be kept has no path, and is told by Err.
func (s *Store) Keep(test *suite.Test, key string, attempt int, all []Data) []suite.Attachment {
	var out []suite.Attachment
	dir := path.Join(attachFolder, suite.FilePath(test.File, key))
	if attempt > 1 {
		dir = path.Join(dir, fmt.Sprintf("attempt-%d", attempt))
	}
	taken := map[string]bool{}
	for _, d := range all {
		a := suite.Attachment{Name: d.Name, Type: http.DetectContentType(d.Data), Bytes: len(d.Data)}
		name := suite.FileName(d.Name)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = suite.FileName(fmt.Sprintf("%d-%s", n, d.Name))
		}
		taken[strings.ToLower(name)] = true
		if s != nil && s.write(path.Join(dir, name), d.Data) {
			a.Path = path.Join(dir, name)
		}
		out = append(out, a)
	}
	return out
}

func (s *Store) write(name string, data []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += len(data); s.bytes > storeBytes {
		s.bytes -= len(data)
		if s.err == nil {
			s.err = fmt.Errorf("%s is not kept: the attachments of a run may have %d MB", name, storeBytes>>20)
		}
		return false
	}
	to := filepath.Join(s.Folder, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(to), 0o755)
	if err == nil {
		if err = os.WriteFile(to, data, 0o644); err != nil {
			_ = os.Remove(to) // half of it is of no use
		}
	}
	if err != nil && s.err == nil { // the first says why
		s.err = err
	}
	return err == nil
}

// Err is what was not kept.
func (s *Store) Err() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Artifacts are what is kept of a test that did not pass: what its scripts printed, and what happened.
func Artifacts(events []suite.Event) []Data {
	var out []Data
	add := func(name string, lines []string) {
		text := strings.Join(lines, "\n") + "\n"
		if cut := len(text) - artifactBytes; cut > 0 {
			text = "… " + text[cut:]
		}
		if len(lines) > 0 {
			out = append(out, Data{Name: name, Data: []byte(text)})
		}
	}
	add("output.txt", printed(events))
	var trace []string
	for i := range events {
		trace = append(trace, eventText(&events[i]))
	}
	add("trace.txt", trace)
	return out
}

// carry copies the attachments of a result from one folder to another; "" leaves them where they are. It tells where
// they are now.
func carry(r *suite.Result, from, to string) error {
	var errs []error
	for i := range r.Attachments {
		a := &r.Attachments[i]
		if a.Path == "" {
			continue
		}
		if to == "" {
			a.Path = path.Join(filepath.ToSlash(from), a.Path)
			continue
		}
		if !filepath.IsLocal(filepath.FromSlash(a.Path)) { // of results that somebody made
			return fmt.Errorf("%s: the attachment %s lies outside of its folder", from, a.Path)
		}
		name := filepath.FromSlash(a.Path)
		errs = append(errs, copyFile(filepath.Join(from, name), filepath.Join(to, name)))
	}
	return errors.Join(errs...)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
