package object

import (
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// helper is a function that lowered code calls with positional arguments only.
type helper func(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error)

// makeHelpers makes what emitted code calls besides the members of py.
func (rt *Runtime) makeHelpers() map[string]starlark.Value {
	all := rt.makeOperators()
	all["True"], all["False"] = True, False
	all["call"] = starlark.NewBuiltin(Marker+"call", rt.callHelper)
	for name, fn := range map[string]helper{
		"attr": rt.attrHelper, "dictof": dictOfHelper, "dictback": dictBackHelper, "repeat": repeatHelper,
		"getslice": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return sliceOf(a[0], a[1], a[2], a[3])
		},
		"floordiv": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) { return floorDiv(a[0], a[1]) },
		"lshift": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return shift(syntax.LTLT, a[0], a[1])
		},
		"rshift": func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
			return shift(syntax.GTGT, a[0], a[1])
		},
		"eqvalue": comparisonValue(syntax.EQL), "nevalue": comparisonValue(syntax.NEQ), "ltvalue": comparisonValue(syntax.LT),
		"levalue": comparisonValue(syntax.LE), "gtvalue": comparisonValue(syntax.GT), "gevalue": comparisonValue(syntax.GE),
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

// comparisonValue is a comparison whose value is used: what the method of an instance returned.
func comparisonValue(op syntax.Token) helper {
	return func(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
		_, xi := a[0].(*Instance)
		_, yi := a[1].(*Instance)
		if xi || yi {
			return compareValue(op, a[0], a[1])
		}
		holds, err := compare(op, a[0], a[1])
		return Bool(holds), err
	}
}

// dictOfHelper is ·dictof(k, v, k, v, …).
func dictOfHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	d := NewDict(len(a) / 2)
	for i := 0; i+1 < len(a); i += 2 {
		if err := d.SetKey(a[i], a[i+1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// dictBackHelper is ·dictback(v, k, v, k, …).
func dictBackHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	d := NewDict(len(a) / 2)
	for i := 0; i+1 < len(a); i += 2 {
		if err := d.SetKey(a[i+1], a[i]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// keywords are arguments by name, as Starlark's calls take them from a mapping.
type keywords []starlark.Tuple

var _ starlark.IterableMapping = keywords(nil)

func (k keywords) String() string             { return "<keywords>" }
func (k keywords) Type() string               { return "dict" }
func (k keywords) Freeze()                    {}
func (k keywords) Truth() starlark.Bool       { return len(k) > 0 }
func (k keywords) Hash() (uint32, error)      { return 0, nil }
func (k keywords) Items() []starlark.Tuple    { return k }
func (k keywords) Iterate() starlark.Iterator { return &itemIterator{of: k} }

// Get looks for a name.
func (k keywords) Get(name starlark.Value) (starlark.Value, bool, error) {
	for _, kv := range k {
		if kv[0] == name {
			return kv[1], true, nil
		}
	}
	return nil, false, nil
}

// kwargsHelper is **·kwargs(d): Starlark wants its own strings as names.
func kwargsHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	var out keywords
	for _, from := range a {
		items, err := mappingItems(from)
		if err != nil {
			return nil, err
		}
		for _, kv := range items {
			s, ok := AsString(kv[0])
			if !ok {
				return nil, newError("TypeError", "keywords must be strings")
			}
			name := starlark.String(s)
			if _, twice, _ := out.Get(name); len(a) > 1 && twice {
				return nil, newError("TypeError", "function got multiple values for argument '%s'", s)
			}
			out = append(out, starlark.Tuple{name, kv[1]})
		}
	}
	return out, nil
}

// mappingItems are the pairs of a dict, or of an object with keys and __getitem__.
func mappingItems(v starlark.Value) ([]starlark.Tuple, error) {
	if m, ok := nativeOf(v).(starlark.IterableMapping); ok {
		return m.Items(), nil
	}
	i, ok := v.(*Instance)
	if !ok || i.lookup("keys") == nil || i.lookup("__getitem__") == nil {
		return nil, newError("TypeError", "argument after ** must be a mapping, not '%s'", TypeName(v))
	}
	keys, err := i.call(i.lookup("keys"))
	if err != nil {
		return nil, err
	}
	names, err := toSlice(keys)
	if err != nil {
		return nil, err
	}
	items := make([]starlark.Tuple, len(names))
	for k, name := range names {
		value, err := i.call(i.lookup("__getitem__"), name)
		if err != nil {
			return nil, err
		}
		items[k] = starlark.Tuple{name, value}
	}
	return items, nil
}

// matmul is x @ y, which only classes of scripts have.
func matmul(x, y starlark.Value) (starlark.Value, error) {
	if i, ok := x.(*Instance); ok {
		if v, err := i.binaryMethod("__matmul__", y); v != nil || err != nil {
			return v, err
		}
	}
	if i, ok := y.(*Instance); ok {
		if v, err := i.binaryMethod("__rmatmul__", x); v != nil || err != nil {
			return v, err
		}
	}
	return nil, newError("TypeError", "unsupported types for __matmul__: '%s', '%s'", TypeName(x), TypeName(y))
}

// unpackHelper is ·unpack(x, before, after): the elements for a, *b, c = x.
func unpackHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	elems, err := toSlice(a[0])
	if err != nil {
		return nil, err
	}
	before, _ := toInt(a[1])
	after, _ := toInt(a[2])
	if len(elems) < before+after {
		return nil, newError("ValueError", "need more than %d values to unpack", len(elems))
	}
	out := append(starlark.Tuple(nil), elems[:before]...)
	out = append(out, starlark.NewList(append([]starlark.Value(nil), elems[before:len(elems)-after]...)))
	return append(out, elems[len(elems)-after:]...), nil
}

func unbindHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	c := a[0].(*Cell)
	if c.v == nil {
		if c.of != nil { // a key of the module's dict
			return nil, &Error{Class: "KeyError", Args: []starlark.Value{NewStr(c.name)}}
		}
		return nil, c.unbound()
	}
	c.v = nil
	return starlark.None, nil
}

// inPlaceTokens are the operators that py.in_place does.
var inPlaceTokens = map[string]syntax.Token{"+": syntax.PLUS, "-": syntax.MINUS, "*": syntax.STAR, "/": syntax.SLASH,
	"//": syntax.SLASHSLASH, "%": syntax.PERCENT, "&": syntax.AMP, "|": syntax.PIPE, "^": syntax.CIRCUMFLEX,
	"<<": syntax.LTLT, ">>": syntax.GTGT, "**": syntax.STARSTAR, "@": matrix}

// inPlace is what x op= y binds to x.
func (rt *Runtime) inPlace(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *Instance:
		if r, err := v.binaryMethod("__i"+binaryNames[op]+"__", y); r != nil || err != nil {
			return r, err
		}
	case *starlark.List:
		if op == syntax.PLUS {
			_, err := listExtend(v, &args{thread: rt.current, pos: starlark.Tuple{y}})
			return v, err
		}
	case *Bytearray:
		if op == syntax.PLUS {
			_, err := bytearrayExtend(v, &args{thread: rt.current, pos: starlark.Tuple{y}})
			return v, err
		}
	case *Set:
		if r, err := starlark.Binary(op, x, y); err == nil && !v.frozen {
			v.d = r.(*Set).d
			return v, nil
		}
	}
	switch op {
	case syntax.STAR:
		return multiply(x, y)
	case syntax.STARSTAR:
		return power(x, y)
	case matrix:
		return matmul(x, y)
	case syntax.SLASHSLASH:
		return floorDiv(x, y)
	case syntax.PERCENT:
		return modulo(x, y)
	case syntax.LTLT, syntax.GTGT:
		return shift(op, x, y)
	}
	return starlark.Binary(op, x, y)
}

// importHelper is ·import(module, "a.b", names or None, level). For "import a.b" it returns a, with
// names the module a.b itself.
func (rt *Runtime) importHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	from, name := a[0].(*Module), string(a[1].(starlark.String))
	level, _ := toInt(a[3])
	if level > 0 {
		base := strings.Split(from.name, ".")
		if strings.HasSuffix(from.file, "__init__.py") && from != rt.main {
			base = append(base, "") // a package is its own parent
		}
		if level >= len(base) { // also of the main script, which is in no package
			return nil, newError("ImportError", "can't perform relative import")
		}
		parts := append(base[:len(base)-level:len(base)-level], strings.Split(name, ".")...)
		name = strings.Trim(strings.Join(parts, "."), ".")
	}
	if name == builtinsName {
		return rt.builtinsModule(), nil
	}
	if rt.opts.Import == nil {
		return nil, newError("ImportError", "no module named '%s'", name)
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
		if s, ok := AsString(n); ok {
			out = append(out, s)
		}
	}
	return out
}

// importByName is __import__(name, globals, locals, fromlist, level).
func (rt *Runtime) importByName(a *args) (starlark.Value, error) {
	return rt.importFor(rt.caller(a.thread), a)
}

func (rt *Runtime) importFor(from *Module, a *args) (starlark.Value, error) {
	name, err := a.str(0)
	if err != nil {
		return nil, err
	}
	level, err := a.int(4, 0)
	if err == nil && level < 0 {
		err = newError("ValueError", "")
	}
	if err != nil {
		return nil, err
	}
	var names starlark.Value = starlark.None
	if from := a.at(3); from != nil && Truth(from) {
		names = starlark.Tuple{}
	}
	return rt.importHelper(a.thread, starlark.Tuple{from, starlark.String(name), names, starlark.MakeInt(level)})
}

// importFromHelper is ·importfrom(m, "x"): a variable of a module, or a module of a package.
func (rt *Runtime) importFromHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	name := string(a[1].(starlark.String))
	v, err := getAttr(a[0], name)
	if err == nil {
		return v, nil
	}
	m, ok := a[0].(*Module)
	if !ok || !isNoAttr(err) {
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
	return nil, newError("ImportError", "can't import name '%s' from '%s'", name, m.name)
}

// importStarHelper is ·importstar(module, m).
func (rt *Runtime) importStarHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	from, ok := a[1].(starlark.HasAttrs)
	switch from.(type) {
	case *Module, *Class, *Instance: // sys.modules may hold anything
	default:
		ok = false
	}
	if !ok {
		return nil, newError("ImportError", "import * wants a module")
	}
	names := from.AttrNames()
	all, err := getAttr(from, "__all__")
	if err != nil && !isMissing(err) {
		return nil, err
	}
	if err == nil {
		elems, err := toSlice(all)
		if err != nil {
			return nil, err
		}
		names = nil
		for _, e := range elems {
			names = append(names, StrOf(e))
		}
	} else {
		names = public(names)
	}
	for _, n := range names {
		v, err := getAttr(from, n)
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
