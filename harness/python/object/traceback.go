package object

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// frame is one line of a traceback.
type frame struct {
	name string
	pos  syntax.Position
}

// Inner is a part of a function that MicroPython runs as a function of its own: the body of a class, or what a
// comprehension does for each element.
type Inner struct {
	Name  string
	Line  int32  // where it begins
	Outer *Inner // around it, in the same function
}

// Inners are the innermost parts by line and column of what is in them.
type Inners map[[2]int32]*Inner

// AddSource says how to find the parts of the functions of a file. Of a name that many texts have, such as that
// of exec's, they cannot be told.
func (in *Interpreter) AddSource(file string, parts func() Inners) {
	if in.sources == nil {
		in.sources = map[string]func() Inners{}
	}
	if in.sources[file] != nil && strings.HasPrefix(file, "<") {
		parts = func() Inners { return nil }
	}
	in.sources[file] = parts
}

func (in *Interpreter) inners(file string) Inners {
	if parts := in.sources[file]; parts != nil {
		return parts()
	}
	return nil
}

// addFrames records where an exception was raised, unless that is known.
func (in *Interpreter) addFrames(exc *Instance, err error) {
	if exc.exc.frames != nil {
		return
	}
	eval, ok := err.(*starlark.EvalError)
	if !ok && !errors.As(err, &eval) {
		return
	}
	exc.exc.parts = in.inners
	exc.exc.frames = append(framesOf(RanFrames(eval)), exc.exc.inner...)
}

// maxEarlier is how many frames are kept of where an exception was raised before.
const maxEarlier = 64

// Again has an exception that was raised before show where it is raised now in front of that, as
// MicroPython does.
func (r *Raised) Again() {
	e := r.Exc.exc
	if e.frames == nil {
		return
	}
	earlier := e.visible()
	e.inner, e.frames, e.hidden = earlier[:min(len(earlier), maxEarlier)], nil, 0
}

// Caught notes where an exception was caught: its traceback, as MicroPython prints one that is not on its
// way, begins with the function that caught it.
func (r *Raised) Caught(t *starlark.Thread) {
	outer := -1
	for depth := t.CallStackDepth() - 1; depth >= 0; depth-- {
		fn, ok := t.DebugFrame(depth).Callable().(*starlark.Function)
		if ok && (outer < 0 || !strings.HasPrefix(fn.Name(), Marker)) {
			outer++
		}
	}
	r.Exc.exc.hidden = max(outer, 0)
}

// visible are the frames from the function on that caught the exception.
func (e *exception) visible() []frame {
	if e.hidden < len(e.frames) {
		return e.frames[e.hidden:]
	}
	return e.frames
}

// RanFrames is the stack of an error without a function that did not begin to run, as its arguments were
// wrong: that is the caller's mistake.
func RanFrames(err *starlark.EvalError) starlark.CallStack {
	stack := err.CallStack
	if len(stack) == 0 {
		return stack
	}
	last := len(stack) - 1
	what, ofCallee := strings.CutPrefix(err.Msg, "function "+stack[last].Name+" ")
	for _, wrong := range []string{"accepts ", "missing ", "got multiple values for ", "got an unexpected keyword "} {
		if ofCallee && strings.HasPrefix(what, wrong) {
			return stack[:last]
		}
	}
	return stack
}

// framesOf drops the frames of builtins, and merges those of functions that lowering made with the
// function whose body they are part of: its name, their position.
func framesOf(stack starlark.CallStack) []frame {
	out := make([]frame, 0, len(stack))
	for _, f := range stack {
		switch {
		case f.Pos.Line == 0:
		case strings.HasPrefix(f.Name, Marker) && len(out) > 0:
			out[len(out)-1].pos = f.Pos
		default:
			out = append(out, frame{name: f.Name, pos: f.Pos})
		}
	}
	return out
}

// Marker begins the names that lowering makes up; no script can have such a name.
const Marker = "·"

// Traceback is Python's: the frames, outermost first, and the exception, after those of the
// exceptions that led to it. It ends in a newline.
func (r *Raised) Traceback() string {
	var b strings.Builder
	r.Exc.writeTraceback(&b, map[*Instance]bool{})
	return b.String()
}

func (i *Instance) writeTraceback(b *strings.Builder, seen map[*Instance]bool) {
	seen[i] = true
	switch e := i.exc; {
	case e.cause != nil && !seen[e.cause]:
		e.cause.writeTraceback(b, seen)
		b.WriteString("\nThe above exception was the direct cause of the following exception:\n\n")
	case e.cause == nil && !e.suppress && e.context != nil && !seen[e.context]:
		e.context.writeTraceback(b, seen)
		b.WriteString("\nDuring handling of the above exception, another exception occurred:\n\n")
	}
	b.WriteString("Traceback (most recent call last):\n")
	writeFrames(b, i.exc.whole(i.exc.frames))
	b.WriteString(i.describe() + "\n")
}

// whole is frames with those of the parts of functions.
func (e *exception) whole(frames []frame) []frame {
	if e.parts == nil {
		return frames
	}
	var out []frame
	for _, f := range frames {
		var parts []frame
		in := e.parts(f.pos.Filename())[[2]int32{f.pos.Line, f.pos.Col}]
		pos := f.pos
		for ; in != nil && in.Name != FrameName(f.name); in = in.Outer { // a generator expression may be a function
			parts = append(parts, frame{name: in.Name, pos: pos})
			pos.Line = in.Line
		}
		parts = append(parts, frame{name: f.name, pos: pos})
		slices.Reverse(parts)
		out = append(out, parts...)
	}
	return out
}

// writeFrames prints frames; what repeats is counted.
func writeFrames(b *strings.Builder, frames []frame) {
	lines := make([]string, len(frames))
	for i, f := range frames {
		lines[i] = fmt.Sprintf("  File \"%s\", line %d, in %s\n", f.pos.Filename(), f.pos.Line, FrameName(f.name))
	}
	WriteFolded(b, lines)
}

// WriteFolded writes the lines of a traceback; of what repeats, as in an endless recursion, three and how many more.
func WriteFolded(b *strings.Builder, lines []string) {
	for i, n := 0, 0; i < len(lines); i += n {
		for n = 1; i+n < len(lines) && lines[i+n] == lines[i]; n++ {
		}
		b.WriteString(strings.Repeat(lines[i], min(n, 3)))
		if n > 3 {
			fmt.Fprintf(b, "  [Previous line repeated %d more times]\n", n-3)
		}
	}
}

// FrameName is how Python names the frame of a function.
func FrameName(name string) string {
	switch name {
	case "<toplevel>":
		return "<module>"
	case "lambda":
		return "<lambda>"
	}
	// Lowering names methods after their class.
	name = name[strings.LastIndexByte(name, '.')+1:]
	if name == "lambda" {
		return "<lambda>"
	}
	return name
}

// TracebackOf is the traceback of an exception as MicroPython's print_exception has it: without those
// of other exceptions, without its first line where it was never raised, and with a colon behind the
// class always. ok is false for what is no exception.
func TracebackOf(v starlark.Value) (text string, ok bool) {
	i, isInstance := v.(*Instance)
	if !isInstance || i.exc == nil {
		return "", false
	}
	var b strings.Builder
	if frames := i.exc.visible(); len(frames) > 0 {
		b.WriteString("Traceback (most recent call last):\n")
		writeFrames(&b, i.exc.whole(frames))
	}
	last := i.describe()
	if last == i.class.name {
		last += ": "
	}
	return b.String() + last + "\n", true
}
