package repl

import (
	"errors"
	"fmt"
	"strings"
)

// The classes of error beside those of package device.
var (
	// ErrLocked says that the module answers "REPL refuse": its prompt is locked by a password
	// (misc.replEnable or system.replSetEnable).
	ErrLocked = errors.New("the module's REPL is locked")
	// ErrNoPrompt says that no prompt came, which has many reasons; it is device.ErrUnreachable too.
	ErrNoPrompt = errors.New("no REPL prompt")
	// ErrReset says that the module started again while it ran code.
	ErrReset = errors.New("the module restarted")
	// ErrNoSpace says that a file does not fit on the module's flash.
	ErrNoSpace = errors.New("not enough space on the module")
	// ErrVerify says that a file did not arrive as it was sent.
	ErrVerify = errors.New("the file differs after the transfer")
	// ErrStuck says that code did not stop when it was interrupted.
	ErrStuck = errors.New("the module does not stop")
)

// RemoteError is an exception on the module.
type RemoteError struct {
	// Type is the name of its class, such as "OSError"; empty when the text does not tell.
	Type string
	// Message is what follows the class, such as "[Errno 2] ENOENT".
	Message string
	// Traceback is the module's whole text with \n line ends and without one at the end.
	Traceback string
}

// Error is the last line of the traceback.
func (e *RemoteError) Error() string {
	switch {
	case e.Type == "":
		return "exception on the module: " + e.Traceback
	case e.Message == "":
		return "exception on the module: " + e.Type
	}
	return fmt.Sprintf("exception on the module: %s: %s", e.Type, e.Message)
}

// newRemoteError reads what MicroPython prints of an exception.
func newRemoteError(text string) *RemoteError {
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	e := &RemoteError{Traceback: text}
	last := text
	if strings.HasPrefix(text, tracebackHead) {
		last = exceptionLine(text)
	}
	name, message, _ := strings.Cut(last, ":")
	if isName(name) {
		e.Type, e.Message = name, strings.TrimSpace(message)
	}
	return e
}

// exceptionLine is what follows the frames; a message may have lines of its own.
func exceptionLine(text string) string {
	lines := strings.Split(text, "\n")
	last := 0
	for i, l := range lines {
		if strings.HasPrefix(l, "  File ") {
			last = i
		}
	}
	return strings.Join(lines[min(last+1, len(lines)-1):], "\n")
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && (i == 0 || r != '.' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}
