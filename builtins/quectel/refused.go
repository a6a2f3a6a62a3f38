package quectel

import (
	"strings"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// refused are the names that a run was told of.
type refused map[string]bool

// Refused is what a function of a part that is not simulated returns: code, the vendor's failure.
// An event names the function and says why, once a run, as the script sees the code alone. Call it
// with the interpreter lock held.
func Refused(c *script.Call, code any, why string) (any, error) {
	told := script.Shared(c.Interp, func() *refused { return &refused{} })
	if !(*told)[c.Name()] {
		(*told)[c.Name()] = true
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.NotSimulated, Text: c.Name() + "() fails: " + why})
	}
	return code, nil
}

// RefusedFuncs makes functions or methods that fail with the vendor's -1 and say why in an event.
// Each entry is "name" or "name(parameters)".
func RefusedFuncs(why string, entries ...string) []script.Func {
	funcs := make([]script.Func, 0, len(entries))
	for _, e := range entries {
		name, params, _ := strings.Cut(strings.TrimSuffix(e, ")"), "(")
		funcs = append(funcs, script.Func{Name: name, Params: params, Refused: true, Doc: "Not simulated: returns -1. " + why,
			Call: func(c *script.Call) (any, error) { return Refused(c, Failed, why) }})
	}
	return funcs
}
