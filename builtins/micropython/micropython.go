// Package micropython is the script module micropython: what scripts tell MicroPython's compiler
// and memory (docs.micropython.org, micropython). The host compiles and collects by itself.
package micropython

import (
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
			{Name: "opt_level", Params: "level=0, /", Doc: "The level, or sets it; it changes nothing here.", Call: optLevel},
			{Name: "alloc_emergency_exception_buf", Params: "size, /", Doc: "Does nothing.", Call: none},
			{Name: "mem_info", Params: "verbose=None, /", Doc: "Does nothing.", Call: none},
			{Name: "qstr_info", Params: "verbose=None, /", Doc: "Does nothing.", Call: none},
			{Name: "stack_use", Params: "/", Doc: "0: the host's stack grows.", Call: func(*script.Call) (any, error) { return 0, nil }},
			{Name: "heap_lock", Params: "/", Doc: "Does nothing.", Call: none},
			{Name: "heap_unlock", Params: "/", Doc: "Does nothing.", Call: none},
			{Name: "kbd_intr", Params: "chr, /", Doc: "Does nothing.", Call: none},
			{Name: "schedule", Params: "function, arg, /", Doc: "Calls function(arg) soon.", Call: schedule},
		},
	}
}

// state is the module's state in one interpreter.
type state struct{ level int }

func optLevel(c *script.Call) (any, error) {
	s := c.State().(*state)
	if c.Args[0] == nil {
		return s.level, nil
	}
	return nil, c.Unpack(&s.level)
}

// schedule calls the function once the caller gives the interpreter up.
func schedule(c *script.Call) (any, error) {
	fn, arg := c.Args[0], c.Args[1]
	_, err := c.Interp.Go("scheduled function", false, func(t *script.Thread) error {
		_, err := t.Invoke(fn, arg)
		return err
	})
	return nil, err
}
