// Package micropython is the script module micropython: what scripts tell MicroPython's compiler
// and memory (docs.micropython.org, micropython). The host has memory by itself: locks are kept and told, and
// change nothing else.
package micropython

import (
	"fmt"
	"io"

	"quecstar/harness/script"
)

// Module is the table of micropython.
func Module() *script.Module {
	same := func(c *script.Call) (any, error) { return c.Args[0], nil }
	none := func(*script.Call) (any, error) { return nil, nil }
	return &script.Module{
		Name: "micropython", Lang: script.Python, Doc: "What scripts tell the compiler.",
		New: func(*script.Interp) (any, error) { return &state{}, nil },
		Funcs: []script.Func{
			{Name: "const", Params: "expr, /", Doc: "The value itself.", Call: same},
			{Name: "native", Params: "function, /", Doc: "The function itself.", Call: same},
			{Name: "viper", Params: "function, /", Doc: "The function itself.", Call: same},
			{Name: "bytecode", Params: "function, /", Doc: "The function itself.", Call: same},
			{Name: "opt_level", Params: "level=0, /", Doc: "The level, or sets it for what is compiled from now on: from 1 on nothing is asserted and __debug__ is False, from 3 on all lines are called 1.", Call: optLevel},
			{Name: "alloc_emergency_exception_buf", Params: "size, /", Doc: "Does nothing: an exception always has memory here.", Call: none},
			{Name: "mem_info", Params: "verbose=None, /", Doc: "Prints the use of stack and heap: that of gc, always the same.", Call: memInfo},
			{Name: "qstr_info", Params: "verbose=None, /", Doc: "Prints the use of interned text: always the same.", Call: qstrInfo},
			{Name: "stack_use", Params: "/", Doc: "0: the host's stack grows.", Call: func(*script.Call) (any, error) { return 0, nil }},
			{Name: "heap_lock", Params: "/", Doc: "Locks the heap once more, for heap_unlock and heap_locked; memory can be had all the same.", Call: heapLock},
			{Name: "heap_unlock", Params: "/", Doc: "Takes one lock of the heap away; returns how many are left.", Call: heapUnlock},
			{Name: "heap_locked", Params: "/", Doc: "How many locks the heap has.", Call: heapLocked},
			{Name: "kbd_intr", Params: "chr, /", Doc: "Does nothing.", Call: none},
			{Name: "schedule", Params: "function, arg, /",
				Doc: "Calls function(arg) soon, behind what is scheduled already; RuntimeError when that is 8 functions.", Call: schedule},
		},
		Classes: []*script.Class{ringClass()},
	}
}

// state is the module's state in one interpreter.
type state struct {
	locks int
	// queue holds what is scheduled and has not begun; running says that a function of it runs or will.
	queue   []scheduled
	running bool
}

// memory is what gc tells of the heap, in bytes.
const (
	heapSize = 1 << 20
	inUse    = 160 << 10
)

func memInfo(c *script.Call) (any, error) {
	_, err := fmt.Fprintf(c.Interp.Stdout(), "stack: 0 out of %d\nGC: total: %d, used: %d, free: %d\n",
		heapSize, heapSize, inUse, heapSize-inUse)
	return nil, err
}

func qstrInfo(c *script.Call) (any, error) {
	_, err := io.WriteString(c.Interp.Stdout(), "qstr pool: n_pool=0, n_qstr=0, n_str_data_bytes=0, n_total_bytes=0\n")
	return nil, err
}

func heapLock(c *script.Call) (any, error) {
	c.State().(*state).locks++
	return nil, nil
}

func heapUnlock(c *script.Call) (any, error) {
	s := c.State().(*state)
	s.locks = max(0, s.locks-1)
	return s.locks, nil
}

func heapLocked(c *script.Call) (any, error) { return c.State().(*state).locks, nil }

func optLevel(c *script.Call) (any, error) {
	level := c.Interp.Level()
	if c.Args[0] == nil {
		return level, nil
	}
	if err := c.Unpack(&level); err != nil {
		return nil, err
	}
	c.Interp.SetLevel(level)
	return nil, nil
}
