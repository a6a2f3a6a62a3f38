package tape

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
)

// entry is one line of a tape.
type entry struct {
	line   int
	call   bool
	name   string // of the call, or who said it
	args   string
	result []byte // of a call, or what was said
	err    error
	with   bool
	wait   time.Duration
	used   bool
	rows   []row // of a line of the clock; nil for all else
}

// player gives the entries of a tape out.
type player struct {
	file    string
	entries []*entry
	timing  bool
	cut     int // the line in which the tape was cut off; 0 for a whole one
	stopped bool
	// onDifference hears of the first difference, once.
	onDifference func(*Difference)

	seed    uint64
	ignored []string // names of fields

	mu       sync.Mutex
	at       int // the first entry that is not used
	floor    int // the last before it; what a script was told before that is past
	clocks   map[string]*clock
	wanted   int       // the last entry that a reading of the clock came to
	sleeping int       // threads of the script
	stirred  time.Time // when the script last asked for something
	told     time.Time // what the script was told last, when the host's clock said toldAt
	toldAt   time.Time
	reached  time.Time // when at became what it is

	differs error
	change  chan struct{} // closed, and made anew, when something is used or somebody listens
	hearing map[string][]*listener
	closed  bool
	done    chan struct{}
	work    sync.WaitGroup
}

type listener struct{ f func([]byte) error }

// maxLine is how long a line of a tape may be.
const maxLine = 64 << 20

func newPlayer(file string, r io.Reader, timing bool) (*player, error) {
	p := &player{file: file, timing: timing, change: make(chan struct{}), clocks: map[string]*clock{},
		reached: time.Now(), stirred: time.Now(), hearing: map[string][]*listener{}, done: make(chan struct{})}
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	whole := true
	in.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		n, line, err := bufio.ScanLines(data, atEOF)
		whole = n == 0 || data[n-1] == '\n'
		return n, line, err
	})
	var wait time.Duration
	n := 0
	for in.Scan() {
		n++
		text := strings.TrimRight(in.Text(), "\r")
		if n == 1 {
			if text != magic {
				return nil, fmt.Errorf("%w: %s:1: %.40q is not the first line of a tape, %q", device.ErrConfig, file, text, magic)
			}
			continue
		}
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if !whole { // half of a number would be another
			p.cut = n
			break
		}
		if known, err := p.header(text); err != nil {
			return nil, fmt.Errorf("%w: %s:%d: %w", device.ErrConfig, file, n, err)
		} else if known {
			continue
		}
		if seconds, ok := strings.CutPrefix(text, "wait "); ok {
			s, err := strconv.ParseFloat(seconds, 64)
			if err != nil || s < 0 || s > 1e6 {
				return nil, fmt.Errorf("%w: %s:%d: wait %q: want seconds", device.ErrConfig, file, n, seconds)
			}
			wait += time.Duration(s * float64(time.Second))
			continue
		}
		e, err := parseEntry(text)
		if err != nil {
			return nil, fmt.Errorf("%w: %s:%d: %w", device.ErrConfig, file, n, err)
		}
		if e.rows != nil {
			p.addTimes(e)
			continue
		}
		e.line, e.wait, wait = n, wait, 0
		p.entries = append(p.entries, e)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", device.ErrConfig, file, err)
	}
	if n == 0 {
		return nil, fmt.Errorf("%w: %s is empty: a tape begins with %q", device.ErrConfig, file, magic)
	}
	p.advance()
	p.work.Go(p.speak)
	return p, nil
}

// addTimes adds a line of the clock.
func (p *player) addTimes(e *entry) {
	c := p.clocks[e.name]
	if c == nil {
		c = &clock{}
		p.clocks[e.name] = c
	}
	c.entries = append(c.entries, len(p.entries))
	p.entries = append(p.entries, e)
}

// header reads a line that says something of the whole tape.
func (p *player) header(text string) (known bool, err error) {
	if text == Stopped {
		p.stopped = true
		return true, nil
	}
	if number, ok := strings.CutPrefix(text, "seed "); ok {
		if p.seed, err = strconv.ParseUint(number, 10, 64); err != nil || p.seed == 0 {
			return true, fmt.Errorf("seed %q: want a number above 0", number)
		}
		return true, nil
	}
	if names, ok := strings.CutPrefix(text, "ignore "); ok {
		for name := range strings.SplitSeq(names, ",") {
			p.ignored = append(p.ignored, strings.TrimSpace(name))
		}
		return true, nil
	}
	return false, nil
}

// parseEntry reads a line.
func parseEntry(text string) (*entry, error) {
	e := &entry{}
	if rest, ok := strings.CutPrefix(text, "clock "); ok {
		var err error
		e.name, e.rows, err = parseTimes(rest)
		return e, err
	}
	text, e.with = strings.CutPrefix(text, "& ")
	kind, rest, _ := strings.Cut(text, " ")
	name, rest, ok := strings.Cut(rest, " ")
	e.name = name
	switch {
	case kind == "said" && ok:
		e.result = []byte(rest)
		return e, nil
	case kind != "call" || !ok:
		return nil, fmt.Errorf("%.60q is no line of a tape: want call, said, clock, wait, seed, ignore, stopped or #", text)
	}
	e.call = true
	// Arguments are JSON, in which quoted text holds no bare " = [" or " ! ": look behind its end.
	end := endOfJSON(rest)
	if end < 0 {
		return nil, fmt.Errorf("the arguments %.60q do not end", rest)
	}
	e.args = rest[:end]
	switch tail := rest[end:]; {
	case strings.HasPrefix(tail, " = "):
		e.result = []byte(tail[3:])
	case strings.HasPrefix(tail, " ! "):
		var err error
		if e.err, err = parseError(tail[3:]); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("no result behind the arguments: %.60q", tail)
	}
	return e, nil
}

// endOfJSON is where the array at the beginning of a text ends; -1 where it does not.
func endOfJSON(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// tapedError is an error as a tape has it.
type tapedError struct {
	text    string
	classes []error
}

// Error is the recorded text.
func (e *tapedError) Error() string { return e.text }

// Unwrap returns the classes.
func (e *tapedError) Unwrap() []error { return e.classes }

// parseError reads `class[+unreachable] "text"`, or `refused:CODE "what"`.
func parseError(s string) (error, error) {
	class, quoted, _ := strings.Cut(s, " ")
	text, err := strconv.Unquote(quoted)
	if err != nil {
		return nil, fmt.Errorf("the error %.60q has no quoted text", s)
	}
	if code, ok := strings.CutPrefix(class, "refused:"); ok {
		n, err := strconv.ParseUint(code, 10, 8)
		if err != nil {
			return nil, fmt.Errorf("the refusal %q has no code", class)
		}
		return &device.RefusedError{Code: byte(n), What: text}, nil
	}
	e := &tapedError{text: text}
	for name := range strings.SplitSeq(class, "+") {
		for _, c := range classes {
			if c.name == name {
				e.classes = append(e.classes, c.err)
			}
		}
	}
	return e, nil
}

// call takes the next call off the tape, which must be this one.
func (p *player) call(ctx context.Context, name, args string) ([]byte, error) {
	e, err := p.next(name, args)
	if err == errBeyond { //nolint:errorlint // a mark, never wrapped
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-p.done:
			return nil, fmt.Errorf("%s: %w", p.file, device.ErrClosed)
		}
	}
	if err != nil {
		return nil, err
	}
	if errors.Is(e.err, context.Canceled) {
		<-ctx.Done() // it had no end before the run's
		return nil, context.Cause(ctx)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.used = true
	p.advance()
	return e.result, e.err
}

// errBeyond is that a script asks for what it might have been told if it had not been stopped.
var errBeyond = errors.New("the script was stopped here")

// next finds the entry of a call: the first call that is not used, or one of those that began while it
// was not done.
func (p *player) next(name, args string) (*entry, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.differs != nil {
		return nil, p.differs
	}
	if p.closed {
		return nil, fmt.Errorf("%s: %w", p.file, device.ErrClosed)
	}
	p.stirred = time.Now()
	var first *entry
	for _, e := range p.entries[p.at:] {
		if !e.call || e.used {
			continue
		}
		if first != nil && !e.with {
			break
		}
		if first == nil {
			first = e
		}
		if e.name == name && matches(e.args, args, p.ignored) {
			e.used = true
			return e, nil
		}
	}
	if first == nil && p.stopped {
		return nil, errBeyond
	}
	d := &Difference{File: p.file, Got: name + " " + args}
	if first != nil {
		d.Line, d.Want = first.line, first.name+" "+first.args
	} else if p.cut > 0 {
		d.Line, d.Cut = p.cut, true
	}
	p.differs = d
	if p.onDifference != nil {
		p.onDifference(d)
	}
	return nil, d
}

// advance moves on over what is used, and wakes who speaks. The caller holds mu.
func (p *player) advance() {
	for p.at < len(p.entries) && (p.entries[p.at].rows != nil || p.entries[p.at].used || p.unheard(p.at)) {
		if p.entries[p.at].rows == nil {
			p.floor = p.at
		}
		p.at++
		p.reached = time.Now()
	}
	p.stir()
}

// stir wakes who waits for a change. The caller holds mu.
func (p *player) stir() {
	close(p.change)
	p.change = make(chan struct{})
}

// unheard reports whether an entry is something said that nobody listens to, and that is past: a call
// behind it was made. The caller holds mu.
func (p *player) unheard(at int) bool {
	if e := p.entries[at]; e.call || len(p.hearing[e.name]) > 0 {
		return false
	}
	for _, e := range p.entries[at+1:] {
		if e.call {
			return e.used
		}
	}
	return false
}

// heardBehind reports whether something is heard that is said behind an entry and before the next call. The
// caller holds mu.
func (p *player) heardBehind(at int) bool {
	for _, e := range p.entries[at+1:] {
		if e.call {
			return false
		}
		if len(p.hearing[e.name]) > 0 {
			return true
		}
	}
	return false
}

func (p *player) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.done:
		return fmt.Errorf("%s: %w", p.file, device.ErrClosed)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// listen has f called with what the tape says of a name.
func (p *player) listen(name string, f func([]byte) error) (stop func()) {
	l := &listener{f}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hearing[name] = append(p.hearing[name], l)
	close(p.change)
	p.change = make(chan struct{})
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		var rest []*listener
		for _, other := range p.hearing[name] {
			if other != l {
				rest = append(rest, other)
			}
		}
		p.hearing[name] = rest
	}
}

// speak tells what the device said, once all that is before it on the tape has happened.
func (p *player) speak() {
	for {
		e, hear, hold, change, ok := p.toSay()
		if !ok {
			return
		}
		if e == nil || hold > 0 {
			var later <-chan time.Time
			if hold > 0 {
				later = time.After(hold)
			}
			select {
			case <-change:
			case <-later:
			case <-p.done:
				return
			}
			continue
		}
		if p.timing && e.wait > 0 && p.pause(context.Background(), e.wait) != nil {
			return
		}
		for _, l := range hear {
			if err := l.f(e.result); err != nil {
				p.mu.Lock()
				p.differs = fmt.Errorf("%w: %s:%d: %w", device.ErrConfig, p.file, e.line, err)
				p.mu.Unlock()
			}
		}
		p.mu.Lock()
		e.used = true
		p.advance()
		p.mu.Unlock()
	}
}

// toSay is what is to be said now, if it is that and somebody hears it.
func (p *player) toSay() (e *entry, hear []*listener, hold time.Duration, change <-chan struct{}, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.at >= len(p.entries) {
		return nil, nil, 0, p.change, !p.closed
	}
	next := p.entries[p.at]
	if next.call {
		return nil, nil, 0, p.change, true
	}
	if hear = p.hearing[next.name]; len(hear) == 0 {
		if !p.heardBehind(p.at) {
			return nil, nil, 0, p.change, true
		}
		// Who heard it may have gone, and must not hold up what others hear.
		if hold = time.Until(p.reached.Add(slack)); hold > 0 {
			return nil, nil, hold, p.change, true
		}
		next.used = true
		change = p.change
		p.advance()
		return nil, nil, 0, change, true
	}
	return next, hear, p.hold(next), p.change, true
}

// close ends the player. Calls that were not made are a difference.
func (p *player) close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	err := p.differs
	if err == nil {
		for _, e := range p.entries {
			if e.call && !e.used {
				err = &Difference{File: p.file, Line: e.line, Want: e.name + " " + e.args}
				break
			}
		}
	}
	close(p.done)
	p.mu.Unlock()
	p.work.Wait()
	return err
}
