package at

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
)

// A module answers its commands in the order in which they came, each with one final result, and no
// final result says of which command it is. One that comes late would be taken for that of the next
// command, and so on for good. Behind whatever may have gone wrong the engine therefore sends a marker:
// a line of questions whose answers, in their order, are like no other answer. Once they and their OK are
// there, everything that was asked before has been answered, or never will be.
//
// The questions are AT+CMEE? and AT+CMEE=? (3GPP TS 27.007, section 9.2): every firmware has them, they
// change nothing, need no card and no network, and what they answer differs: a number, and a list in
// parentheses. Several commands in a line are V.250's, section 5.4.4, and the AT commands manual's of
// EC2x/EG9x, section 1.4. UNCONFIRMED: no public log shows just this line on a module. Where it is refused,
// the first answer that is late ends the port.

// quiet is how long most commands may take (AT commands manual, "Maximum Response Time"): a module that
// is asked whether it is there is asked again after that.
const quiet = 300 * time.Millisecond

const (
	// questions are those of a marker.
	questions = 6
	// firstWindow is how long a module may be silent before it gets another marker, at least; the window
	// doubles from one to the next.
	firstWindow = time.Second
	// windows is how many markers may get no answer: 15 s in all.
	windows = 4
	// longestSync bounds the whole, for a module that answers so slowly that it is never done.
	longestSync = 5 * time.Minute
	// slowest is how slow a module may seem, which is what its answers are waited for.
	slowest = 15 * time.Second
	// patience is how many markers in succession may be refused.
	patience = 2
)

// mark is what a marker waits for.
type mark struct {
	want, got string        // a digit for each question: 0 what is set, 1 what can be set
	other     chan struct{} // hears of final results of other commands; holds one
	heard     bool          // there was one
	refused   bool          // the last of them was an error without an answer
}

// marker makes the n-th marker: two that differ by less than 62 are not the same.
func marker(n int) (Command, *mark) {
	m := &mark{want: fmt.Sprintf("%0*b", questions, n%(1<<questions-2)+1), other: make(chan struct{}, 1)}
	asked := make([]string, questions)
	for i := range asked {
		asked[i] = map[byte]string{'0': "+CMEE?", '1': "+CMEE=?"}[m.want[i]]
	}
	return Command{Text: "AT" + strings.Join(asked, ";"), Prompt: ">"}, m
}

// marked takes a token while a marker is in flight: answers to other commands are dropped. The caller
// holds mu.
func (e *Engine) marked(x *exchange, t token) bool {
	m := x.mark
	switch {
	case strings.HasPrefix(t.text, "+CMEE:"):
		m.got += map[bool]string{false: "0", true: "1"}[strings.Contains(t.text, "(")]
	case t.text == "OK" && m.got == m.want:
		e.stale, e.owed = false, time.Time{}
		e.finish(nil)
	case isResult(t.text):
		m.heard, m.refused = true, t.text != "OK" && m.got == ""
		m.got = ""
		select {
		case m.other <- struct{}{}:
		default:
		}
	default:
		return !isURC(t.text) && t.data == nil
	}
	return true
}

// late notes that the answer of a command may still come.
func (e *Engine) late(c Command) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stale = true
	if c.probe {
		return // its answer is like another's
	}
	if until := time.Now().Add(timeLimit(c.Text)); until.After(e.owed) {
		e.owed = until
	}
}

// limit is how long a command may take: what the manual gives it, and more where the module has shown to
// be slow.
func (e *Engine) limit(c Command) time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return timeLimit(c.Text) + 2*e.slow
}

// ready makes sure that what comes next is the answer of the next command. It is for who has the turn.
func (e *Engine) ready(ctx context.Context) error {
	e.mu.Lock()
	stale := e.stale
	e.mu.Unlock()
	if !stale {
		return nil
	}
	return e.resync(ctx)
}

// resync sends markers until the module answers to one. It is for who has the turn. Where none is
// answered, the port is given up: what the module says cannot be told apart any more.
func (e *Engine) resync(ctx context.Context) error {
	begin, silent, refused := time.Now(), 0, 0
	for refused < patience && (silent < windows && time.Since(begin) < longestSync || e.owes()) {
		c, m := marker(e.marks)
		e.marks++
		synced, err := e.awaitMark(ctx, c, m, silent)
		if err != nil {
			return err
		}
		if synced {
			return nil
		}
		if silent++; m.heard {
			silent = 0
		}
		if refused++; !m.refused {
			refused = 0
		}
	}
	if refused < patience {
		return e.giveUp(fmt.Errorf("%w: its answers come too late to be told apart", device.ErrTimeout))
	}
	if e.unmarked = true; e.nothingLate() {
		return nil
	}
	return e.giveUp(fmt.Errorf("%w: an answer is late, and the module refuses AT+CMEE?;+CMEE=?, by which it could be "+
		"told from others", device.ErrTimeout))
}

// owes reports whether the manual still allows a late answer to come.
func (e *Engine) owes() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Now().Before(e.owed)
}

// nothingLate ends the wait for answers where none of a command is known to be late.
func (e *Engine) nothingLate() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.owed.IsZero() {
		return false
	}
	e.stale = false
	return true
}

// window is how long a module may be silent: longer than it was before it said something, and longer from
// one silent window to the next.
func (e *Engine) window(silent int) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return max(firstWindow, 2*e.slow) << min(silent, windows-1)
}

// awaitMark sends a marker and waits for its answer, until the module is silent for a window.
func (e *Engine) awaitMark(ctx context.Context, c Command, m *mark, silent int) (bool, error) {
	x := &exchange{cmd: c, mark: m, prompt: make(chan struct{}), done: make(chan struct{})}
	if err := e.begin(x); err != nil {
		return false, err
	}
	defer e.rest()
	if err := e.write([]byte(c.Text + "\r")); err != nil {
		return false, err
	}
	t := time.NewTimer(e.window(silent))
	defer t.Stop()
	prompt := x.prompt
	for {
		select {
		case <-x.done:
			return x.err == nil, x.err
		case <-m.other:
			t.Reset(e.window(silent))
		case <-prompt: // that of a command which is late: nothing shall be entered there
			prompt = nil
			if err := e.write([]byte(esc)); err != nil {
				return false, err
			}
		case <-t.C:
			e.mu.Lock()
			e.lex.abandon()
			e.mu.Unlock()
			return false, nil
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// heard notes how long a module that was asked said nothing. The caller holds mu.
func (e *Engine) heard(x *exchange) {
	if x.mark != nil || x.cmd.probe {
		e.slow = max(e.slow, min(time.Since(e.silent), slowest))
	}
	e.silent = time.Time{}
	if x.mark != nil {
		e.silent = time.Now()
	}
}

// giveUp ends the port, as nothing that it says can be used any more.
func (e *Engine) giveUp(why error) error {
	e.mu.Lock()
	if e.given == nil {
		e.given = why
	}
	e.mu.Unlock()
	_ = e.port.Close() // the read that fails tells everybody
	<-e.ended
	return e.Err()
}
