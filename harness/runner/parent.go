package runner

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"quecstar/harness/report"
	"quecstar/harness/results"
)

// grace is how long a test has to end that was cancelled, and a worker process that is no longer needed.
const grace = 2 * time.Second

// worker is a worker process seen from outside.
type worker struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	replies chan reply // closed when the process says no more
	stderr  *tail
	secrets []string // of the test that runs
	waited  sync.Once
	fate    error
}

// start starts a worker, which has a file open as long as it lives; nil is none.
func start(command []string, s setup, holds []*os.File) (*worker, error) {
	w := &worker{cmd: exec.Command(command[0], command[1:]...), replies: make(chan reply, 64), stderr: &tail{}}
	w.cmd.Stderr, w.cmd.WaitDelay = w.stderr, time.Second
	for _, f := range holds {
		inherit(w.cmd, f)
	}
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("a worker process cannot be started: %w", err)
	}
	w.in = in
	go w.read(out)
	w.send(request{Setup: &s})
	return w, nil
}

func (w *worker) read(out io.Reader) {
	defer close(w.replies)
	dec := json.NewDecoder(bufio.NewReaderSize(out, 256<<10))
	for {
		var r reply
		if dec.Decode(&r) != nil {
			return // what it says on standard error, and its exit status, tell why
		}
		w.replies <- r
	}
}

// send writes a request. An error is that of a process that has ended, which its replies tell.
func (w *worker) send(r request) {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // of our own types
	}
	_, _ = w.in.Write(append(text, '\n'))
}

// kill ends the process.
func (w *worker) kill() {
	_ = w.cmd.Process.Kill() // it may have ended
	w.drain()
}

// drain waits for the end of a process that was told to end.
func (w *worker) drain() {
	go func() {
		for range w.replies { //nolint:revive // nobody else reads them
		}
	}()
	w.wait()
}

func (w *worker) wait() error {
	w.waited.Do(func() { w.fate = w.cmd.Wait() })
	return w.fate
}

// quit ends a process that has nothing to do.
func (w *worker) quit() {
	_ = w.in.Close()
	late := time.AfterFunc(grace, func() { _ = w.cmd.Process.Kill() })
	defer late.Stop()
	w.drain()
}

// obituary says how a process ended that should not have, and what it said last.
func (w *worker) obituary() string {
	how := "it ended by itself"
	if err := w.wait(); err != nil {
		how = err.Error()
	}
	text := fmt.Sprintf("the worker process of this test ended: %s", how)
	if said := w.stderr.lastWords(); said != "" {
		text += "\n" + report.NewMasker(w.secrets).Text(results.Clean(said))
	}
	return text
}

// tail keeps the end of what is written to it, and the begin of a crash.
type tail struct {
	mu    sync.Mutex
	text  []byte
	crash []byte
}

// tailBytes is how much a tail keeps; shownBytes and shownLines how much of it is told.
const (
	tailBytes  = 64 << 10
	shownBytes = 4 << 10
	shownLines = 40
)

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := tailBytes - len(t.crash); t.crash != nil && room > 0 {
		t.crash = append(t.crash, p[:min(room, len(p))]...)
	}
	t.text = append(t.text, p...)
	if t.crash == nil {
		if i := crashed(t.text); i >= 0 {
			t.crash = bytes.Clone(t.text[i:])
		}
	}
	if n := len(t.text) - tailBytes; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(p), nil
}

// crashed is where Go's run time tells of a crash; -1 where it does not.
func crashed(text []byte) int {
	for _, word := range []string{"panic: ", "fatal error: ", "SIGQUIT: ", "unexpected fault address"} {
		if bytes.HasPrefix(text, []byte(word)) {
			return 0
		}
		if i := bytes.Index(text, []byte("\n"+word)); i >= 0 {
			return i + 1
		}
	}
	return -1
}

// lastWords are the first lines of a crash, or else the last lines of all.
func (t *tail) lastWords() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.crash != nil {
		lines := strings.SplitAfter(string(t.crash[:min(len(t.crash), shownBytes)]), "\n")
		return strings.TrimSpace(strings.Join(lines[:min(len(lines), shownLines)], ""))
	}
	text := t.text[max(0, len(t.text)-shownBytes):]
	lines := strings.SplitAfter(string(text), "\n")
	return strings.TrimSpace(strings.Join(lines[max(0, len(lines)-shownLines):], ""))
}

// pool has the worker processes that do nothing at the moment.
type pool struct {
	command []string
	setup   setup
	holds   []*os.File // what its workers have open

	mu   sync.Mutex
	idle []*worker
}

func (p *pool) get() (*worker, error) {
	for w := p.pop(); w != nil; w = p.pop() {
		select {
		case <-w.replies: // it has nothing to say but that it has ended
			w.kill()
		default:
			return w, nil
		}
	}
	return start(p.command, p.setup, p.holds)
}

// pop is a worker that does nothing; nil for none.
func (p *pool) pop() *worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	w := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return w
}

func (p *pool) put(w *worker) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.secrets = nil
	p.idle = append(p.idle, w)
}

// close ends all workers at once.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var wg sync.WaitGroup
	for _, w := range p.idle {
		wg.Go(w.quit)
	}
	wg.Wait()
	p.idle = nil
}
