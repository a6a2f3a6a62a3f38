// Package repl talks to a module through its MicroPython prompt: it runs code there, moves files,
// runs whole scripts, and is a device whose answers are evaluated on the module.
//
// A Client needs an io.ReadWriteCloser whose Close ends a blocked Read, such as a serial port. It
// uses the raw mode of the prompt, with the flow control of "raw paste" where the firmware has it
// (MicroPython documentation, "The MicroPython Interactive Interpreter Mode (aka REPL)"; source
// shared/runtime/pyexec.c). Code that it sends keeps to what MicroPython 1.9 and QuecPython know.
package repl
