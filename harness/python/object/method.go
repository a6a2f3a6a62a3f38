package object

import (
	"sort"

	"go.starlark.net/starlark"
)

// args are the arguments of a call of one of Python's own functions or methods.
type args struct {
	thread *starlark.Thread
	name   string
	pos    starlark.Tuple
	kw     []starlark.Tuple
	self   int // 1 of a method, which counts its instance where it says how many it wants
}

// method is a method of one of Python's own types.
type method[T starlark.Value] struct {
	min, max int // positional arguments; a negative max means no limit
	fn       func(self T, a *args) (starlark.Value, error)
	kw       bool // takes keyword arguments
}

// bind returns the method as a value that remembers self.
func (m method[T]) bind(name string, self T) starlark.Value {
	return &methodValue[T]{m, name, self}
}

// methodValue is a method of one of Python's own types with what it is a method of.
type methodValue[T starlark.Value] struct {
	of   method[T]
	name string
	self T
}

func (m *methodValue[T]) String() string        { return "<bound_method>" }
func (m *methodValue[T]) Type() string          { return "function" }
func (m *methodValue[T]) Freeze()               {}
func (m *methodValue[T]) Truth() starlark.Bool  { return true }
func (m *methodValue[T]) Hash() (uint32, error) { return starlark.String(m.name).Hash() }

// Name returns the method's name.
func (m *methodValue[T]) Name() string { return m.name }

// CallInternal calls the method.
func (m *methodValue[T]) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	return m.of.call(t, m.name, m.self, pos, kw)
}

func (m method[T]) call(t *starlark.Thread, name string, self T, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	a := &args{thread: t, name: name, pos: pos, kw: kw, self: 1}
	if err := a.check(m.min, m.max, m.kw); err != nil {
		return nil, err
	}
	return m.fn(self, a)
}

// check counts the arguments.
func (a *args) check(least, most int, kw bool) error {
	switch n := len(a.pos); {
	case !kw && len(a.kw) > 0:
		return newError("TypeError", "function doesn't take keyword arguments")
	case n < least && least == most:
		return newError("TypeError", "function takes %d positional arguments but %d were given", least+a.self, n+a.self)
	case n < least:
		return newError("TypeError", "function missing %d required positional arguments", least-n)
	case most >= 0 && n > most && least == most:
		return newError("TypeError", "function takes %d positional arguments but %d were given", most+a.self, n+a.self)
	case most >= 0 && n > most:
		return newError("TypeError", "function expected at most %d arguments, got %d", most+a.self, n+a.self)
	}
	return nil
}

// at returns the i-th positional argument, or nil.
func (a *args) at(i int) starlark.Value {
	if i < len(a.pos) {
		return a.pos[i]
	}
	return nil
}

// named returns a keyword argument, else the i-th positional one, else nil.
func (a *args) named(i int, name string) starlark.Value {
	for _, kv := range a.kw {
		if string(kv[0].(starlark.String)) == name {
			return kv[1]
		}
	}
	return a.at(i)
}

// only refuses keyword arguments of other names.
func (a *args) only(names ...string) error {
next:
	for _, kv := range a.kw {
		for _, n := range names {
			if string(kv[0].(starlark.String)) == n {
				continue next
			}
		}
		return newError("TypeError", "extra keyword arguments given")
	}
	return nil
}

// int returns the i-th positional argument as an int, def when it was left out or is None.
func (a *args) int(i, def int) (int, error) {
	v := a.at(i)
	if v == nil || v == starlark.None {
		return def, nil
	}
	return toInt(v)
}

// str returns the i-th positional argument as a str.
func (a *args) str(i int) (string, error) {
	s, ok := strOf(a.pos[i])
	if !ok {
		return "", newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(a.pos[i]))
	}
	return s.s, nil
}

func methodNames[T starlark.Value](table map[string]method[T]) []string {
	names := make([]string, 0, len(table))
	for n := range table {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
