package suite

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Attachment is data that is kept with the result of a test.
type Attachment struct {
	Name string `json:"name"`
	// Path is where it lies, with slashes, from the folder of the results; "" where it was not kept.
	Path string `json:"path,omitempty"`
	// Type is its media type, and Bytes its length.
	Type  string `json:"type"`
	Bytes int    `json:"bytes"`
}

// attachBytes is how much one test may attach.
const attachBytes = 16 << 20

// tAttach is t.attach(name, data=None, file=None).
func tAttach(c *script.Call) (any, error) {
	var name, file string
	if err := c.Unpack(&name, nil, &file); err != nil {
		return nil, err
	}
	if c.Given(1) == c.Given(2) {
		return nil, script.Raise("TypeError", "attach: %s wants its data, or file = the path of a file beside the test", name)
	}
	r := runOf(c)
	var data []byte
	if c.Given(2) {
		var err error
		if data, err = os.ReadFile(r.world.path(file)); err != nil {
			return nil, script.Raise("OSError", "attach: %w", err)
		}
	} else {
		var ok bool
		if data, ok = object.AsBytes(c.Args[1]); !ok {
			return nil, script.Raise("TypeError", "attach: the data should be a str or bytes, not %s", typeName(c.Args[1]))
		}
	}
	if err := r.attach(name, data); err != nil {
		return nil, script.Raise("ValueError", "attach: %w", err)
	}
	return nil, nil
}

// attach keeps data with the result.
func (r *run) attach(name string, data []byte) error {
	if r.attached += len(data); r.attached > attachBytes {
		r.attached -= len(data)
		return fmt.Errorf("%s has %d bytes: all that a test attaches may have %d MB", name, len(data), attachBytes>>20)
	}
	r.world.log.add("test", event.Event{Layer: event.Harness, Kind: "attachment",
		Text: fmt.Sprintf("%s, %d bytes", name, len(data))}, nil)
	if r.world.opts.Attach != nil {
		r.world.opts.Attach(name, data)
	}
	return nil
}

// attachTapes keeps what was recorded in a test that did not pass.
func (r *run) attachTapes() {
	for _, path := range r.world.tapes {
		data, err := os.ReadFile(path)
		if err == nil {
			err = r.attach(filepath.Base(path), data)
		}
		if err != nil {
			r.problems = append(r.problems, Problem{Class: Harness, Phase: "teardown", Text: err.Error()})
		}
	}
}

// longest is how many bytes of a name are kept as they are; some systems have no more than 255.
const longest = 150

// FileName is a text as the name of a file on all systems, which no other text has. What is in the names of tests and
// devices stays, but for ":", which is "=".
func FileName(text string) string {
	changed := strings.Contains(text, "=")
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ':':
			return '='
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-[],()#", r):
			return r
		}
		changed = true
		return '_'
	}, text)
	if strings.Trim(name, ".") == "" {
		name, changed = "_"+name, true
	}
	ext := filepath.Ext(name)
	if len(ext) > 10 {
		ext = ""
	}
	if len(name) > longest {
		name, changed = name[:longest-len(ext)]+ext, true
	}
	if changed {
		sum := sha256.Sum256([]byte(text))
		name = fmt.Sprintf("%s~%x%s", strings.TrimSuffix(name, ext), sum[:4], ext)
	}
	return name
}

// FilePath is where what is kept of a test lies below a folder, with slashes: test is its ID, or another key that
// begins with its file.
func FilePath(file, test string) string {
	var parts []string
	for part := range strings.SplitSeq(file, "/") {
		switch part {
		case "", ".":
		case "..":
			parts = append(parts, "up")
		default:
			parts = append(parts, FileName(part))
		}
	}
	return path.Join(append(parts, FileName(strings.TrimPrefix(test, file+"::")))...)
}
