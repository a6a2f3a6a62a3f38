package object

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
)

// BuiltinsName is the name of the module of Python's own classes.
const BuiltinsName = "builtins"

// exception is what an instance has that is an exception.
type exception struct {
	args     starlark.Tuple
	cause    *Instance // of raise … from
	context  *Instance // that was being handled
	suppress bool      // the context is not shown
	frames   []frame   // where it was raised, outermost first
	inner    []frame   // where it was raised before, or in a generator that it left, until the frames around that are known
	parts    func(file string) Inners
	hidden   int // how many of the frames are outside of the function that caught it
}

func (e *exception) attr(name string) starlark.Value {
	switch name {
	case "args":
		return e.args
	case "value", "errno", "code":
		if len(e.args) > 0 {
			return e.args[0]
		}
		return starlark.None
	case "strerror":
		if len(e.args) > 1 {
			return e.args[1]
		}
		return starlark.None
	case "__cause__":
		return orNone(e.cause)
	case "__context__":
		return orNone(e.context)
	case "__traceback__":
		return starlark.None
	}
	return nil
}

func (e *exception) setAttr(name string, v starlark.Value) bool {
	switch name {
	case "args":
		if t, ok := v.(starlark.Tuple); ok {
			e.args = t
			return true
		}
	case "__cause__":
		e.cause, _ = v.(*Instance)
		e.suppress = true
		return true
	case "__context__":
		e.context, _ = v.(*Instance)
		return true
	case "__traceback__":
		if v == starlark.None {
			e.frames, e.inner, e.hidden = nil, nil, 0
		}
		return true
	case "__suppress_context__":
		return true
	}
	return false
}

func orNone(i *Instance) starlark.Value {
	if i == nil {
		return starlark.None
	}
	return i
}

// Error is a Go error that raises an exception of a builtin class.
type Error struct {
	// Class is the name of the class, such as "ValueError".
	Class string
	// Args are the exception's arguments.
	Args []starlark.Value
	// Cause is the Go error behind it, or nil.
	Cause error
}

// Error returns the class and the arguments.
func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return e.Class
	}
	if s, ok := e.Args[len(e.Args)-1].(*Str); ok {
		return e.Class + ": " + s.s
	}
	return fmt.Sprintf("%s: %v", e.Class, e.Args[len(e.Args)-1])
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

func Errorf(class, format string, a ...any) error {
	msg := fmt.Sprintf(format, a...)
	if msg == "" {
		return &Error{Class: class}
	}
	return &Error{Class: class, Args: []starlark.Value{NewStr(msg)}}
}

// KeyError is the error for a key that is not there.
func KeyError(k starlark.Value) error { return &Error{Class: "KeyError", Args: []starlark.Value{k}} }

func NoAttr(v starlark.Value, name string) error {
	return Errorf("AttributeError", "'%s' object has no attribute '%s'", TypeName(v), name)
}

// Raised is an exception on its way through the interpreter.
type Raised struct {
	// Exc is the exception.
	Exc *Instance
	// Cause is the Go error behind it, or nil.
	Cause error
}

// Error returns the last line of the traceback.
func (r *Raised) Error() string { return r.Exc.describe() }

// Unwrap returns the Go error behind the exception.
func (r *Raised) Unwrap() error { return r.Cause }

// IsA reports whether the exception's class is, or derives from, the builtin class of that name.
func (r *Raised) IsA(class string) bool {
	c, ok := exceptionClasses[class]
	return ok && r.Exc.class.Derives(c)
}

// Arg returns the i-th argument of the exception, nil when there is none.
func (r *Raised) Arg(i int) starlark.Value {
	if r.Exc.exc == nil || i >= len(r.Exc.exc.args) {
		return nil
	}
	return r.Exc.exc.args[i]
}

// While records that an exception came up while another one was handled.
func (r *Raised) While(other *Instance) {
	if exc := r.Exc; exc != other && exc.exc.context == nil && !other.leadsTo(exc) {
		exc.exc.context = other
	}
}

// leadsTo reports whether other is among what led to i.
func (i *Instance) leadsTo(other *Instance) bool {
	for n := 0; i != nil && n < 1000; n++ {
		if i == other {
			return true
		}
		i = i.exc.context
	}
	return false
}

// From is raise … from cause, nil for from None.
func (r *Raised) From(cause *Instance) { r.Exc.exc.cause, r.Exc.exc.suppress = cause, true }

// LeaveGenerator keeps the frames of the body of a generator that an exception leaves, for behind those of
// whoever drives it. The first is that of the generator, which may have no name of its own.
func (r *Raised) LeaveGenerator(name string) {
	e := r.Exc.exc
	e.frames, e.inner = nil, e.frames
	if len(e.inner) > 0 {
		e.inner[0].name = name
	}
}

// ToRaised raises an exception, or what calling the class of one makes.
func ToRaised(t *starlark.Thread, v starlark.Value) (*Raised, error) {
	if c, ok := v.(*Class); ok && c.at().exc {
		if c.in == nil { // one of Python's own
			return &Raised{Exc: newException(c)}, nil
		}
		made, err := starlark.Call(t, c, nil, nil)
		if err != nil {
			return nil, err
		}
		v = made
	}
	if i, ok := v.(*Instance); ok && i.exc != nil {
		return &Raised{Exc: i}, nil
	}
	return nil, Errorf("TypeError", "exceptions must derive from BaseException")
}

// NewRaised raises an exception of a builtin class.
func NewRaised(class string, a ...starlark.Value) *Raised {
	return &Raised{Exc: newException(exceptionClasses[class], a...)}
}

// newException makes an exception of a builtin class.
func newException(class *Class, a ...starlark.Value) *Instance {
	both := &struct {
		Instance
		exception
	}{Instance{class: class}, exception{args: a}}
	both.exc = &both.exception
	return &both.Instance
}

// Raise returns an error that raises an exception of the named builtin class. The arguments are
// converted with FromGo.
func (in *Interpreter) Raise(class string, a ...any) error { return in.RaiseCause(nil, class, a...) }

// RaiseCause is Raise for an exception that a Go error is behind.
func (in *Interpreter) RaiseCause(cause error, class string, a ...any) error {
	values := make(starlark.Tuple, len(a))
	for i, v := range a {
		values[i] = FromGo(v)
	}
	c, ok := exceptionClasses[class]
	if !ok {
		c = exceptionClasses["RuntimeError"]
	}
	return &Raised{Exc: newException(c, values...), Cause: cause}
}

// Exception is any error of running script code as the exception that a script can catch; nil for
// an error that no script may catch, such as the end of the run.
func (in *Interpreter) Exception(err error) *Raised {
	if err == nil {
		return nil
	}
	r, e := raisedBy(err)
	if r == nil {
		if e != nil || errors.As(err, &e) {
			r, _ = in.RaiseCause(e.Cause, e.Class, anyOf(e.Args)...).(*Raised)
		} else if r = in.classify(err); r == nil {
			return nil
		}
	}
	in.addFrames(r.Exc, err)
	return r
}

// raisedBy finds the exception behind an error, in nearly all cases without errors.As, which is slow.
func raisedBy(err error) (r *Raised, e *Error) {
	for at := err; at != nil; at = errors.Unwrap(at) {
		switch at := at.(type) {
		case *Raised:
			return at, nil
		case *Error:
			e = at
		}
	}
	if e == nil {
		errors.As(err, &r) // of joined errors
	}
	return r, e
}

func anyOf(vs []starlark.Value) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

// exceptionTree lists the builtin exceptions, a base before those that derive from it.
var exceptionTree = [][2]string{
	{"BaseException", "object"}, {"Exception", "BaseException"}, {"KeyboardInterrupt", "BaseException"},
	{"SystemExit", "BaseException"}, {"GeneratorExit", "BaseException"},
	{"ArithmeticError", "Exception"}, {"OverflowError", "ArithmeticError"}, {"ZeroDivisionError", "ArithmeticError"},
	{"AssertionError", "Exception"}, {"AttributeError", "Exception"}, {"EOFError", "Exception"},
	{"ImportError", "Exception"}, {"ModuleNotFoundError", "ImportError"},
	{"LookupError", "Exception"}, {"IndexError", "LookupError"}, {"KeyError", "LookupError"},
	{"MemoryError", "Exception"}, {"NameError", "Exception"}, {"UnboundLocalError", "NameError"},
	{"OSError", "Exception"}, {"TimeoutError", "OSError"}, {"ConnectionError", "OSError"},
	{"RuntimeError", "Exception"}, {"NotImplementedError", "RuntimeError"}, {"RecursionError", "RuntimeError"},
	{"StopIteration", "Exception"}, {"StopAsyncIteration", "Exception"},
	{"SyntaxError", "Exception"}, {"IndentationError", "SyntaxError"},
	{"TypeError", "Exception"}, {"ValueError", "Exception"}, {"UnicodeError", "ValueError"},
	{"UnicodeDecodeError", "UnicodeError"}, {"UnicodeEncodeError", "UnicodeError"},
	{"ViperTypeError", "TypeError"}, {"Warning", "Exception"},
}

var objectClass = &Class{name: "object", dict: &namespace{}, module: BuiltinsName}

var exceptionClasses = func() map[string]*Class {
	objectClass.mro, objectClass.slots = []*Class{objectClass}, &slots{}
	all := map[string]*Class{"object": objectClass}
	for _, e := range exceptionTree {
		base := all[e[1]]
		c := &Class{name: e[0], bases: []*Class{base}, dict: &namespace{}, module: BuiltinsName}
		c.mro = append([]*Class{c}, base.mro...)
		c.slots = &slots{exc: true}
		all[e[0]] = c
	}
	return all
}()

var baseException = exceptionClasses["BaseException"]

// describe is the last line of the exception's traceback.
func (i *Instance) describe() string {
	text, err := TryStr(i)
	if err != nil {
		text = "<the exception cannot be printed>"
	}
	if text == "" {
		return i.class.name
	}
	return i.class.name + ": " + text
}

// text is str(e): the argument, or the tuple of arguments.
func (e *exception) text(c *Class) (string, error) {
	switch len(e.args) {
	case 0:
		return "", nil
	case 1:
		if c.Derives(exceptionClasses["OSError"]) {
			if name := errnoName(e.args[0]); name != "" {
				return name, nil
			}
		}
		return TryStr(e.args[0])
	case 2:
		if c.Derives(exceptionClasses["OSError"]) {
			a, err := TryStr(e.args[0])
			if err != nil {
				return "", err
			}
			b, err := TryStr(e.args[1])
			if name := errnoName(e.args[0]); name != "" {
				return name + ": " + b, err
			}
			return "[Errno " + a + "] " + b, err
		}
	}
	return TryRepr(e.args)
}

// errnoName is how MicroPython prints an OSError's number, such as "[Errno 2] ENOENT".
func errnoName(v starlark.Value) string {
	n, ok := v.(starlark.Int)
	if !ok {
		return ""
	}
	k, _ := n.Int64()
	names := map[int64]string{1: "EPERM", 2: "ENOENT", 5: "EIO", 9: "EBADF", 11: "EAGAIN", 12: "ENOMEM",
		13: "EACCES", 17: "EEXIST", 19: "ENODEV", 21: "EISDIR", 22: "EINVAL", 95: "EOPNOTSUPP", 98: "EADDRINUSE",
		103: "ECONNABORTED", 104: "ECONNRESET", 105: "ENOBUFS", 107: "ENOTCONN", 110: "ETIMEDOUT",
		111: "ECONNREFUSED", 113: "EHOSTUNREACH", 114: "EALREADY", 115: "EINPROGRESS"}
	if name, ok := names[k]; ok {
		return fmt.Sprintf("[Errno %d] %s", k, name)
	}
	return ""
}
