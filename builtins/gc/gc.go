// Package gc is the script module gc: QuecPython's garbage collector (python.quectel.com, API
// reference, gc). Memory is the host's and is collected by itself; mem_free and mem_alloc answer for
// a heap of a module's size, always the same, so that scripts which print or compare them go on and
// print the same in every run.
package gc

import "quecstar/harness/script"

// heapSize is the heap of a module in bytes, and inUse what a small script uses of it.
const (
	heapSize = 1 << 20
	inUse    = 160 << 10
)

// state is the module's state in one interpreter.
type state struct {
	enabled   bool
	threshold int
}

// Module is the table of gc.
func Module() *script.Module {
	return &script.Module{
		Name: "gc", Lang: script.Python, Doc: "The garbage collector.",
		New: func(*script.Interp) (any, error) { return &state{enabled: true, threshold: -1}, nil },
		Funcs: []script.Func{
			{Name: "enable", Params: "/", Doc: "Switches automatic collection on.", Call: switchTo(true)},
			{Name: "disable", Params: "/", Doc: "Switches automatic collection off, for isenabled.", Call: switchTo(false)},
			{Name: "isenabled", Params: "/", Doc: "Whether automatic collection is on.", Call: func(c *script.Call) (any, error) { return c.State().(*state).enabled, nil }},
			{Name: "collect", Params: "/", Doc: "Collects now; the host does so by itself. Returns 0.", Call: always(0)},
			{Name: "mem_alloc", Params: "/", Doc: "The bytes in use.", Call: always(inUse)},
			{Name: "mem_free", Params: "/", Doc: "The bytes not in use.", Call: always(heapSize - inUse)},
			{Name: "threshold", Params: "amount=None, /", Doc: "The bytes after which a collection is due, -1 for none; sets them.", Call: threshold},
		},
	}
}

func always(n int) func(*script.Call) (any, error) {
	return func(*script.Call) (any, error) { return n, nil }
}

func switchTo(on bool) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		c.State().(*state).enabled = on
		return nil, nil
	}
}

func threshold(c *script.Call) (any, error) {
	s := c.State().(*state)
	if !c.Given(0) {
		return s.threshold, nil
	}
	return nil, c.Unpack(&s.threshold)
}
