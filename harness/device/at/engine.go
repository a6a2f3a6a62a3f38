package at

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/hook"
)

// Command is one command line and what to expect of it.
type Command struct {
	// Text is the line, such as "AT+CSQ".
	Text string
	// Answer is how its information lines begin, such as "+CSQ: "; "" takes every line that is no URC.
	Answer string
	// Match, when not nil, tells whether a line that begins so is an answer indeed: URCs may look alike.
	Match func(line string, data []byte) bool
	// Own takes the lines that begin with the command's own name as answers, though they look like URCs,
	// as a console must that knows no command.
	Own bool
	// Payload is sent when the module asks for it; Prompt says how: ">" or "CONNECT".
	Payload []byte
	Prompt  string
	// NoPayload has the entry of a payload cancelled where the module asks for one behind ">": the error is
	// ErrWantsPayload.
	NoPayload bool
	// Raw is how many bytes come behind a CONNECT that does not tell.
	Raw int
	// Results are final results beside OK and the errors, such as "SEND OK".
	Results []string
	// Timeout bounds the time to the final result; 0 is what the vendor's manual gives the command.
	Timeout time.Duration
	// Restarts says that the module goes off or starts anew because of the command.
	Restarts bool

	// probe is of a question whether anybody is there: a final result in digits counts, too, as after ATV0.
	probe bool
	// bare sends the text without a carriage return.
	bare bool
}

// Reply is what a module answered with success.
type Reply struct {
	// Lines are the information lines.
	Lines []string
	// Data is the payload that came with a line, if one did.
	Data []byte
	// doubt says that the payload may have ended elsewhere.
	doubt bool
	// Result is the final result: "OK" or one of Command.Results, "CONNECT" with what comes behind it.
	Result string
}

// exchange is a command in flight. Fields are guarded by Engine.mu but done.
type exchange struct {
	cmd    Command
	reply  Reply
	err    error
	prompt chan struct{} // closed when the module asks for the payload
	done   chan struct{} // closed at the end
	asked  bool
	over   bool
	mark   *mark // of a marker: see resync
}

// Engine owns a port with a module on it. Its methods may be called from any goroutine.
type Engine struct {
	port io.ReadWriteCloser
	name string

	turn  chan struct{} // holds a value while no command is in flight
	marks int           // how many markers were sent; owned by who has the turn

	unmarked bool // the module refuses markers; owned by who has the turn

	mu      sync.Mutex
	stale   bool          // an answer may come that is not of the command in flight
	owed    time.Time     // until when the manual allows the answer that is late
	silent  time.Time     // since when something was asked and no final result came; zero where nothing was
	slow    time.Duration // the longest that the module said nothing before it answered to a probe or a marker
	lex     lexer
	current *exchange
	waits   map[*wait]struct{}
	subs    hook.Hooks[URC]
	err     error // why the port ended
	given   error // why it was given up
	lastRaw []byte
	seen    int64
	lull    *time.Timer // of a message that may be whole

	absent  *absence                    // while the port is away; nil otherwise
	recover func(context.Context) error // gets the module to answer; for who has the turn
	// returned hears that it is back, and whether the module answers; set before the first loss.
	returned func(error)

	urcs    hook.Queue    // what subscribers are told by
	ended   chan struct{} // closed when the port ended
	told    chan struct{} // closed when subscribers were told everything that came before
	closing bool
	leaving bool // the module was switched off, with which its port may go
	work    sync.WaitGroup
}

// wait is for one URC.
type wait struct {
	match  func(URC) bool
	got    chan URC   // holds one
	failed chan error // holds why it cannot come any more
}

// NewEngine takes a port over. The name is for errors. Close must be called.
func NewEngine(port io.ReadWriteCloser, name string) *Engine {
	e := &Engine{port: port, name: name, turn: make(chan struct{}, 1), waits: map[*wait]struct{}{},
		ended: make(chan struct{}), told: make(chan struct{})}
	e.stale = true // what was asked before this program came is not known
	e.turn <- struct{}{}
	if w, ok := port.(watched); ok {
		w.Watch(e.lost, e.back)
	}
	e.work.Go(e.read)
	return e
}

// Close closes the port and waits for subscribers that run; it must not be called from one.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	err := e.port.Close()
	e.work.Wait()
	<-e.told
	return err
}

// Ended is closed when the port has ended; Err says why then.
func (e *Engine) Ended() <-chan struct{} { return e.ended }

// Err says why the port ended, of class device.ErrGone or device.ErrClosed; nil while it lasts.
func (e *Engine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (e *Engine) read() {
	buf := make([]byte, 8192)
	for {
		n, err := e.port.Read(buf)
		if n > 0 {
			e.take(buf[:n])
		}
		if err != nil {
			e.end(err)
			return
		}
	}
}

// end fails what waits: the port is gone.
func (e *Engine) end(err error) {
	e.mu.Lock()
	e.lex.silence() // nothing comes behind it
	e.look()
	if e.given != nil {
		err = e.given
	}
	e.err = &device.GoneError{Device: e.name, Err: err}
	if e.closing || e.leaving {
		e.err = fmt.Errorf("%s: %w: %w", e.name, device.ErrClosed, err)
	}
	e.finish(e.err)
	e.mu.Unlock()
	close(e.ended)
	e.urcs.Do(func() { close(e.told) })
}

// leaves says whether the port may go, as the module was switched off: that is no loss then.
func (e *Engine) leaves(may bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.leaving = may
}

// keepRaw is how much of what came last an error may quote.
const keepRaw = 256

// take looks at what came.
func (e *Engine) take(p []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen += int64(len(p))
	e.lastRaw = append(e.lastRaw, p...)
	e.lastRaw = e.lastRaw[max(0, len(e.lastRaw)-keepRaw):]
	e.lex.feed(p)
	e.look()
}

// look takes the tokens that are there whole. Where a message may have ended, or its rest is missing, it
// looks again when the line has been silent. The caller holds mu.
func (e *Engine) look() {
	for t, ok := e.lex.next(); ok; t, ok = e.lex.next() {
		e.handle(t)
	}
	if e.lull != nil {
		e.lull.Stop()
	}
	if e.lex.waits == nothing {
		return
	}
	seen := e.seen
	e.lull = time.AfterFunc(lulls[e.lex.waits], func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.seen == seen && e.err == nil {
			e.lex.silence()
			e.look()
		}
	})
}

// lulls are how long the line is silent when nothing more comes of a message: a module says it in one go.
var lulls = map[wanting]time.Duration{forSilence: 100 * time.Millisecond, forBytes: 3 * time.Second}

// handle gives a token to the command in flight or to subscribers. The caller holds mu.
func (e *Engine) handle(t token) {
	x := e.current
	if t.kind == promptToken {
		if x != nil && !x.asked {
			x.asked = true
			close(x.prompt)
		}
		return
	}
	if x != nil && !x.over && e.answers(x, t) {
		return
	}
	if (x == nil || x.over) && isResult(t.text) {
		e.stale = true // nobody asked for it: what else comes is not sure to be of what is asked next
	}
	if x != nil && !x.over && boots(t.text) && !x.cmd.Restarts {
		e.finish(fmt.Errorf("%w: the module restarted (it said %s)", device.ErrLost, t.text))
	}
	e.tell(URC{Line: t.text, Data: t.data, Doubt: t.doubt, Rest: t.rest})
}

// answers takes a token that belongs to the command in flight. The caller holds mu.
func (e *Engine) answers(x *exchange, t token) bool {
	if isResult(t.text) || x.cmd.probe && numericResult(t.text) {
		e.heard(x)
	}
	if x.mark != nil {
		return e.marked(x, t)
	}
	if t.text == "OK" || contains(x.cmd.Results, resultCode(t)) || x.cmd.probe && numericResult(t.text) {
		x.reply.Result = t.text
		e.finish(nil)
		return true
	}
	if bad := atcmd.ParseError(t.text); bad != nil {
		e.finish(bad)
		return true
	}
	if !x.cmd.takes(t) {
		return false
	}
	x.reply.Lines = append(x.reply.Lines, t.text)
	if t.data != nil {
		x.reply.Data, x.reply.doubt = t.data, t.doubt
	}
	return true
}

// resultCode is a line without the rate that may be behind CONNECT, as after ATX1 to ATX4.
func resultCode(t token) string {
	if code, _, rate := strings.Cut(t.text, " "); rate && code == "CONNECT" && t.data == nil {
		return code
	}
	return t.text
}

// takes reports whether a line is one of the command's answer, and no URC that came meanwhile.
func (c *Command) takes(t token) bool {
	switch {
	case strings.HasSuffix(c.Text, "=?") && isURC(t.text):
		// A test form tells values in parentheses (V.250, section 5.4.3), as no URC does.
		return own(c.Text, t.text) && strings.Contains(t.text, "(")
	case c.Answer != "" && strings.HasPrefix(t.text, c.Answer):
		return !(isRegistration(c.Answer) && registrationURC(t.text)) && (c.Match == nil || c.Match(t.text, t.data))
	case c.Own && own(c.Text, t.text):
		return true
	}
	return !isURC(t.text) && (c.Answer == "" || t.data != nil || strings.HasPrefix(t.text, "CONNECT"))
}

// numericResult reports whether a line is what a probe gets after ATV0: OK or ERROR as a digit (AT commands
// manual, "ATV").
func numericResult(line string) bool { return line == "0" || line == "4" }

// own reports whether a line begins with the name of a command.
func own(command, line string) bool {
	name, _, ok := atcmd.Cut(line)
	rest, isCommand := strings.CutPrefix(strings.ToUpper(command), "AT"+name)
	if !ok || !isCommand || rest != "" && rest[0] != '?' && rest[0] != '=' {
		return false
	}
	return !isRegistration(name+": ") || !registrationURC(line)
}

func isRegistration(answer string) bool {
	return answer == "+CREG: " || answer == "+CGREG: " || answer == "+CEREG: "
}

func contains(all []string, s string) bool {
	for _, one := range all {
		if one == s {
			return true
		}
	}
	return false
}

// finish ends the command in flight. The caller holds mu.
func (e *Engine) finish(err error) {
	x := e.current
	if x == nil || x.over {
		return
	}
	x.over, x.err = true, err
	e.lex.busy = false
	close(x.done)
}

// Do sends a command and waits for its final result. A refusal is an *atcmd.Error; the error says
// which command, without its secrets, on which port. It is of class device.ErrTimeout when no answer
// came, device.ErrLost when the port or the module went away.
func (e *Engine) Do(ctx context.Context, c Command) (Reply, error) {
	if err := e.present(ctx); err != nil {
		return Reply{}, fmt.Errorf("%s: %w", Shown(c.Text), err)
	}
	select {
	case <-e.turn:
	case <-ctx.Done():
		return Reply{}, context.Cause(ctx)
	case <-e.ended:
		return Reply{}, e.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	if err := e.ready(ctx); err != nil {
		return Reply{}, err
	}
	reply, err := e.exchange(ctx, c)
	if err != nil {
		return reply, fmt.Errorf("%s on %s: %w", Shown(c.Text), e.name, err)
	}
	return reply, nil
}

// exchange is Do for who has the turn.
func (e *Engine) exchange(ctx context.Context, c Command) (Reply, error) {
	limit := e.limit(c)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	x := &exchange{cmd: c, prompt: make(chan struct{}), done: make(chan struct{})}
	if err := e.begin(x); err != nil {
		return Reply{}, err
	}
	defer e.rest()
	line := c.Text + "\r"
	if c.bare {
		line = c.Text
	}
	if err := e.write([]byte(line)); err != nil {
		return Reply{}, err
	}
	if c.Prompt != "" {
		if done, err := e.deliver(ctx, x, timer.C, limit); done || err != nil {
			return x.reply, err
		}
	}
	select {
	case <-x.done:
		return x.reply, x.err
	case <-timer.C:
		e.late(c)
		return Reply{}, e.silence(limit)
	case <-ctx.Done():
		e.late(c)
		return Reply{}, context.Cause(ctx)
	}
}

// begin puts a command in flight.
func (e *Engine) begin(x *exchange) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return e.err
	}
	e.current = x
	if e.silent.IsZero() {
		e.silent = time.Now()
	}
	e.lex.expect(x.cmd)
	return nil
}

// rest forgets the command in flight.
func (e *Engine) rest() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = nil
	e.lex.rest()
}

const esc = "\x1b"

// ErrWantsPayload is that a module asks for a payload that there is not.
var ErrWantsPayload = errors.New("the module asks for a payload, and there is none: its entry was cancelled")

// deliver waits for the prompt and sends the payload. It reports whether the command ended instead.
func (e *Engine) deliver(ctx context.Context, x *exchange, late <-chan time.Time, limit time.Duration) (bool, error) {
	select {
	case <-x.prompt:
	case <-x.done:
		return true, x.err
	case <-late:
		e.late(x.cmd)
		return false, errors.Join(e.silence(limit), e.write([]byte(esc)))
	case <-ctx.Done():
		e.late(x.cmd)
		return false, errors.Join(context.Cause(ctx), e.write([]byte(esc)))
	}
	if x.cmd.NoPayload {
		e.late(x.cmd)
		return false, errors.Join(ErrWantsPayload, e.write([]byte(esc)))
	}
	e.mu.Lock()
	e.lex.expectEcho(x.cmd.Payload)
	e.mu.Unlock()
	return false, e.write(x.cmd.Payload)
}

// write sends bytes. A write may fail before the read does that says whether the port is gone for good.
func (e *Engine) write(p []byte) error {
	_, err := e.port.Write(p)
	if err == nil {
		return nil
	}
	t := time.NewTimer(readFollows)
	defer t.Stop()
	select {
	case <-e.ended:
		return e.Err()
	case <-t.C:
		return fmt.Errorf("%w: %w", device.ErrLost, err)
	}
}

// readFollows is how long a read may take to fail behind a write that failed: ports are looked at twice a
// second.
const readFollows = 2 * time.Second

// silence is that no answer came in time, with what came instead.
func (e *Engine) silence(limit time.Duration) error {
	return fmt.Errorf("%w within %v", device.ErrTimeout, limit)
}

// Send sends a command without payload and returns its answer; see Do.
func (e *Engine) Send(ctx context.Context, text, answer string) (Reply, error) {
	return e.Do(ctx, Command{Text: text, Answer: answer})
}
