package serial

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// traced writes every byte of a port into a log.
type traced struct {
	Port
	mu  sync.Mutex
	log io.Writer
	now func() time.Time
	// failed says that the log could not be written: one complaint is enough.
	failed error
}

func newTraced(p Port, log io.Writer) *traced { return &traced{Port: p, log: log, now: time.Now} }

// note writes one line: time, direction, the bytes with what is not printable escaped as in Go.
func (t *traced) note(direction string, p []byte) {
	if len(p) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed != nil {
		return
	}
	_, t.failed = fmt.Fprintf(t.log, "%s %s %s\n", t.now().Format("2006-01-02T15:04:05.000000Z07:00"), direction, strconv.Quote(string(p)))
}

// Read logs what came.
func (t *traced) Read(p []byte) (int, error) {
	n, err := t.Port.Read(p)
	t.note("<", p[:n])
	return n, err
}

// Write logs what is sent, before it is.
func (t *traced) Write(p []byte) (int, error) {
	t.note(">", p)
	return t.Port.Write(p)
}

// Close closes the port. It fails when the log could not be written.
func (t *traced) Close() error {
	err := t.Port.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil && t.failed != nil {
		return fmt.Errorf("trace: %w", t.failed)
	}
	return err
}
