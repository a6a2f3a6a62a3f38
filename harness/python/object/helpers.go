package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// helper is a function that lowered code calls with positional arguments only.
type helper func(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error)

// Helpers makes what emitted code calls besides the members of py.
func (in *Interpreter) Helpers() map[string]starlark.Value {
	all := in.indexed()
	all["True"], all["False"] = True, False
	all["call"] = starlark.NewBuiltin(Marker+"call", in.callHelper)
	for name, fn := range map[string]helper{
		"attr": in.attrHelper, "dictof": dictDisplay(0), "dictback": dictDisplay(1),
		"getslice": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return SliceOf(a[0], a[1], a[2], a[3])
		},
	} {
		all[name] = fn.value(name)
	}
	return all
}

func (fn helper) value(name string) starlark.Value {
	return starlark.NewBuiltin(Marker+name, func(t *starlark.Thread, _ *starlark.Builtin, a starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return fn(t, a)
	})
}

// dictDisplay is ·dictof(k, v, k, v, …), whose keys are at 0 of each pair, or ·dictback(v, k, v, k, …) with 1.
func dictDisplay(key int) helper {
	return func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
		d := NewDict(len(a) / 2)
		for i := 0; i+1 < len(a); i += 2 {
			if err := d.SetKey(a[i+key], a[i+1-key]); err != nil {
				return nil, err
			}
		}
		return d, nil
	}
}

// matmul is x @ y, which only classes of scripts have.
func MatMul(x, y starlark.Value) (starlark.Value, error) {
	if v, err := byInstances("matmul", x, y); v != nil || err != nil {
		return v, err
	}
	return nil, noOperator("matmul", x, y)
}

// inPlaceTokens are the operators that py.in_place does.
var inPlaceTokens = map[string]syntax.Token{"+": syntax.PLUS, "-": syntax.MINUS, "*": syntax.STAR, "/": syntax.SLASH,
	"//": syntax.SLASHSLASH, "%": syntax.PERCENT, "&": syntax.AMP, "|": syntax.PIPE, "^": syntax.CIRCUMFLEX,
	"<<": syntax.LTLT, ">>": syntax.GTGT, "**": syntax.STARSTAR, "@": matrix}

// InPlace is what x op= y binds to x; a ValueError is its error for an op that is none.
func InPlace(op string, x, y starlark.Value) (starlark.Value, error) {
	token, ok := inPlaceTokens[op]
	if !ok {
		return nil, Errorf("ValueError", "no operator %s", op)
	}
	return inPlace(token, x, y)
}

func inPlace(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *Instance:
		if r, err := v.binaryMethod("__i"+binaryNames[op]+"__", y); r != nil || err != nil {
			return r, err
		}
	case *starlark.List:
		if op == syntax.PLUS {
			_, err := listExtend(v, &Args{Pos: starlark.Tuple{y}})
			return v, err
		}
	case *Bytearray:
		if op == syntax.PLUS {
			_, err := bytearrayExtend(v, &Args{Pos: starlark.Tuple{y}})
			return v, err
		}
	case *Set:
		if r, err := starlark.Binary(op, x, y); err == nil && !v.frozen {
			v.d = r.(*Set).d
			return v, nil
		}
	}
	return notInPlace(op, x, y)
}

// notInPlace is x op y.
func notInPlace(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch op {
	case syntax.PLUS:
		return plus(x, y)
	case syntax.STAR:
		return multiply(x, y)
	case syntax.STARSTAR:
		return power(x, y)
	case matrix:
		return MatMul(x, y)
	case syntax.SLASHSLASH:
		return floorDiv(x, y)
	case syntax.PERCENT:
		return modulo(x, y)
	case syntax.LTLT, syntax.GTGT:
		return shift(op, x, y)
	}
	return starlark.Binary(op, x, y)
}
