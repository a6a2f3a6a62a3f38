package script

import (
	"errors"

	"go.starlark.net/starlark"

	"quecstar/harness/python"
	"quecstar/harness/python/runtime"
)

// code is what exec, eval and compile of a script make of source text.
type code struct {
	prog *python.Program
	eval bool
}

// evalResult is the variable that eval's expression is assigned to for a moment.
const evalResult = "__quecstar_eval__"

// compileText is runtime.Options.Compile. All names stay the module's, as in Python.
func (in *Interp) compileText(source, file, mode string) (runtime.Code, error) {
	src := python.Source{Filename: file, Text: []byte(source), Single: mode == "single", Level: in.level}
	c := &code{eval: mode == "eval"}
	var err error
	if c.eval {
		c.prog, err = python.CompileExpression(src, evalResult)
	} else {
		c.prog, err = python.Compile(src)
	}
	if err != nil {
		class := "SyntaxError"
		if e := (*python.SyntaxError)(nil); errors.As(err, &e) && e.Class != "" {
			class = e.Class
		}
		return nil, in.runtime.RaiseCause(err, class, err.Error())
	}
	return c, nil
}

// Run runs the code in a module.
func (c *code) Run(t *starlark.Thread, rt *runtime.Runtime, m *runtime.Module) (starlark.Value, error) {
	if err := c.prog.Run(t, rt, m); err != nil || !c.eval {
		return starlark.None, err
	}
	v := m.Get(evalResult)
	m.Unset(evalResult)
	return v, nil
}
