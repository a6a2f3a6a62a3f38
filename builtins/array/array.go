// Package array is the script module array, also called uarray: arrays of numbers of one type
// (docs.micropython.org, array).
package array

import (
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of array.
func Module() *script.Module {
	return &script.Module{Name: "array", Aliases: []string{"uarray"}, Lang: script.Python, Doc: "Arrays of numbers.",
		Consts: []script.Const{{Name: "array", Doc: "The class of arrays.", Value: func(*script.Interp) any { return object.ArrayClass() }}}}
}
