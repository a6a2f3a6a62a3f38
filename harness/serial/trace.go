package serial

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// traced writes what a port carries into a log, without its secrets. A secret may come in pieces, so that
// a line is written when it is whole.
type traced struct {
	Port
	known func(string) string // takes out secrets that are known; may be nil

	mu      sync.Mutex
	log     io.Writer
	now     func() time.Time
	in, out partial
	// failed says that the log could not be written: one complaint is enough.
	failed error
}

// partial is a line of one direction that is not whole yet.
type partial struct {
	direction string
	text      []byte
	begun     time.Time
	key       bool // the lines of a private key come
}

// longestLine is how much of a line is held before it is written in parts.
const longestLine = 64 << 10

func newTraced(p Port, log io.Writer, known func(string) string) *traced {
	return &traced{Port: p, log: log, known: known, now: time.Now, in: partial{direction: "<"}, out: partial{direction: ">"}}
}

// note takes what came or goes. The lines end in CR, LF, or the prompt's Ctrl-D; a prompt has no end.
func (t *traced) note(p *partial, data []byte) {
	if len(data) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := []byte("AT"); p == &t.out && bytes.HasPrefix(data, at) && !bytes.HasPrefix(p.text, at) {
		t.flush(p) // a payload has no end either
	}
	if len(p.text) == 0 {
		p.begun = t.now()
	}
	p.text = append(p.text, data...)
	end := bytes.LastIndexAny(p.text, "\r\n\x04") + 1
	if rest := p.text[end:]; len(p.text) > longestLine || string(rest) == "> " || string(rest) == ">>> " || string(rest) == ">" {
		end = len(p.text)
	}
	if end > 0 {
		t.write(p, end)
	}
}

// flush writes a line as far as it came. The caller holds mu.
func (t *traced) flush(p *partial) {
	if len(p.text) > 0 {
		t.write(p, len(p.text))
	}
}

// write writes the first n bytes that are held: time, direction, and the bytes with what is not printable
// escaped as in Go. The caller holds mu.
func (t *traced) write(p *partial, n int) {
	text := string(p.text[:n])
	p.text = append([]byte(nil), p.text[n:]...)
	when := p.begun
	p.begun = t.now()
	if p.key = t.keyLines(p, &text); text == "" || t.failed != nil {
		return
	}
	text = hide(text, t.known)
	_, t.failed = fmt.Fprintf(t.log, "%s %s %s\n", when.Format("2006-01-02T15:04:05.000000Z07:00"), p.direction, strconv.Quote(text))
}

// keyLines takes out the lines of a private key that began in an earlier write, and reports whether one
// goes on behind the text.
func (t *traced) keyLines(p *partial, text *string) bool {
	const end = "-----END "
	if p.key {
		i := strings.Index(*text, end)
		if i < 0 {
			*text = ""
			return true
		}
		*text = hidden + (*text)[i:]
	}
	begin := strings.LastIndex(*text, "PRIVATE KEY-----")
	open := strings.LastIndex(*text, "-----BEGIN ")
	return begin > 0 && open >= 0 && open < begin && !strings.Contains((*text)[open:], end)
}

// Read logs what came.
func (t *traced) Read(p []byte) (int, error) {
	n, err := t.Port.Read(p)
	t.note(&t.in, p[:n])
	return n, err
}

// Write logs what is sent, before it is.
func (t *traced) Write(p []byte) (int, error) {
	t.note(&t.out, p)
	return t.Port.Write(p)
}

// Close closes the port. It fails when the log could not be written.
func (t *traced) Close() error {
	err := t.Port.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flush(&t.out)
	t.flush(&t.in)
	if err == nil && t.failed != nil {
		return fmt.Errorf("trace: %w", t.failed)
	}
	return err
}
