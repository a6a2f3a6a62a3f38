package object

import (
	"errors"
	"slices"

	"go.starlark.net/starlark"
)

// Class is a Python class, of a script or one of Python's own.
type Class struct {
	Plain
	name  string
	bases []*Class
	mro   []*Class // method resolution order, itself first
	dict  *namespace
	// made says that calling the class makes a value of one of Python's own types.
	made bool
	// one makes a value of one argument, for ·one; nil for classes that look at their arguments.
	one func(x starlark.Value) (starlark.Value, error)
	// native is the class implemented in Go elsewhere that this one derives from.
	native NativeBase
	module string
	in     *Interpreter // of a script's class
	slots  *slots
}

// NativeBase is a class that is implemented in Go outside this package. A script's class may
// derive from it.
type NativeBase interface {
	starlark.Value
	// Name is the name of the class.
	Name() string
	// New makes an instance.
	New(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)
}

// nativeInstance is an instance of a NativeBase.
type nativeInstance interface {
	NativeClass() starlark.Value
}

var (
	_ starlark.Callable    = (*Class)(nil)
	_ starlark.HasSetField = (*Class)(nil)
)

func (c *Class) String() string        { return "<class '" + c.name + "'>" }
func (c *Class) Type() string          { return "type" }
func (c *Class) Hash() (uint32, error) { return starlark.String(c.name).Hash() }

// Name returns the name of the class.
func (c *Class) Name() string { return c.name }

// derives reports whether c is base or derives from it.
func (c *Class) Derives(base *Class) bool {
	for _, k := range c.mro {
		if k == base {
			return true
		}
	}
	return false
}

// Attr returns an attribute of the class.
func (c *Class) Attr(name string) (starlark.Value, error) {
	switch name {
	case "__name__", "__qualname__":
		return NewStr(c.name), nil
	case "__bases__":
		var bases starlark.Tuple
		for _, b := range c.bases {
			bases = append(bases, b)
		}
		return bases, nil
	case "__module__":
		return NewStr(c.module), nil
	case "__dict__":
		return c.dictOf()
	}
	if v := c.Lookup(name); v != nil {
		return c.bind(v), nil
	}
	if m := baseMethod(name, nil); m != nil && (name == "__init__" || name == "__new__" || c.valueBase() == nil) {
		return m, nil
	}
	if c.native != nil {
		return GetAttr(c.native, name)
	}
	if base := c.valueBase(); base != nil {
		if m := base.unbound(name); m != nil {
			return m, nil
		}
	}
	return nil, Errorf("AttributeError", "type object '%s' has no attribute '%s'", c.name, name)
}

// bind is what an attribute found in a class means for the class.
func (c *Class) bind(v starlark.Value) starlark.Value {
	switch m := v.(type) {
	case *staticMethod:
		return m.fn
	case *classMethod:
		return &boundMethod{self: c, fn: m.fn}
	}
	return v
}

// AttrNames lists what the class and its bases define.
func (c *Class) AttrNames() []string {
	var names []string
	for _, k := range c.mro {
		names = append(names, k.dict.names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// SetField sets an attribute of the class.
func (c *Class) SetField(name string, v starlark.Value) error {
	if c.module == BuiltinsName {
		return Errorf("AttributeError", "type object '%s' has no attribute '%s'", c.name, name)
	}
	c.dict.set(name, v)
	c.changed()
	return nil
}

// DelField deletes an attribute of the class.
func (c *Class) DelField(name string) error {
	if !c.dict.delete(name) {
		return NoAttr(c, name)
	}
	c.changed()
	return nil
}

// CallInternal makes an instance.
func (c *Class) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if err := c.in.tooDeep(t); err != nil {
		return nil, err
	}
	if c.made {
		return c.make(t, pos, kw)
	}
	if fn := c.at().new; fn != nil {
		return c.callNew(t, fn, pos, kw)
	}
	inst := c.allocate()
	return inst, c.init(t, inst, pos, kw)
}

func (c *Class) callNew(t *starlark.Thread, fn starlark.Value, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if s, ok := fn.(*staticMethod); ok {
		fn = s.fn
	}
	v, err := starlark.Call(t, fn, append(starlark.Tuple{c}, pos...), kw)
	if err != nil {
		return nil, err
	}
	if inst, ok := v.(*Instance); ok && inst.class.Derives(c) {
		return v, c.init(t, inst, pos, kw)
	}
	return v, nil
}

func (c *Class) allocate() *Instance {
	if c.at().exc {
		return newException(c)
	}
	return &Instance{class: c}
}

// init runs __init__.
func (c *Class) init(t *starlark.Thread, inst *Instance, pos starlark.Tuple, kw []starlark.Tuple) error {
	if inst.exc != nil {
		inst.exc.args = pos
	}
	fn := c.at().init
	if fn == nil {
		if c.native == nil && inst.exc == nil && c.valueBase() == nil {
			return nil // MicroPython takes arguments that no __init__ is there for
		}
		return inst.initBase(t, pos, kw)
	}
	if base := c.at().base; base != nil && immutable[base.name] && inst.native == nil {
		// A base that wants other arguments than __init__ gets them from it.
		if native, err := base.make(t, pos, kw); err == nil {
			inst.native = native
		}
	}
	v, err := starlark.Call(t, fn, WithSelf(inst, pos), kw)
	if err != nil {
		return err
	}
	if v != starlark.None {
		return Errorf("TypeError", "__init__() should return None, not '%s'", TypeName(v))
	}
	if inst.native == nil {
		return c.initLazily(t, inst, pos, kw)
	}
	return nil
}

var immutable = map[string]bool{"int": true, "float": true, "complex": true, "str": true, "bytes": true, "tuple": true, "frozenset": true}

// initLazily makes the value of a builtin base whose __init__ the script did not call.
func (c *Class) initLazily(t *starlark.Thread, inst *Instance, pos starlark.Tuple, kw []starlark.Tuple) error {
	var v starlark.Value
	err := errors.New("there is no builtin base")
	if base := c.at().base; c.native != nil {
		v, err = c.native.New(t, nil, nil)
	} else if base != nil {
		v, err = base.make(t, nil, nil)
	}
	if err == nil {
		inst.native = v
	}
	return nil
}

// initBase is object.__init__, or that of the builtin class that the instance's derives from.
func (i *Instance) initBase(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) error {
	if i.exc != nil {
		i.exc.args = pos
		return nil
	}
	var err error
	switch base := i.class.at().base; {
	case i.class.native != nil:
		i.native, err = i.class.native.New(t, pos, kw)
	case base != nil:
		i.native, err = base.make(t, pos, kw)
	case len(pos)+len(kw) > 0:
		err = Errorf("TypeError", "function takes 0 positional arguments but %d were given", len(pos)+len(kw))
	}
	return err
}

// valueBase is the builtin type, such as list, that a script's class derives from.
func (c *Class) valueBase() *Class {
	for _, k := range c.mro {
		if k.made {
			return k
		}
	}
	return nil
}

// linearize sets the order in which attributes are looked for: as in MicroPython depth first, each base with
// all of its bases before the next one.
func (c *Class) linearize() {
	c.mro = []*Class{c}
	for _, b := range c.bases {
		for _, k := range b.mro {
			if k != objectClass && !slices.Contains(c.mro, k) {
				c.mro = append(c.mro, k)
			}
		}
	}
	c.mro = append(c.mro, objectClass)
}

// dictOf is __dict__: what the class itself defines.
func (c *Class) dictOf() (starlark.Value, error) {
	v, err := c.dict.toDict()
	d, ok := v.(*Dict)
	if !ok || !c.made {
		return v, err
	}
	for name := range ownMethods[c.name] {
		if err := d.SetKey(NewStr(name), c.unbound(name)); err != nil {
			return nil, err
		}
	}
	return d, nil
}
