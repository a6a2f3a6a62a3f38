package script

import (
	"io"
	"reflect"
)

// Shared returns the one T of a run, which create makes when there is none yet: state that a module
// shares with another one, such as that by which a test controls it. A *T that has a method Close()
// error is closed when the run ends. The interpreter lock must be held.
func Shared[T any](in *Interp, create func() *T) *T {
	kind := reflect.TypeFor[T]()
	if part, ok := in.shared[kind]; ok {
		return part.(*T)
	}
	part := create()
	in.shared[kind] = part
	if c, ok := any(part).(io.Closer); ok {
		in.OnClose(c)
	}
	return part
}
