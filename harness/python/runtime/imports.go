package runtime

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// importHelper is ·import(module, "a.b", names or None, level). For "import a.b" it returns a, with
// names the module a.b itself.
func (rt *Runtime) importHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	from, name := a[0].(*Module), string(a[1].(starlark.String))
	level, _ := object.ToInt(a[3])
	if level > 0 {
		base := strings.Split(from.name, ".")
		if strings.HasSuffix(from.file, "__init__.py") && from != rt.main {
			base = append(base, "") // a package is its own parent
		}
		if level >= len(base) { // also of the main script, which is in no package
			return nil, object.Errorf("ImportError", "can't perform relative import")
		}
		parts := append(base[:len(base)-level:len(base)-level], strings.Split(name, ".")...)
		name = strings.Trim(strings.Join(parts, "."), ".")
	}
	if name == object.BuiltinsName {
		return rt.builtinsModule(), nil
	}
	if rt.opts.Import == nil {
		return nil, object.Errorf("ImportError", "no module named '%s'", name)
	}
	var top, leaf starlark.Value
	parts := strings.Split(name, ".")
	for i := range parts {
		within := wanted(a[2])
		if i+1 < len(parts) {
			within = parts[i+1 : i+2]
		}
		m, err := rt.opts.Import(t, strings.Join(parts[:i+1], "."), within)
		if err != nil {
			return nil, err
		}
		if parent, ok := leaf.(*Module); ok {
			if full := strings.Join(parts[:i+1], "."); rt.attached[full] != m { // once: what the package binds to the name since stays
				rt.attached[full] = m
				parent.Set(parts[i], m)
			}
		} else {
			top = m
		}
		leaf = m
	}
	if a[2] == starlark.None {
		return top, nil
	}
	return leaf, nil
}

// wanted are the names of "from m import a, b".
func wanted(names starlark.Value) []string {
	list, ok := names.(starlark.Tuple)
	if !ok {
		return nil
	}
	out := make([]string, 0, len(list))
	for _, n := range list {
		if s, ok := object.AsString(n); ok {
			out = append(out, s)
		}
	}
	return out
}

// importByName is __import__(name, globals, locals, fromlist, level).
func (rt *Runtime) importByName(a *object.Args) (starlark.Value, error) {
	return rt.importFor(rt.caller(a.Thread), a)
}

func (rt *Runtime) importFor(from *Module, a *object.Args) (starlark.Value, error) {
	name, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	level, err := a.Int(4, 0)
	if err == nil && level < 0 {
		err = object.Errorf("ValueError", "")
	}
	if err != nil {
		return nil, err
	}
	if name == "" && level == 0 {
		return nil, object.Errorf("ValueError", "")
	}
	if globals := a.At(1); level > 0 && globals != nil && globals != starlark.None {
		if _, isDict := object.Native(globals).(starlark.IterableMapping); !isDict {
			return nil, object.Errorf("TypeError", "")
		}
	}
	var names starlark.Value = starlark.None
	if from := a.At(3); from != nil && object.Truth(from) {
		names = starlark.Tuple{}
	}
	return rt.importHelper(a.Thread, starlark.Tuple{from, starlark.String(name), names, starlark.MakeInt(level)})
}

// importFromHelper is ·importfrom(m, "x"): a variable of a module, or a module of a package.
func (rt *Runtime) importFromHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	name := string(a[1].(starlark.String))
	v, err := object.GetAttr(a[0], name)
	if err == nil {
		return v, nil
	}
	m, ok := a[0].(*Module)
	if e, plain := err.(*object.Error); !ok || !plain || e.Class != "AttributeError" {
		return nil, err
	}
	if rt.opts.Import != nil {
		sub, subErr := rt.opts.Import(t, m.name+"."+name, nil)
		if subErr == nil {
			m.Set(name, sub)
			return sub, nil
		}
		missing := "no module named '" + m.name + "." + name + "'" // and not one that it imports itself
		if r := rt.Exception(subErr); r == nil || !r.IsA("ImportError") || !strings.Contains(r.Error(), missing) {
			return nil, subErr
		}
	}
	return nil, object.Errorf("ImportError", "can't import name '%s' from '%s'", name, m.name)
}

// importStarHelper is ·importstar(module, m).
func (rt *Runtime) importStarHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	from, ok := a[1].(starlark.HasAttrs)
	switch from.(type) {
	case *Module, *object.Class, *object.Instance: // sys.modules may hold anything
	default:
		ok = false
	}
	if !ok {
		return nil, object.Errorf("ImportError", "import * wants a module")
	}
	names := from.AttrNames()
	all, err := object.GetAttr(from, "__all__")
	if err != nil && !object.IsMissing(err) {
		return nil, err
	}
	if err == nil {
		elems, err := object.ToSlice(all)
		if err != nil {
			return nil, err
		}
		names = nil
		for _, e := range elems {
			names = append(names, object.StrOf(e))
		}
	} else {
		names = public(names)
	}
	for _, n := range names {
		v, err := object.GetAttr(from, n)
		if err != nil {
			return nil, err
		}
		a[0].(*Module).Set(n, v)
	}
	return starlark.None, nil
}

func public(names []string) []string {
	var out []string
	for _, n := range names {
		if !strings.HasPrefix(n, "_") {
			out = append(out, n)
		}
	}
	return out
}
