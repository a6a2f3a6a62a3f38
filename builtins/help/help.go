// Package help is the function help of scripts and prompts: it prints the manual that 'quecstar doc'
// prints. help() lists the modules, help(x) tells of a module, class, function or object of one,
// help("umqtt.MQTTClient") of a name. Of any other value it tells the type and the attributes, as
// MicroPython's does.
package help

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/manual"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of help, which no script needs to import.
func Module() *script.Module {
	return &script.Module{
		Name: "help", Flat: true, Builtins: []string{"help"},
		Doc: "The manual of modules, classes and functions, in a script or prompt.",
		Funcs: []script.Func{{
			Name: "help", Params: "x=None, /",
			Doc:  "Prints the manual of a module, class, function or object of one, or of the name that a str says; without an argument lists the modules.",
			Call: help,
		}},
	}
}

// terminalWidth is that of the terminals that prompts are used at: a prompt knows nothing of its own.
const terminalWidth = 79

func help(c *script.Call) (any, error) {
	m, err := manual.New(c.Interp.Tables())
	if err != nil {
		return nil, err
	}
	m.Width = terminalWidth
	text, err := textOf(c, m)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(c.Interp.Stdout(), text); err != nil {
		return nil, script.RaiseArgs("OSError", err, 5)
	}
	return nil, nil
}

func textOf(c *script.Call, m *manual.Manual) (string, error) {
	lang := c.Interp.Lang()
	v := c.Args[0]
	if v == nil {
		return m.List(lang), nil
	}
	if name, ok := object.AsString(v); ok {
		text, err := m.Text(name, lang)
		var unknown *manual.UnknownError
		if errors.As(err, &unknown) {
			return unknown.Error() + "\n", nil
		}
		return text, err
	}
	if name := c.Interp.NameOf(v); name != "" {
		if text, err := m.Text(name, lang); err == nil {
			return text, nil
		}
	}
	return anyValue(v), nil
}

// anyValue is what MicroPython's help says of a value (py/builtinhelp.c): its type and attributes.
func anyValue(v starlark.Value) string {
	var b strings.Builder
	fmt.Fprintf(&b, "object %s is of type %s\n", object.StrOf(v), object.TypeName(v))
	if has, ok := v.(starlark.HasAttrs); ok {
		for _, name := range has.AttrNames() {
			if a, err := has.Attr(name); err == nil && a != nil {
				fmt.Fprintf(&b, "  %s -- %s\n", name, object.StrOf(a))
			}
		}
	}
	return b.String()
}
