package suite

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// selfOf is what stands behind an object of ours; nil for other values.
func selfOf(v starlark.Value) any {
	if o, ok := script.NativeOf(v); ok {
		return o.Self()
	}
	return nil
}

func typeName(v starlark.Value) string {
	if v == nil {
		return "nothing"
	}
	return object.TypeName(v)
}

// runOf is the run of the test that calls.
func runOf(c *script.Call) *run {
	return script.Shared(c.Interp, func() *run { panic("no test runs in this interpreter") })
}

// keyword is an argument by its name among those that are left; nil for none.
func keyword(c *script.Call, name string) starlark.Value {
	for _, kw := range c.Keywords {
		if s, _ := textOf(kw[0]); s == name {
			return kw[1]
		}
	}
	return nil
}

// keywordFields are the fields that a matcher is given by name.
func keywordFields(c *script.Call, make func(name string, v starlark.Value) *want) []field {
	var out []field
	for _, kw := range c.Keywords {
		name, _ := textOf(kw[0])
		out = append(out, field{name, make(name, kw[1])})
	}
	return out
}

// value is what JSON decodes to, as the script has it.
func (r *run) value(v any) starlark.Value {
	switch v := v.(type) {
	case map[string]any:
		d := r.in.Value(script.Dict{}).(interface {
			starlark.Value
			SetKey(k, v starlark.Value) error
		})
		for _, k := range sortedKeys(v) {
			_ = d.SetKey(r.in.Value(k), r.value(v[k])) // a str is hashable
		}
		return d
	case []any:
		out := make([]starlark.Value, len(v))
		for i := range v {
			out[i] = r.value(v[i])
		}
		return starlark.NewList(out)
	case []map[string]any: // of TOML
		out := make([]starlark.Value, len(v))
		for i := range v {
			out[i] = r.value(v[i])
		}
		return starlark.NewList(out)
	case json.Number:
		if n, ok := new(big.Int).SetString(v.String(), 10); ok {
			return starlark.MakeBigInt(n)
		}
		f, _ := v.Float64() // infinite where it is too large
		return r.value(f)
	case float64:
		if v == float64(int64(v)) {
			return starlark.MakeInt64(int64(v))
		}
		return starlark.Float(v)
	}
	return r.in.Value(v)
}

// plainOf is a script's value as JSON has it; what JSON has nothing for is its text.
func plainOf(v starlark.Value) any {
	if text, ok := textOf(v); ok {
		return text
	}
	switch v := v.(type) {
	case starlark.NoneType:
		return nil
	case starlark.Bool:
		return bool(v)
	case starlark.Int:
		if n, ok := v.Int64(); ok {
			return n
		}
		return new(big.Int).Set(v.BigInt())
	case starlark.Float:
		return float64(v)
	case starlark.IterableMapping:
		out := map[string]any{}
		for _, pair := range v.Items() {
			name, ok := textOf(pair[0])
			if !ok {
				name = object.Repr(pair[0])
			}
			out[name] = plainOf(pair[1])
		}
		return out
	case starlark.Iterable:
		out := []any{}
		it := v.Iterate()
		defer it.Done()
		var x starlark.Value
		for it.Next(&x) {
			out = append(out, plainOf(x))
		}
		return out
	}
	if object.TypeName(v) == "bool" {
		return bool(v.Truth())
	}
	return object.Repr(v)
}

// mappingOf is the mapping of an argument; nothing where it was left out.
func mappingOf(v starlark.Value, name string) (map[string]any, error) {
	if v == nil || v == starlark.None {
		return map[string]any{}, nil
	}
	out, ok := plainOf(v).(map[string]any)
	if !ok {
		return nil, script.Raise("TypeError", "%s should be a dict, not %s", name, typeName(v))
	}
	return out, nil
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
