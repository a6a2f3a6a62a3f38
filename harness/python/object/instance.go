package object

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Instance is an instance of a Python class.
type Instance struct {
	class *Class
	dict  namespace
	// native is the value of the builtin or Go class that the class derives from.
	native starlark.Value
	exc    *exception // of an exception
}

var (
	_ starlark.HasSetField = (*Instance)(nil)
	_ starlark.HasBinary   = (*Instance)(nil)
	_ starlark.HasUnary    = (*Instance)(nil)
	_ starlark.Comparable  = (*Instance)(nil)
	_ starlark.HasSetKey   = (*Instance)(nil)
	_ starlark.Sequence    = (*Instance)(nil)
	_ starlark.Callable    = (*Instance)(nil)
	_ starlark.Container   = (*Instance)(nil)
)

// Native returns the value of the Go class that the instance's class derives from; nil when none.
func (i *Instance) Native() starlark.Value { return i.native }

// Class returns the class of the instance.
func (i *Instance) Class() *Class { return i.class }

// Name returns the name of the class, for Starlark's call frames.
func (i *Instance) Name() string { return i.class.name }

// lookup finds a special method in the class.
func (i *Instance) Lookup(name string) starlark.Value { return i.class.Lookup(name) }

// call calls a method found by lookup.
func (i *Instance) call(fn starlark.Value, pos ...starlark.Value) (starlark.Value, error) {
	t := i.thread()
	if t == nil {
		return nil, Errorf("RuntimeError", "no thread runs the script")
	}
	if err := i.class.in.tooDeep(t); err != nil {
		return nil, err
	}
	switch fn.(type) {
	case *staticMethod, *classMethod:
		return starlark.Call(t, i.class.bind(fn), pos, nil)
	}
	return starlark.Call(t, fn, WithSelf(i, pos), nil)
}

// CallSpecial calls a special method of an instance whose class has it.
func CallSpecial(v starlark.Value, name string, pos ...starlark.Value) (result starlark.Value, has bool, err error) {
	i, ok := v.(*Instance)
	if !ok {
		return nil, false, nil
	}
	fn := i.Lookup(name)
	if fn == nil {
		return nil, false, nil
	}
	result, err = i.call(fn, pos...)
	return result, true, err
}

// callText calls a method that must return a str.
func (i *Instance) callText(fn starlark.Value, pos ...starlark.Value) (string, error) {
	v, err := i.call(fn, pos...)
	if err != nil {
		return "", err
	}
	s, ok := strOf(v)
	if !ok {
		return "", Errorf("TypeError", "a str is wanted, not '%s'", TypeName(v))
	}
	return s.s, nil
}

// callInt calls a method that must return an int.
func (i *Instance) callInt(fn starlark.Value) (starlark.Value, error) {
	v, err := i.call(fn)
	if err != nil {
		return nil, err
	}
	n, ok := AsInt(v)
	if !ok {
		return nil, Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
	return n, nil
}

func (i *Instance) String() string {
	s, err := TryRepr(i)
	if err != nil {
		return "<" + i.class.name + " object>"
	}
	return s
}

// Type returns the same for all instances, so that their comparison reaches CompareSameType.
func (i *Instance) Type() string { return "object" }

// Freeze does nothing: Python's values stay mutable.
func (i *Instance) Freeze() {}

// Truth asks __bool__, then __len__.
func (i *Instance) Truth() starlark.Bool {
	for _, name := range []string{"__bool__", "__len__"} {
		fn := i.Lookup(name)
		if fn == nil {
			continue
		}
		v, err := i.call(fn)
		if err != nil {
			i.class.in.failLater(err)
			return false
		}
		return starlark.Bool(Truth(number(v)))
	}
	if i.native != nil {
		return i.native.Truth()
	}
	return true
}

// Hash asks __hash__; without __eq__ and __hash__ an instance hashes by identity.
func (i *Instance) Hash() (uint32, error) {
	if fn := i.Lookup("__hash__"); fn != nil && fn != starlark.None {
		v, err := i.call(fn)
		if err != nil {
			return 0, err
		}
		return number(v).Hash()
	}
	if i.Lookup("__eq__") != nil {
		return 0, Errorf("TypeError", "unsupported type for __hash__: '%s'", i.class.name)
	}
	if i.native != nil && i.exc == nil {
		return i.native.Hash()
	}
	return IdentityHash(i)
}

func IdentityHash(v starlark.Value) (uint32, error) {
	return starlark.String(fmt.Sprintf("%p", v)).Hash()
}

// Attr finds an attribute: properties, the instance's own, the class's, then __getattr__.
func (i *Instance) Attr(name string) (starlark.Value, error) {
	if v, ok := i.dict.get(name); ok {
		return v, nil
	}
	if v := i.class.Lookup(name); v != nil {
		return bindTo(i, i.class, v)
	}
	if v := i.special(name); v != nil {
		return v, nil
	}
	if i.native != nil {
		if v, err := GetAttr(i.native, name); err == nil {
			return v, nil
		}
	}
	if fn := i.class.at().getattr; fn != nil {
		return i.call(fn, NewStr(name))
	}
	return nil, NoAttr(i, name)
}

// special are attributes that every instance has.
func (i *Instance) special(name string) starlark.Value {
	if name == "__init__" || i.native == nil && i.exc == nil {
		if m := baseMethod(name, i); m != nil {
			return m
		}
	}
	switch name {
	case "__class__":
		return i.class
	case "__dict__":
		if d, err := i.dict.toDict(); err == nil {
			return d
		}
	}
	if i.exc != nil {
		return i.exc.attr(name)
	}
	return nil
}

// bindTo is what an attribute found in a class means for an instance of it.
func bindTo(self starlark.Value, c *Class, v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *starlark.Function:
		return &boundMethod{self: self, fn: v}, nil
	case *property:
		return v.read(self)
	case *Instance:
		if get := v.Lookup("__get__"); get != nil {
			return v.call(get, self, c)
		}
	}
	return c.bind(v), nil
}

// SetField sets an attribute.
func (i *Instance) SetField(name string, v starlark.Value) error {
	s := i.class.at()
	if s.setattr != nil {
		_, err := i.call(s.setattr, NewStr(name), v)
		return err
	}
	if !s.data && i.exc == nil {
		i.dict.set(name, v)
		return nil
	}
	return i.setOwn(name, v)
}

// setOwn is object.__setattr__.
func (i *Instance) setOwn(name string, v starlark.Value) error {
	switch d := i.class.Lookup(name).(type) {
	case *property:
		return d.write(i, name, v)
	case *Instance:
		if set := d.Lookup("__set__"); set != nil {
			_, err := d.call(set, i, v)
			return err
		}
	}
	if i.exc != nil && i.exc.setAttr(name, v) {
		return nil
	}
	i.dict.set(name, v)
	return nil
}

// DelField deletes an attribute.
func (i *Instance) DelField(name string) error {
	if _, has, err := CallSpecial(i, "__delattr__", NewStr(name)); has {
		return err
	}
	return i.deleteOwn(name)
}

// deleteOwn is object.__delattr__.
func (i *Instance) deleteOwn(name string) error {
	switch d := i.class.Lookup(name).(type) {
	case *property:
		if d.del == starlark.None {
			return NoAttr(i, name)
		}
		_, err := i.call(d.del)
		return err
	case *Instance:
		if del := d.Lookup("__delete__"); del != nil {
			_, err := d.call(del, i)
			return err
		}
	}
	if !i.dict.delete(name) {
		return NoAttr(i, name)
	}
	return nil
}

// AttrNames lists the instance's and the class's attributes.
func (i *Instance) AttrNames() []string {
	return append(append([]string(nil), i.dict.names()...), i.class.AttrNames()...)
}

// Get is i[k].
func (i *Instance) Get(k starlark.Value) (starlark.Value, bool, error) {
	v, has, err := CallSpecial(i, "__getitem__", k)
	switch {
	case has:
	case i.native != nil:
		v, err = GetItem(i.native, k)
	default:
		err = Errorf("TypeError", "'%s' object isn't subscriptable", i.class.name)
	}
	return v, err == nil, err
}

// Has is k in i.
func (i *Instance) Has(k starlark.Value) (bool, error) { return contains(i, k) }

// SetKey is i[k] = v.
func (i *Instance) SetKey(k, v starlark.Value) error {
	if _, has, err := CallSpecial(i, "__setitem__", k, v); has {
		return err
	}
	if i.native != nil {
		return SetItem(i.native, k, v)
	}
	return Errorf("TypeError", "'%s' object doesn't support item assignment", i.class.name)
}

// DelKey is del i[k].
func (i *Instance) DelKey(k starlark.Value) error {
	if _, has, err := CallSpecial(i, "__delitem__", k); has {
		return err
	}
	if i.native != nil {
		return DelItem(i.native, k)
	}
	return Errorf("TypeError", "'%s' object doesn't support item deletion", i.class.name)
}

// Callable reports whether it can be called.
func (i *Instance) Callable() bool { return i.Lookup("__call__") != nil }

// Len is len(i), 0 when that fails.
func (i *Instance) Len() int {
	n, err := Length(i)
	if err != nil {
		return 0
	}
	return n
}

// Iterate is iter(i).
func (i *Instance) Iterate() starlark.Iterator { return vmIterator{i.class.in, iterateInstance(i)} }

// CallInternal is i(…).
func (i *Instance) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	fn := i.Lookup("__call__")
	if fn == nil {
		return nil, Errorf("TypeError", "'%s' object isn't callable", i.class.name)
	}
	if err := i.class.in.tooDeep(t); err != nil {
		return nil, err
	}
	return starlark.Call(t, fn, WithSelf(i, pos), kw)
}

var binaryNames = map[syntax.Token]string{
	syntax.PLUS: "add", syntax.MINUS: "sub", syntax.STAR: "mul", syntax.SLASH: "truediv",
	syntax.SLASHSLASH: "floordiv", syntax.PERCENT: "mod", syntax.AMP: "and", syntax.PIPE: "or",
	syntax.CIRCUMFLEX: "xor", syntax.LTLT: "lshift", syntax.GTGT: "rshift", syntax.STARSTAR: "pow", matrix: "matmul",
}

// Binary calls __add__ and its kin, or __radd__ and its kin.
func (i *Instance) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN {
		if side == starlark.Left {
			return nil, nil
		}
		found, err := contains(i, y)
		return starlark.Bool(found), err
	}
	name := binaryNames[op]
	if side == starlark.Right {
		v, err := i.binaryMethod("__r"+name+"__", y)
		switch {
		case v != nil || err != nil:
			return v, err
		case i.native != nil:
			return starlark.Binary(op, y, i.native)
		}
		return nil, noOperator(name, y, i)
	}
	v, err := byInstances(name, i, y)
	switch b, ok := y.(starlark.HasBinary); {
	case v != nil || err != nil:
		return v, err
	case i.native != nil:
		return starlark.Binary(op, i.native, Native(y))
	case ok && y.Type() != i.Type():
		if v, err = b.Binary(op, i, starlark.Right); v != nil || err != nil {
			return v, err
		}
	}
	return nil, noOperator(name, i, y)
}

// noOperator is the error of an operator that neither operand has, which Starlark's own would call
// objects.
func noOperator(name string, x, y starlark.Value) error {
	return Errorf("TypeError", "unsupported types for __%s__: '%s', '%s'", name, TypeName(x), TypeName(y))
}

// byInstances asks for x.__name__(y) and y.__rname__(x); nil where neither has an answer.
func byInstances(name string, x, y starlark.Value) (starlark.Value, error) {
	if i, ok := x.(*Instance); ok {
		if v, err := i.binaryMethod("__"+name+"__", y); v != nil || err != nil {
			return v, err
		}
	}
	if i, ok := y.(*Instance); ok {
		return i.binaryMethod("__r"+name+"__", x)
	}
	return nil, nil
}

// binaryMethod calls a method that may return NotImplemented.
func (i *Instance) binaryMethod(name string, y starlark.Value) (starlark.Value, error) {
	fn := i.Lookup(name)
	if fn == nil {
		return nil, nil
	}
	v, err := i.call(fn, y)
	if v == NotImplemented {
		return nil, nil
	}
	return v, err
}

// nativeOf unwraps an instance of a class that derives from a builtin type.
func Native(v starlark.Value) starlark.Value {
	if i, ok := v.(*Instance); ok && i.native != nil {
		return i.native
	}
	return v
}

// Unary calls __neg__, __pos__ or __invert__.
func (i *Instance) Unary(op syntax.Token) (starlark.Value, error) {
	name := map[syntax.Token]string{syntax.MINUS: "__neg__", syntax.PLUS: "__pos__", syntax.TILDE: "__invert__"}[op]
	if fn := i.Lookup(name); fn != nil {
		return i.call(fn)
	}
	if i.native != nil {
		return starlark.Unary(op, i.native)
	}
	return nil, Errorf("TypeError", "unsupported type for %s: '%s'", name, i.class.name)
}

// CompareSameType compares two instances.
func (i *Instance) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return compare(op, i, y)
}

// thread is the thread that runs the script. Whoever runs holds the interpreter's one lock, so it
// is the one that reads the attribute or compares.
func (i *Instance) thread() *starlark.Thread {
	if i.class.in == nil {
		return nil
	}
	return i.class.in.Thread()
}
