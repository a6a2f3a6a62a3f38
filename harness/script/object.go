package script

import (
	"fmt"
	"reflect"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

// classValue is a Class as scripts see it: calling it makes an instance.
type classValue struct {
	in      *Interp
	class   *class
	methods map[*function]*starlark.Builtin // those that were asked of the class itself
}

var (
	_ starlark.Callable = (*classValue)(nil)
	_ starlark.HasAttrs = (*classValue)(nil)
	_ object.NativeBase = (*classValue)(nil)
)

// class returns the interpreter's one value for a class.
func (in *Interp) class(c *Class) *classValue {
	if v, ok := in.classes[c]; ok {
		return v
	}
	listed := in.catalog.classes[c]
	if listed == nil {
		panic("the class " + c.Name + " is in the table of no module of the run")
	}
	v := &classValue{in: in, class: listed}
	in.classes[c] = v
	return v
}

func (v *classValue) String() string        { return fmt.Sprintf("<class '%s'>", v.class.Name) }
func (v *classValue) Type() string          { return "type" }
func (v *classValue) Freeze()               {}
func (v *classValue) Truth() starlark.Bool  { return true }
func (v *classValue) Hash() (uint32, error) { return starlark.String(v.class.Name).Hash() }

// Name returns the name of the class.
func (v *classValue) Name() string { return v.class.Name }

// New makes an instance, for a script class that derives from this one.
func (v *classValue) New(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return v.CallInternal(t, args, kwargs)
}

// CallInternal makes an instance.
func (v *classValue) CallInternal(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if v.class.Init.Call == nil {
		return nil, v.in.raised(v.class.init.full, Raise("TypeError", "cannot create '%s' instances", v.class.Name))
	}
	self, err := v.in.callGo(t, v.class.init, nil, args, kwargs)
	if err != nil {
		return nil, err
	}
	return instance(&Object{class: v, self: self}), nil
}

// Attr returns a constant, or a method that takes the instance as its first argument.
func (v *classValue) Attr(name string) (starlark.Value, error) {
	if name == "__name__" {
		return v.in.Value(v.class.Name), nil
	}
	if k, ok := v.class.consts[name]; ok {
		return v.in.constant(k), nil
	}
	if f, ok := v.class.methods[name]; ok {
		return v.unbound(f), nil
	}
	return nil, nil
}

// unbound is a method of the class, which wants an instance first: one value, as in Python.
func (v *classValue) unbound(f *function) starlark.Value {
	if known := v.methods[f]; known != nil {
		return known
	}
	if v.methods == nil {
		v.methods = map[*function]*starlark.Builtin{}
	}
	v.methods[f] = starlark.NewBuiltin(f.Name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) > 0 {
			if o, ok := NativeOf(args[0]); ok && o.class == v {
				return o.method(f).CallInternal(t, args[1:], kwargs)
			}
		}
		return nil, v.in.raised(f.Name, Raise("TypeError", "%s.%s wants an instance of %s first", v.class.Name, f.Name, v.class.Name))
	})
	return v.methods[f]
}

// AttrNames lists constants and methods.
func (v *classValue) AttrNames() []string {
	var names []string
	for _, k := range v.class.Consts {
		names = append(names, k.Name)
	}
	for i := range v.class.Methods {
		names = append(names, v.class.Methods[i].Name)
	}
	return names
}

// Object is an instance of a Class.
type Object struct {
	class *classValue
	self  any
}

var (
	_ starlark.HasSetField = (*Object)(nil)
	_ starlark.Comparable  = (*Object)(nil)
)

// NativeOf returns the Object that v is, or that v, an instance of a script class, derives from.
func NativeOf(v starlark.Value) (*Object, bool) {
	switch v := v.(type) {
	case *Object:
		return v, true
	case interface{ Native() starlark.Value }:
		return NativeOf(v.Native())
	}
	return nil, false
}

// Self returns what the class's Init returned.
func (o *Object) Self() any { return o.self }

// Sibling returns another object of the same class.
func (o *Object) Sibling(self any) starlark.Value {
	return instance(&Object{class: o.class, self: self})
}

// NativeClass returns the class, for isinstance and type.
func (o *Object) NativeClass() starlark.Value { return o.class }

// String is what the class shows.
func (o *Object) String() string {
	if show := o.class.class.Show; show != nil {
		return show(o.self)
	}
	return fmt.Sprintf("<%s object>", o.class.class.Name)
}
func (o *Object) Type() string         { return o.class.class.Name }
func (o *Object) Freeze()              {}
func (o *Object) Truth() starlark.Bool { return true }
func (o *Object) Hash() (uint32, error) {
	return starlark.String(fmt.Sprintf("%p", o.identity())).Hash()
}

// identity is what makes two values the same object: what is behind them, if it is a pointer.
func (o *Object) identity() any {
	if v := reflect.ValueOf(o.self); v.Kind() == reflect.Pointer && !v.IsNil() {
		return o.self
	}
	return o
}

// CompareSameType compares by identity.
func (o *Object) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	other, ok := y.(*Object)
	same := ok && o.identity() == other.identity()
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, Raise("TypeError", "instances of %s have no order", o.class.class.Name)
}

// Attr returns a method bound to the instance, or an attribute.
func (o *Object) Attr(name string) (starlark.Value, error) {
	if f, ok := o.class.class.methods[name]; ok {
		return o.method(f), nil
	}
	if k, ok := o.class.class.consts[name]; ok {
		return o.class.in.constant(k), nil
	}
	if get := o.class.class.Attr; get != nil {
		if v, ok := get(o.self, name); ok {
			return o.class.in.Value(v), nil
		}
	}
	return nil, nil
}

// SetField sets an attribute that the class lets scripts set.
func (o *Object) SetField(name string, v starlark.Value) error {
	c, in := o.class.class, o.class.in
	full := c.init.full + "." + name
	if c.Set != nil {
		if ok, err := c.Set(in, o.self, name, v); ok || err != nil {
			return in.raised(full, err)
		}
	}
	return in.raised(full, Raise("AttributeError", "'%s' object has no attribute '%s'", c.Name, name))
}

func (o *Object) method(f *function) *starlark.Builtin {
	in := o.class.in
	return starlark.NewBuiltin(f.Name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		result, err := in.callGo(t, f, o.self, args, kwargs)
		if err != nil {
			return nil, err
		}
		if result == Itself {
			return instance(o), nil
		}
		return in.Value(result), nil
	}).BindReceiver(o)
}

// Itself is what a method returns that returns the object which it was called on, as __iter__ and
// __enter__ do.
var Itself any = itself{}

type itself struct{}

// AttrNames lists the names that Attr knows.
func (o *Object) AttrNames() []string {
	names := o.class.AttrNames()
	for _, a := range o.class.class.Attrs {
		names = append(names, a.Name)
	}
	return names
}
