package tape

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
)

// recorder writes lines in the order in which calls begin.
type recorder struct {
	mu    sync.Mutex
	w     io.Writer
	err   error // the first that writing gave
	last  time.Time
	began time.Time
	queue []*line // begun, not written yet
	open  int     // calls that are not done
}

// line is one line that is to be written once it and all before it are done.
type line struct {
	text string
	done bool
	wait time.Duration // before it
	with bool          // it began while another call was not done

	times *times // what a thread was told; nil for all else
}

func newRecorder(w io.Writer) *recorder {
	r := &recorder{w: w, last: time.Now(), began: time.Now()}
	r.put(magic + "\n")
	return r
}

// begin notes that a call began. The returned function notes its end and returns its error.
func (r *recorder) begin(name, args string) func(result string, err error, mask func(string) string) error {
	r.mu.Lock()
	l := &line{text: "call " + name + " " + args, wait: r.since(), with: r.open > 0}
	r.queue = append(r.queue, l)
	r.open++
	r.mu.Unlock()
	return func(result string, err error, mask func(string) string) error {
		if err != nil {
			l.text += " ! " + describe(err, mask)
		} else {
			l.text += " = " + result
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		l.done = true
		r.open--
		r.last = time.Now()
		r.flush()
		return err
	}
}

// since is how long nothing happened. The caller holds mu.
func (r *recorder) since() time.Duration {
	now := time.Now()
	d := now.Sub(r.last)
	r.last = now
	return d
}

// describe writes an error: its class, the code of a refusal, its text.
func describe(err error, mask func(string) string) string {
	class := "error"
	for _, c := range classes {
		if errors.Is(err, c.err) {
			class = c.name
			break
		}
	}
	var refused *device.RefusedError
	if errors.As(err, &refused) {
		class = "refused:" + strconv.Itoa(int(refused.Code))
		return class + " " + strconv.Quote(mask(refused.What))
	}
	if errors.Is(err, device.ErrUnreachable) && class != "unreachable" {
		class += "+unreachable"
	}
	return class + " " + strconv.Quote(mask(err.Error()))
}

// said notes what the device said.
func (r *recorder) said(who, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, &line{text: "said " + who + " " + text, wait: r.since(), done: true})
	r.flush()
}

// flush writes what is done, up to the first that is not. The caller holds mu.
func (r *recorder) flush() {
	for len(r.queue) > 0 && r.queue[0].done {
		l := r.queue[0]
		r.queue = r.queue[1:]
		if l.times != nil {
			l.times.end()
			r.put(l.times.text.String() + "\n")
			continue
		}
		var b strings.Builder
		if l.wait >= waitStep {
			fmt.Fprintf(&b, "wait %.1f\n", l.wait.Seconds())
		}
		if l.with {
			b.WriteString("& ")
		}
		b.WriteString(l.text + "\n")
		r.put(b.String())
	}
}

// put writes. The caller holds mu, or nobody knows the recorder yet.
func (r *recorder) put(text string) {
	if r.err == nil {
		_, r.err = io.WriteString(r.w, text)
	}
}

// close writes what never ended, too.
func (r *recorder) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.queue {
		if !l.done {
			l.text, l.done = l.text+" ! cancelled \"the run ended\"", true
		}
	}
	r.flush()
	if r.err != nil {
		return fmt.Errorf("tape: %w", r.err)
	}
	return nil
}
