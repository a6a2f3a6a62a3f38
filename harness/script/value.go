package script

import (
	"fmt"
	"math/big"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Tuple is a tuple as builtins return it.
type Tuple []any

// List is a list as builtins return it.
type List = []any

// Pair is one entry of a Dict.
type Pair struct{ Key, Value any }

// Dict is a dict as builtins return it, in order.
type Dict []Pair

// Value converts what a builtin returns to what the running script sees: nil to None, a bool, any
// int, *big.Int, float64, string, []byte, List, Tuple, Dict, []string or time.Duration (as
// seconds); a starlark.Value is taken as it is, its plain strings turned into those of the script's
// language.
func (in *Interp) Value(v any) starlark.Value {
	switch v := v.(type) {
	case *Class:
		return in.class(v)
	case Tuple:
		return starlark.Tuple(in.values(v))
	case []any:
		return starlark.NewList(in.values(v))
	case []string:
		out := make([]starlark.Value, len(v))
		for i, s := range v {
			out[i] = in.Value(s)
		}
		return starlark.NewList(out)
	case Dict:
		return in.dict(v)
	}
	plain := scalar(v)
	if in.lang == Python {
		return object.FromGo(plain)
	}
	return plain
}

func (in *Interp) values(vs []any) []starlark.Value {
	out := make([]starlark.Value, len(vs))
	for i, v := range vs {
		out[i] = in.Value(v)
	}
	return out
}

func (in *Interp) dict(entries Dict) starlark.Value {
	var d interface {
		starlark.Value
		SetKey(k, v starlark.Value) error
	} = starlark.NewDict(len(entries))
	if in.lang == Python {
		d = object.NewDict(len(entries))
	}
	for _, p := range entries {
		// Keys of a Dict that builtins write are hashable: a failure is a mistake of ours.
		if err := d.SetKey(in.Value(p.Key), in.Value(p.Value)); err != nil {
			return starlark.String(fmt.Sprintf("<%v>", err))
		}
	}
	return d
}

// scalar converts what holds nothing else to Starlark's own types.
func scalar(v any) starlark.Value {
	switch v := v.(type) {
	case nil:
		return starlark.None
	case starlark.Value:
		return v
	case bool:
		return starlark.Bool(v)
	case string:
		return starlark.String(v)
	case []byte:
		return starlark.Bytes(v)
	case float64:
		return starlark.Float(v)
	case time.Duration:
		return starlark.Float(v.Seconds())
	case *big.Int:
		return starlark.MakeBigInt(v)
	}
	if n, ok := scalarInt(v); ok {
		return n
	}
	return starlark.String(fmt.Sprintf("<%T>", v))
}

func scalarInt(v any) (starlark.Int, bool) {
	switch v := v.(type) {
	case int:
		return starlark.MakeInt(v), true
	case int64:
		return starlark.MakeInt64(v), true
	case int32:
		return starlark.MakeInt(int(v)), true
	case uint8:
		return starlark.MakeInt(int(v)), true
	case uint16:
		return starlark.MakeInt(int(v)), true
	case uint32:
		return starlark.MakeUint64(uint64(v)), true
	case uint64:
		return starlark.MakeUint64(v), true
	}
	return starlark.Int{}, false
}
