package runtime

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// kwargsHelper is **·kwargs(d): Starlark wants its own strings as names.
func kwargsHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	out := new(starlark.Dict)
	for _, from := range a {
		items, err := mappingItems(from)
		if err != nil {
			return nil, err
		}
		for _, kv := range items {
			s, ok := object.AsString(kv[0])
			if !ok {
				return nil, object.Errorf("TypeError", "keywords must be strings")
			}
			name := starlark.String(s)
			if _, twice, _ := out.Get(name); twice {
				return nil, object.Errorf("TypeError", "function got multiple values for argument '%s'", s)
			}
			if err := out.SetKey(name, kv[1]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// mappingItems are the pairs of a dict, or of an object with keys and __getitem__.
func mappingItems(v starlark.Value) ([]starlark.Tuple, error) {
	if m, ok := object.Native(v).(starlark.IterableMapping); ok {
		return m.Items(), nil
	}
	i, ok := v.(*object.Instance)
	if !ok || i.Lookup("keys") == nil || i.Lookup("__getitem__") == nil {
		return nil, object.Errorf("TypeError", "argument after ** must be a mapping, not '%s'", object.TypeName(v))
	}
	keys, _, err := object.CallSpecial(i, "keys")
	if err != nil {
		return nil, err
	}
	var items []starlark.Tuple
	err = object.Each(keys, func(k starlark.Value) error {
		v, err := object.GetItem(i, k)
		items = append(items, starlark.Tuple{k, v})
		return err
	})
	return items, err
}
