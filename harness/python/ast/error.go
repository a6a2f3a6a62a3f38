package ast

import "fmt"

// Error is a fault of a program, which its parser, its scopes or what is made of it show.
type Error struct {
	Pos
	Msg string
	// Class is what MicroPython raises where that is no SyntaxError: IndentationError, NotImplementedError.
	Class string
}

// Errorf is the fault of a node.
func Errorf(n Node, format string, args ...any) *Error {
	return &Error{Pos: n.At(), Msg: fmt.Sprintf(format, args...)}
}

// Error is line:col: message; who has the file's name puts it in front.
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }
