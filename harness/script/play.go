package script

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/harness/device"
)

// Binds reports whether the function takes so many arguments by position and those with the names.
func (f *Func) Binds(positional int, named []string) error {
	sig, err := parseSignature(f.Params)
	if err != nil {
		return err
	}
	args := make(starlark.Tuple, positional)
	for i := range args {
		args[i] = starlark.None
	}
	var kwargs []starlark.Tuple
	for _, name := range named {
		kwargs = append(kwargs, starlark.Tuple{starlark.String(name), starlark.None})
	}
	_, _, err = sig.bind(args, kwargs)
	var e *Error
	if errors.As(err, &e) {
		return errors.New(e.Error())
	}
	return err
}

// ParamNames lists the function's parameters.
func (f *Func) ParamNames() []string {
	sig, err := parseSignature(f.Params)
	if err != nil {
		return nil
	}
	return sig.names
}

// CallModule calls a function of a module from the harness, as a script would, on a thread that holds
// the lock; arguments are converted with Value, and the result is left as Go has it. The error is one line. It wraps device.ErrUnsupported
// where the run's device cannot do it.
func (in *Interp) CallModule(t *Thread, module, function string, args []any, named Dict) (any, error) {
	m := in.moduleNamed(module)
	if m == nil {
		return nil, fmt.Errorf("there is no module %s", module)
	}
	for _, f := range m.funcs {
		if f.Name != function {
			continue
		}
		var kwargs []starlark.Tuple
		for _, p := range named {
			kwargs = append(kwargs, starlark.Tuple{starlark.String(p.Key.(string)), in.Value(p.Value)})
		}
		result, err := in.callGo(t.star, f, nil, in.values(args), kwargs)
		return result, in.oneLine(err)
	}
	return nil, fmt.Errorf("there is no function %s.%s", module, function)
}

// oneLine is an error of a builtin without its traceback.
func (in *Interp) oneLine(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, device.ErrUnsupported):
		return fmt.Errorf("%w: %s", device.ErrUnsupported, lastLine(in.traceback(err)))
	}
	return errors.New(lastLine(in.traceback(err)))
}
