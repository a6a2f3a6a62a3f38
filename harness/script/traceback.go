package script

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/python/runtime"
)

func (in *Interp) newRuntime() (*runtime.Runtime, error) {
	return runtime.NewRuntime(runtime.Options{
		Stdout: in.opts.Stdout,
		Import: in.importModule,
		Left:   in.left,
		Adopt: func(s *starlark.Thread) {
			if in.holder != nil {
				in.holder.adopt(s)
			}
		},
		Fatal:          in.fatal,
		Compile:        in.compileText,
		Poll:           in.poll,
		Builtins:       in.catalog.free,
		RecursionLimit: in.opts.RecursionLimit,
	}), nil
}

// fatal reports whether the running thread must end, whatever it catches. An interrupt is an exception
// of a Python script, which it may catch: it waits until Starlark has been told of it.
func (in *Interp) fatal(err error) bool {
	if context.Cause(in.ctx) != nil {
		return true
	}
	for _, t := range []*Thread{in.main, in.holder} {
		if t == nil {
			continue
		}
		reason := t.stopped.Load()
		switch {
		case reason == nil:
		case in.lang != Python || !errors.Is(*reason, ErrInterrupted):
			return true
		case t == in.holder && strings.HasSuffix(err.Error(), cancelledBy+object.KeyboardInterrupt):
			t.resume()
		}
	}
	return false
}

// exception is an error as the exception that a Python script sees.
func (in *Interp) exception(err error) *object.Raised {
	if in.lang != Python {
		return nil
	}
	return in.runtime.Exception(err)
}

// exitOf returns the exit that an exception stands for, or nil.
func exitOf(r *object.Raised) *Exit {
	if r == nil || !r.IsA("SystemExit") {
		return nil
	}
	arg := r.Arg(0)
	if arg == nil || arg == starlark.None {
		return &Exit{}
	}
	if n, ok := asInt64(arg); ok {
		return &Exit{Code: int(n)}
	}
	return &Exit{Code: 1}
}

// failure is what Run returns for an error that the main program ended with.
func (in *Interp) failure(err error) error {
	r := in.exception(err)
	if exit := exitOf(r); exit != nil {
		return exit
	}
	f := &Failure{Traceback: in.traceback(err), Cause: causeOf(err)}
	if r != nil && r.IsA("KeyboardInterrupt") {
		return &stopped{cause: ErrInterrupted, traceback: f.Traceback}
	}
	return f
}

// causeOf returns the Go error behind a script error.
func causeOf(err error) error {
	var raised *object.Raised
	if errors.As(err, &raised) {
		return raised.Cause
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Cause
	}
	return nil
}

// traceback is Python's form of a script error, ending in a newline.
func (in *Interp) traceback(err error) string {
	if r := in.exception(err); r != nil {
		return r.Traceback()
	}
	return starTraceback(err)
}

// whereStopped is the traceback of err, with which a run ended because of cause. It says so in its last line
// only where that is Python's KeyboardInterrupt: the cause itself is told once, and in our words.
func (in *Interp) whereStopped(err, cause error) string {
	text := in.traceback(err)
	last := lastLine(text)
	frames := strings.TrimSuffix(text, last+"\n")
	switch {
	case in.lang == Python && errors.Is(cause, ErrInterrupted) && strings.HasSuffix(last, object.KeyboardInterrupt):
		return frames + object.KeyboardInterrupt + "\n"
	case strings.HasPrefix(last, "Error: ") && strings.HasSuffix(last, cause.Error()):
		return frames
	}
	return text
}

// starTraceback is a Starlark error in Python's form, a chain of causes first to last.
func starTraceback(err error) string {
	var eval *starlark.EvalError
	if !errors.As(err, &eval) {
		return err.Error() + "\n"
	}
	var b strings.Builder
	var inner *starlark.EvalError
	if cause := eval.Unwrap(); cause != nil && errors.As(cause, &inner) {
		b.WriteString(starTraceback(inner))
		b.WriteString("\nThe above error was met on the way here:\n\n")
	}
	b.WriteString("Traceback (most recent call last):\n")
	var lines []string
	for _, f := range ownFrames(object.RanFrames(eval)) {
		lines = append(lines, fmt.Sprintf("  File \"%s\", line %d, in %s\n", f.Pos.Filename(), f.Pos.Line,
			object.FrameName(f.Name)))
	}
	object.WriteFolded(&b, lines)
	b.WriteString("Error: " + eval.Msg + "\n")
	return b.String()
}

// ownFrames leaves out the frames of builtins, and merges those of functions that lowering made with the
// function whose body they are part of: its name, their position.
func ownFrames(stack starlark.CallStack) []starlark.CallFrame {
	var out []starlark.CallFrame
	for _, f := range stack {
		switch {
		case f.Pos.Line == 0:
		case strings.HasPrefix(f.Name, object.Marker) && len(out) > 0:
			out[len(out)-1].Pos = f.Pos
		default:
			out = append(out, f)
		}
	}
	return out
}

// lastLine returns the last line of a text that is not empty.
func lastLine(text string) string {
	text = strings.TrimRight(text, "\n")
	return text[strings.LastIndexByte(text, '\n')+1:]
}

// cancelledBy is what Starlark says before the reason of a cancelled thread.
const cancelledBy = "Starlark computation cancelled: "
