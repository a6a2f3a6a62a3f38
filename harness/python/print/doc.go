// Package print writes a desugared Python program as Starlark: text that quecstar runs with the same
// output, with the names, comments and blank lines of the original.
//
// The text loads python, which gives its values, operators, loops and builtin names Python's
// meaning and brings py, the helpers for what Starlark has no syntax for: Helpers lists them, as
// quecstar port --helpers does.
package print
