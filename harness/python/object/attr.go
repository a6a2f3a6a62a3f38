package object

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// HelperAttrs are the attribute names that lowered code gets through ·attr and ·call: methods that
// Starlark's own list, tuple, int, float and function lack or do differently, and the names that
// begin and end with two underscores, which IsHelperAttr knows.
var HelperAttrs = func() map[string]bool {
	all := map[string]bool{}
	for _, table := range []map[string]nativeMethod{listMethods, tupleMethods, intMethods, floatMethods} {
		for name := range table {
			all[name] = true
		}
	}
	// Right as Starlark does them, and too hot for a helper.
	for name := range StarlarkMethods {
		delete(all, name)
	}
	return all
}()

// StarlarkMethods are methods of a list that Starlark has, and is faster at than we are. Its remove is
// not among them, as it finds no bool that equals an int.
var StarlarkMethods = map[string]bool{"append": true, "insert": true, "pop": true, "clear": true}

// nativeMethod is a method of a type that is Starlark's own.
type nativeMethod = Method[starlark.Value]

// nativeTable returns the methods of a value of one of Starlark's own types.
func nativeTable(v starlark.Value) map[string]nativeMethod {
	switch v.(type) {
	case *starlark.List:
		return listMethods
	case starlark.Tuple:
		return tupleMethods
	case starlark.Int:
		return intMethods
	case starlark.Float:
		return floatMethods
	}
	return nil
}

// getAttr is v.name.
func GetAttr(v starlark.Value, name string) (starlark.Value, error) {
	if table := nativeTable(v); table != nil {
		if m, ok := table[name]; ok {
			return m.Bind(name, v), nil
		}
	}
	if has, ok := v.(starlark.HasAttrs); ok {
		a, err := has.Attr(name)
		if a != nil || err != nil && !isNoAttr(err) {
			return a, err
		}
	}
	if a := commonAttr(v, name); a != nil {
		return a, nil
	}
	return nil, NoAttr(v, name)
}

func isNoAttr(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Class == "AttributeError"
}

// commonAttr are attributes that values of any type have.
func commonAttr(v starlark.Value, name string) starlark.Value {
	switch name {
	case "__class__":
		return TypeOf(v)
	case "__name__", "__qualname__":
		if f, ok := v.(starlark.Callable); ok {
			return NewStr(FrameName(f.Name()))
		}
	case "__globals__":
		if f, ok := v.(*starlark.Function); ok {
			if m := ModuleOf(f); m != nil {
				v, _ := GetAttr(m, "__dict__")
				return v
			}
		}
	case "__doc__":
		return starlark.None
	case "__module__":
		return NewStr("__main__")
	}
	if m, ok := protocol[name]; ok {
		return m.Bind(name, v)
	}
	return nil
}

// protocol are the special methods that scripts call by hand on builtin values.
var protocol = map[string]nativeMethod{
	"__len__": {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) {
		n, err := Length(v)
		return starlark.MakeInt(n), err
	}},
	"__str__":     {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) { return strValue(v) }},
	"__repr__":    {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) { return reprValue(v) }},
	"__getitem__": {Min: 1, Max: 1, Fn: func(v starlark.Value, a *Args) (starlark.Value, error) { return GetItem(v, a.Pos[0]) }},
	"__setitem__": {Min: 2, Max: 2, Fn: func(v starlark.Value, a *Args) (starlark.Value, error) {
		return starlark.None, SetItem(v, a.Pos[0], a.Pos[1])
	}},
	"__delitem__": {Min: 1, Max: 1, Fn: func(v starlark.Value, a *Args) (starlark.Value, error) {
		return starlark.None, DelItem(v, a.Pos[0])
	}},
	"__eq__": {Min: 1, Max: 1, Fn: func(v starlark.Value, a *Args) (starlark.Value, error) {
		is, err := equal(v, a.Pos[0])
		return Bool(is), err
	}},
	"__hash__": {Fn: func(v starlark.Value, _ *Args) (starlark.Value, error) {
		h, err := v.Hash()
		return starlark.MakeUint64(uint64(h)), err
	}},
	"__contains__": {Min: 1, Max: 1, Fn: func(v starlark.Value, a *Args) (starlark.Value, error) {
		found, err := contains(v, a.Pos[0])
		return Bool(found), err
	}},
}

// ModuleVariable is the global of a compiled file that holds its module.
const ModuleVariable = Marker + "module"

// ModuleOf is the module whose file defines a function; nil for one that no Python file does.
func ModuleOf(fn *starlark.Function) starlark.Value { return fn.Globals()[ModuleVariable] }

// HasDelField is a value whose attributes can be deleted.
type HasDelField interface {
	starlark.Value
	// DelField is del v.name.
	DelField(name string) error
}

// setAttr is v.name = w.
func SetAttr(v starlark.Value, name string, w starlark.Value) error {
	if s, ok := v.(starlark.HasSetField); ok {
		return s.SetField(name, w)
	}
	return NoAttr(v, name)
}

// delAttr is del v.name.
func DelAttr(v starlark.Value, name string) error {
	if s, ok := v.(HasDelField); ok {
		return s.DelField(name)
	}
	return NoAttr(v, name)
}

func (in *Interpreter) attrHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return GetAttr(a[0], string(a[1].(starlark.String)))
}

// callHelper is ·call(x, "name", args…): x.Name(args…).
func (in *Interpreter) callHelper(t *starlark.Thread, _ *starlark.Builtin, a starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	return CallMethod(t, a[0], string(a[1].(starlark.String)), a[2:], kw)
}

// CallMethod is v.name(…).
func CallMethod(t *starlark.Thread, v starlark.Value, name string, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if m, ok := nativeTable(v)[name]; ok {
		return m.call(t, name, v, pos, kw)
	}
	fn, err := GetAttr(v, name)
	if err != nil {
		return nil, err
	}
	return starlark.Call(t, fn, pos, kw)
}

// Dir is dir(v): the list of the names of its attributes.
func Dir(v starlark.Value) (starlark.Value, error) {
	if names, has, err := CallSpecial(v, "__dir__"); has {
		return names, err
	}
	var names []string
	if has, ok := v.(starlark.HasAttrs); ok {
		names = append(names, has.AttrNames()...)
	}
	if c, ok := v.(*Class); ok {
		if base := c.valueBase(); base != nil {
			names = slices.AppendSeq(names, maps.Keys(ownMethods[base.name]))
		}
	}
	names = slices.AppendSeq(names, maps.Keys(nativeTable(v)))
	slices.Sort(names)
	var out []starlark.Value
	for _, n := range slices.Compact(names) {
		out = append(out, NewStr(n))
	}
	return starlark.NewList(out), nil
}

// boundMethod is a function with its first argument.
type boundMethod struct {
	Plain
	self starlark.Value
	fn   starlark.Value
}

var _ starlark.Callable = (*boundMethod)(nil)

// CompareSameType finds two bound methods equal that have the same function and instance.
func (m *boundMethod) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	o := y.(*boundMethod)
	return equality(op, Same(m.self, o.self) && m.fn == o.fn, m, o)
}

func (m *boundMethod) String() string { return "<bound_method>" }
func (m *boundMethod) Type() string   { return "bound_method" }
func (m *boundMethod) Hash() (uint32, error) {
	of, err := IdentityHash(m.self)
	if err != nil {
		return 0, err
	}
	fn, err := m.fn.Hash()
	return of ^ fn, err
}

// Name returns the name of the function.
func (m *boundMethod) Name() string {
	if f, ok := m.fn.(starlark.Callable); ok {
		return f.Name()
	}
	return "method"
}

// CallInternal calls the function with self in front.
func (m *boundMethod) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if _, counted := m.fn.(*starlark.Function); !counted { // by Starlark's steps
		if err := interpreterOf(t).tooDeep(t); err != nil {
			return nil, err
		}
	}
	return starlark.Call(t, m.fn, WithSelf(m.self, pos), kw)
}

// withSelf is arguments with self in front of them.
func WithSelf(self starlark.Value, pos starlark.Tuple) starlark.Tuple {
	all := make(starlark.Tuple, len(pos)+1)
	all[0] = self
	copy(all[1:], pos)
	return all
}

// Attr returns an attribute of the function.
func (m *boundMethod) Attr(name string) (starlark.Value, error) {
	if name == "__self__" {
		return m.self, nil
	}
	return GetAttr(m.fn, name)
}

// AttrNames lists nothing of its own.
func (m *boundMethod) AttrNames() []string { return []string{"__self__"} }
