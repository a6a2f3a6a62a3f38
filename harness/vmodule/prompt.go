package vmodule

// Prompt is how the REPL port behaves.
type Prompt struct{}

// Interpreter makes what runs a module's Python.
type Interpreter func() error
