package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A call of one argument is an index, too: ·g_len[x] is len(x), of a variable of a function ·one[len][x], and
// ·m_append[l][x] is l.append(x), without the frame and the list of arguments that Starlark makes for a call. The figures are at
// emit.callOne.

// OfOne are the names of the functions and types that do with one argument what they need no Args for.
var OfOne = func() map[string]bool {
	all := map[string]bool{}
	for _, table := range []map[string]Function{functions, makers} {
		for name, f := range table {
			all[name] = f.one != nil
		}
	}
	return all
}()

// CallOne is f(x).
func (in *Interpreter) CallOne(f, x starlark.Value) (starlark.Value, error) {
	switch f := f.(type) {
	case *starlark.Builtin:
		if o, ok := f.Receiver().(*operator); ok {
			return o.fn(x)
		}
	case *Class:
		if f.one != nil {
			return f.one(x)
		}
	}
	return starlark.Call(in.current, f, starlark.Tuple{x}, nil)
}

// called is the operation ·one: ·one[f][x] is f(x).
func (in *Interpreter) called() *operation {
	return &operation{apply: func(_ syntax.Token, f, x starlark.Value) (starlark.Value, error) { return in.CallOne(f, x) }}
}

// MethodsOfOne are the names of the methods of list, str and dict that take one argument.
var MethodsOfOne = func() map[string]bool {
	all := map[string]bool{}
	addOfOne(all, listMethods)
	addOfOne(all, strMethods)
	addOfOne(all, dictMethods)
	return all
}()

func addOfOne[T any](all map[string]bool, table map[string]Method[T]) {
	for name, m := range table {
		all[name] = all[name] || m.ofOne() != nil
	}
}

// ofOne is what the method does, nil when it takes no single argument.
func (m Method[T]) ofOne() func(self T, a *Args) (starlark.Value, error) {
	if m.Min > 1 || m.Max == 0 {
		return nil
	}
	return m.Fn
}

// methodOfOne is ·m_NAME.
type methodOfOne struct {
	Opaque
	in   *Interpreter
	name string
	list func(starlark.Value, *Args) (starlark.Value, error)
	str  func(*Str, *Args) (starlark.Value, error)
	dict func(*Dict, *Args) (starlark.Value, error)
	// other calls the methods of other types.
	other *operation
	free  *boundOfOne // what was used before
}

// MethodOfOne returns what emitted code calls the method of a name by: an index of what it is a method of
// gives what is called as an index of the argument.
func (in *Interpreter) MethodOfOne(name string) starlark.Value {
	return &methodOfOne{in: in, name: name, list: listMethods[name].ofOne(), str: strMethods[name].ofOne(),
		dict: dictMethods[name].ofOne(), other: in.called()}
}

// Get is ·m_NAME[self].
func (m *methodOfOne) Get(self starlark.Value) (starlark.Value, bool, error) {
	native := false
	switch self.(type) {
	case *starlark.List:
		native = m.list != nil
	case *Str:
		native = m.str != nil
	case *Dict:
		native = m.dict != nil
	}
	if !native {
		fn, err := GetAttr(self, m.name)
		if err != nil {
			return nil, true, err
		}
		return m.other.Get(fn)
	}
	b := m.free
	if b == nil {
		b = &boundOfOne{of: m, args: Args{Name: m.name, self: 1}}
	} else {
		m.free = b.next
	}
	b.self = self
	return b, true, nil
}

// boundOfOne is ·m_NAME[self] until it was called, which is once.
type boundOfOne struct {
	Opaque
	of   *methodOfOne
	self starlark.Value
	args Args
	pos  [1]starlark.Value
	next *boundOfOne
}

// Get calls the method.
func (b *boundOfOne) Get(x starlark.Value) (v starlark.Value, found bool, err error) {
	b.pos[0] = x
	b.args.Thread, b.args.Pos = b.of.in.current, b.pos[:]
	switch self := b.self.(type) {
	case *starlark.List:
		v, err = b.of.list(self, &b.args)
	case *Str:
		v, err = b.of.str(self, &b.args)
	case *Dict:
		v, err = b.of.dict(self, &b.args)
	}
	b.self, b.pos[0], b.next = nil, nil, b.of.free
	b.of.free = b
	return v, true, err
}
