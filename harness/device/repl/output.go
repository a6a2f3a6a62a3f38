package repl

import "bytes"

// tracebackHead begins what MicroPython prints of most exceptions.
const tracebackHead = "Traceback (most recent call last):"

// output splits what the module sends after code was started: standard output, 0x04, the text of
// an exception or nothing, 0x04, ">". Output may contain 0x04 itself: one ends the output only when
// what follows can be the rest of the protocol. The bytes 04 04 3E in the middle of output cannot be
// told from its end; code that may print them is given a marker, which it prints last.
type output struct {
	marker []byte // what the code prints last; nil without

	held   []byte // bytes that may belong to the end
	passed bool   // the marker has been seen
	done   bool
	err    string // the exception's text, when done
	rest   []byte // what followed the end
}

// maxErrorText bounds an exception's text, beyond which 0x04 was output after all.
const maxErrorText = 64 << 10

// feed takes bytes and returns those that are output for certain.
func (o *output) feed(p []byte) (out []byte) {
	if o.done {
		o.rest = append(o.rest, p...)
		return nil
	}
	o.held = append(o.held, p...)
	for !o.done {
		n, wait := o.step()
		out = append(out, o.held[:n]...)
		o.held = o.held[n:]
		if wait {
			break
		}
	}
	return out
}

// step says how many of the held bytes are output, and whether more must come before the next step.
func (o *output) step() (n int, wait bool) {
	if !o.passed && o.marker != nil {
		if i := bytes.Index(o.held, o.marker); i >= 0 {
			o.passed = true
			out := append([]byte(nil), o.held[:i]...)
			o.held = append(out, o.held[i+len(o.marker):]...)
			return i, false
		}
	}
	i := bytes.IndexByte(o.held, eot)
	if i < 0 {
		return len(o.held) - o.partialMarker(), true
	}
	if i > 0 {
		return i, false // the marker has no 0x04, so it does not begin before one
	}
	switch end, verdict := o.ending(o.held[1:]); verdict {
	case isEnd:
		o.err = string(o.held[1 : 1+end])
		o.rest = o.held[1+end+2:]
		o.held = nil
		o.done = true
		return 0, true
	case mayBeEnd:
		return 0, true
	}
	return 1, false
}

type verdict int

const (
	noEnd verdict = iota
	mayBeEnd
	isEnd
)

// ending judges what follows a 0x04: text of n bytes, 0x04, ">".
func (o *output) ending(p []byte) (n int, v verdict) {
	n = bytes.IndexByte(p, eot)
	text := p
	if n >= 0 {
		text = p[:n]
	}
	if !plausibleError(text, n >= 0) || len(text) > maxErrorText {
		return 0, noEnd
	}
	if n == 0 && o.marker != nil && !o.passed {
		return 0, noEnd // code with a marker ends without it only by an exception
	}
	switch {
	case n < 0 || n+1 == len(p):
		return 0, mayBeEnd
	case p[n+1] == '>':
		return n, isEnd
	}
	return 0, noEnd
}

// plausibleError reports whether text, whole or as far as it came, can be an exception's.
func plausibleError(text []byte, whole bool) bool {
	if len(text) == 0 {
		return true
	}
	if head := min(len(text), len(tracebackHead)); string(text[:head]) == tracebackHead[:head] {
		return !whole || head == len(tracebackHead)
	}
	end := bytes.IndexAny(text, ":\r\n")
	if end < 0 {
		return !whole && len(text) < 64 && isName(string(text))
	}
	return end < 64 && isName(string(text[:end]))
}

// partialMarker is how many bytes at the end of held may be the beginning of the marker.
func (o *output) partialMarker() int {
	if o.passed {
		return 0
	}
	return beginning(o.held, o.marker)
}

// beginning is how many bytes at the end of p may be the beginning of a marker that is not whole yet.
func beginning(p, marker []byte) int {
	for n := min(len(marker)-1, len(p)); n > 0; n-- {
		if bytes.HasSuffix(p, marker[:n]) {
			return n
		}
	}
	return 0
}
