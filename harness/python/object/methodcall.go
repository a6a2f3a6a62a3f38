package object

import "go.starlark.net/starlark"

// methodCall calls the method of a name: lowered code writes x.m(a, b) as ·m[(x, a, b)]. The tuple is at
// once what the method of an instance takes, so that neither a bound method nor a frame of its own nor
// a second list of arguments is made. The arguments are evaluated before the method is looked for,
// for which reason calls with arguments that show when they are evaluated are not written so.
type methodCall struct {
	rt   *Runtime
	name string
}

var _ starlark.Mapping = (*methodCall)(nil)

func (m *methodCall) String() string        { return "<method " + m.name + ">" }
func (m *methodCall) Type() string          { return "method" }
func (m *methodCall) Freeze()               {}
func (m *methodCall) Truth() starlark.Bool  { return true }
func (m *methodCall) Hash() (uint32, error) { return starlark.String(m.name).Hash() }

// Get calls the method of the first element with the others.
func (m *methodCall) Get(all starlark.Value) (starlark.Value, bool, error) {
	v, err := m.rt.callOf(m.name, all.(starlark.Tuple))
	return v, true, err
}

// plainMethodCall is a methodCall without arguments: x.m() is ·m[x].
type plainMethodCall struct{ methodCall }

// Get calls the method of x.
func (m *plainMethodCall) Get(x starlark.Value) (starlark.Value, bool, error) {
	v, err := m.rt.callOf(m.name, starlark.Tuple{x})
	return v, true, err
}

// MethodCall returns what lowered code calls the method of a name by.
func (rt *Runtime) MethodCall(name string) starlark.Value { return &methodCall{rt, name} }

// PlainMethodCall is MethodCall for calls without arguments.
func (rt *Runtime) PlainMethodCall(name string) starlark.Value {
	return &plainMethodCall{methodCall{rt, name}}
}

// callOf calls the method of all[0] with the rest of all.
func (rt *Runtime) callOf(name string, all starlark.Tuple) (starlark.Value, error) {
	t := rt.current
	switch x := all[0].(type) {
	case *Instance:
		if _, own := x.dict.get(name); own {
			break
		}
		if fn, ok := x.class.lookup(name).(*starlark.Function); ok {
			return starlark.Call(t, fn, all, nil)
		}
	case *Str:
		if m, ok := strMethods[name]; ok {
			return m.call(t, name, x, all[1:], nil)
		}
	case *Dict:
		if m, ok := dictMethods[name]; ok {
			return m.call(t, name, x, all[1:], nil)
		}
	case *Set:
		if name == "add" && len(all) == 2 && !x.frozen { // what sets are for
			return starlark.None, x.add(all[1])
		}
		if m, ok := setMethods[name]; ok && !x.frozen {
			return m.call(t, name, x, all[1:], nil)
		}
	default:
		if m, ok := nativeTable(x)[name]; ok {
			return m.call(t, name, x, all[1:], nil)
		}
	}
	fn, err := getAttr(all[0], name)
	if err != nil {
		return nil, err
	}
	return starlark.Call(t, fn, all[1:], nil)
}
