package script

import (
	"errors"
	"fmt"
)

// Error is an error that a builtin raises in the script: a Python script sees an exception of
// class Class, a Starlark script an error with the text.
type Error struct {
	// Class is the name of a builtin exception class, such as "OSError".
	Class string
	// Args are the exception's arguments; the text is the last of them.
	Args []any
	// Cause is the Go error behind it, or nil.
	Cause error
}

// Error returns the text of the exception.
func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return e.Class
	}
	return fmt.Sprint(e.Args[len(e.Args)-1])
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Raise returns an error that raises an exception of the named class with a formatted text. An
// error among the format's %w arguments becomes its cause.
func Raise(class, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &Error{Class: class, Args: []any{err.Error()}, Cause: errors.Unwrap(err)}
}

// RaiseArgs returns an error that raises an exception of the named class with these arguments,
// such as an OSError with an errno.
func RaiseArgs(class string, cause error, args ...any) error {
	return &Error{Class: class, Args: args, Cause: cause}
}

// ErrDeadline is why a run ended whose time was up.
var ErrDeadline = errors.New("the deadline passed")

// ErrInterrupted is why a run ended that the user interrupted.
var ErrInterrupted = errors.New("interrupted")

// ErrMemory is why a run ended that held more memory than allowed.
var ErrMemory = errors.New("the memory limit was reached")

// ErrSteps is why a run ended that took more steps than allowed.
var ErrSteps = errors.New("the step limit was reached")

// ErrRestart is why a run ended whose script restarted the module.
var ErrRestart = errors.New("the module restarts")

// errRunOver is why the threads of a run end that outlive its main script.
var errRunOver = errors.New("the run is over")

// Exit is returned by Interp.Run when the script ended itself with sys.exit.
type Exit struct {
	// Code is the exit status that it asked for.
	Code int
}

// Error says which status the script asked for.
func (e *Exit) Error() string { return fmt.Sprintf("the script exited with status %d", e.Code) }

// Failure is returned by Interp.Run when the script raised.
type Failure struct {
	// Traceback is for people: Python's form, ending in a newline.
	Traceback string
	// Cause is the Go error behind the exception, or nil; errors.Is and As see it.
	Cause error
}

// Error returns the last line of the traceback.
func (f *Failure) Error() string { return lastLine(f.Traceback) }

// Unwrap returns the Go error behind the exception.
func (f *Failure) Unwrap() error { return f.Cause }

// FileError is returned by Interp.Run when the script could not be started: it is missing, does
// not parse or uses what is not supported.
type FileError struct {
	// Err says what is wrong, with file:line:col where there is one.
	Err error
}

// Error says what is wrong with the file.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FileError) Unwrap() error { return e.Err }
