// Package ucollections is the script module ucollections, also called collections: namedtuple,
// deque and OrderedDict, as QuecPython documents them (python.quectel.com, API reference,
// ucollections) and MicroPython has them.
//
// namedtuple("P", ("x", "y")) makes a class whose instances have their elements by name too.
// deque((), maxlen, flag) holds at most maxlen elements: one more drops the oldest, or raises
// IndexError("full") when flag is 1. A dict keeps the order of its keys here too; two OrderedDicts
// are equal only in the same order.
package ucollections

import (
	"quecstar/builtins/container"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of ucollections.
func Module() *script.Module {
	deque := dequeClass()
	return &script.Module{
		Name: "ucollections", Aliases: []string{"collections"}, Lang: script.Python, Doc: "Containers.",
		Funcs: []script.Func{
			{Name: "namedtuple", Params: "name, fields, /", Doc: "A class of tuples with named elements.", Call: namedTuple},
		},
		Classes: []*script.Class{deque},
		Consts: []script.Const{
			container.Class(deque),
			{Name: "OrderedDict", Doc: "A dict whose order counts.", Value: func(*script.Interp) any { return object.OrderedDictClass() }},
		},
	}
}
