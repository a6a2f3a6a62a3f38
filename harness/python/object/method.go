package object

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

// Args are the arguments of a call of one of Python's own functions or methods.
type Args struct {
	Thread *starlark.Thread
	Name   string
	Pos    starlark.Tuple
	Kw     []starlark.Tuple
	self   int // 1 of a method, which counts its instance where it says how many it wants
}

// Function is one of Python's own functions.
type Function struct {
	Min, Max int  // positional arguments; a negative Max means no limit
	Kw       bool // takes keyword arguments
	Fn       func(a *Args) (starlark.Value, error)
	one      func(x starlark.Value) (starlark.Value, error) // of one argument
}

// ofOne is a function of one argument, which needs neither a look at its arguments nor a frame.
func ofOne(fn func(x starlark.Value) (starlark.Value, error)) Function {
	return Function{Min: 1, Max: 1, one: fn}
}

// Value is the function as scripts have it. One of one argument has what ·one finds as its receiver.
func (f Function) Value(name string) starlark.Value {
	v := starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		return f.call(t, name, pos, kw)
	})
	if f.one != nil {
		return v.BindReceiver(&operator{name: name, fn: f.one})
	}
	return v
}

func (f *Function) call(t *starlark.Thread, name string, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if f.one != nil && len(pos) == 1 && len(kw) == 0 {
		return f.one(pos[0])
	}
	a := &Args{Thread: t, Name: name, Pos: pos, Kw: kw}
	if err := a.Check(f.Min, f.Max, f.Kw); err != nil {
		return nil, err
	}
	return f.Fn(a)
}

// Method is a method of one of Python's own types.
type Method[T any] struct {
	Min, Max int  // positional arguments; a negative Max means no limit
	Kw       bool // takes keyword arguments
	Fn       func(self T, a *Args) (starlark.Value, error)
}

// Bind returns the method as a value that remembers self.
func (m Method[T]) Bind(name string, self T) starlark.Value {
	return &methodValue[T]{of: m, name: name, self: self}
}

// methodValue is a method of one of Python's own types with what it is a method of.
type methodValue[T any] struct {
	Plain
	of   Method[T]
	name string
	self T
}

func (m *methodValue[T]) String() string        { return "<bound_method>" }
func (m *methodValue[T]) Type() string          { return "function" }
func (m *methodValue[T]) Hash() (uint32, error) { return starlark.String(m.name).Hash() }

// Name returns the method's name.
func (m *methodValue[T]) Name() string { return m.name }

// CallInternal calls the method.
func (m *methodValue[T]) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	return m.of.call(t, m.name, m.self, pos, kw)
}

func (m Method[T]) call(t *starlark.Thread, name string, self T, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	a := &Args{Thread: t, Name: name, Pos: pos, Kw: kw, self: 1}
	if err := a.Check(m.Min, m.Max, m.Kw); err != nil {
		return nil, err
	}
	return m.Fn(self, a)
}

// Check counts the arguments.
func (a *Args) Check(least, most int, kw bool) error {
	switch n := len(a.Pos); {
	case !kw && len(a.Kw) > 0:
		return Errorf("TypeError", "function doesn't take keyword arguments")
	case n < least && least == most:
		return Errorf("TypeError", "function takes %d positional arguments but %d were given", least+a.self, n+a.self)
	case n < least:
		return Errorf("TypeError", "function missing %d required positional arguments", least-n)
	case most >= 0 && n > most && least == most:
		return Errorf("TypeError", "function takes %d positional arguments but %d were given", most+a.self, n+a.self)
	case most >= 0 && n > most:
		return Errorf("TypeError", "function expected at most %d arguments, got %d", most+a.self, n+a.self)
	}
	return nil
}

// At returns the i-th positional argument, or nil.
func (a *Args) At(i int) starlark.Value {
	if i < len(a.Pos) {
		return a.Pos[i]
	}
	return nil
}

// Or returns the i-th positional argument, or what stands for it.
func (a *Args) Or(i int, def starlark.Value) starlark.Value {
	if v := a.At(i); v != nil {
		return v
	}
	return def
}

// Named returns a keyword argument, else the i-th positional one, else nil.
func (a *Args) Named(i int, name string) starlark.Value {
	for _, kv := range a.Kw {
		if string(kv[0].(starlark.String)) == name {
			return kv[1]
		}
	}
	return a.At(i)
}

// Only refuses keyword arguments of other names.
func (a *Args) Only(names ...string) error {
	for _, kv := range a.Kw {
		if !slices.Contains(names, string(kv[0].(starlark.String))) {
			return Errorf("TypeError", "extra keyword arguments given")
		}
	}
	return nil
}

// Int returns the i-th positional argument as an int, def when it was left out or is None.
func (a *Args) Int(i, def int) (int, error) {
	v := a.At(i)
	if v == nil || v == starlark.None {
		return def, nil
	}
	return ToInt(v)
}

// Str returns the i-th positional argument as a str.
func (a *Args) Str(i int) (string, error) {
	return toStr(a.Pos[i])
}

// MethodOf is an attribute of a value that has none but the methods of a table.
func MethodOf[T starlark.Value](table map[string]Method[T], self T, name string) (starlark.Value, error) {
	if m, ok := table[name]; ok {
		return m.Bind(name, self), nil
	}
	return nil, NoAttr(self, name)
}

// MethodNames lists the methods of a table.
func MethodNames[T any](table map[string]Method[T]) []string {
	return slices.Sorted(maps.Keys(table))
}
