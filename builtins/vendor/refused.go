package vendor

import (
	"io"
	"reflect"
	"sync"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// NotSimulated is the kind of the event that Refused adds.
const NotSimulated event.Kind = "not simulated"

// runs holds what PerRun made, by interpreter; an entry goes when its run ends.
var runs sync.Map // *script.Interp to *run

// run is what one interpreter's builtins share.
type run struct {
	in    *script.Interp
	mu    sync.Mutex
	parts map[reflect.Type]any
}

// Close forgets the run.
func (r *run) Close() error {
	runs.Delete(r.in)
	return nil
}

// PerRun returns the one T of an interpreter, which create makes when there is none yet: state that
// a module shares with the functions by which a test controls it, which stand in another module. A
// T that has a method Close() error is closed when the run ends.
func PerRun[T any](in *script.Interp, create func() *T) *T {
	v, known := runs.LoadOrStore(in, &run{in: in, parts: map[reflect.Type]any{}})
	r := v.(*run)
	if !known {
		in.OnClose(r)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	kind := reflect.TypeFor[T]()
	if part, ok := r.parts[kind]; ok {
		return part.(*T)
	}
	part := create()
	r.parts[kind] = part
	if c, ok := any(part).(io.Closer); ok {
		in.OnClose(c)
	}
	return part
}

// refused are the names that a run was told of.
type refused map[string]bool

// Refused is what a function of a part that is not simulated returns: code, the vendor's failure.
// An event names the function and says why, once a run, as the script sees the code alone. Call it
// with the interpreter lock held.
func Refused(c *script.Call, code any, why string) (any, error) {
	told := PerRun(c.Interp, func() *refused { return &refused{} })
	if !(*told)[c.Name()] {
		(*told)[c.Name()] = true
		c.Emit(event.Event{Layer: event.Builtin, Kind: NotSimulated, Text: c.Name() + "() fails: " + why})
	}
	return code, nil
}

// RefusedFuncs makes functions or methods that fail with the vendor's -1 and say why in an event.
// Each entry is "name" or "name(parameters)".
func RefusedFuncs(why string, entries ...string) []script.Func {
	funcs := LaterFuncs(entries...)
	for i := range funcs {
		if params := funcs[i].Params; params == "*args" && entries[i] == funcs[i].Name {
			funcs[i].Params = ""
		}
		funcs[i].Doc = "Not simulated: returns -1. " + why
		funcs[i].Call = func(c *script.Call) (any, error) { return Refused(c, Failed, why) }
	}
	return funcs
}
