package script

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python"
	"quecstar/harness/python/object"
)

// exec runs source text in a module, for Python's exec and eval.
func (in *Interp) exec(t *starlark.Thread, m *object.Module, source, mode string) (starlark.Value, error) {
	if mode == "eval" {
		source = evalResult + " = (" + source + "\n)"
	}
	prog, err := python.Compile(python.Source{Filename: "<string>", Text: []byte(source), Name: m.Name()})
	if err != nil {
		return nil, in.runtime.RaiseCause(err, "SyntaxError", err.Error())
	}
	if err := prog.Run(t, in.runtime, m); err != nil || mode != "eval" {
		return starlark.None, err
	}
	v := m.Get(evalResult)
	m.Unset(evalResult)
	return v, nil
}

// evalResult is the variable that eval's expression is assigned to for a moment.
const evalResult = "__quecstar_eval__"
