package object

import (
	"strings"

	"go.starlark.net/starlark"
)

// NotImplemented and Ellipsis are Python's.
var (
	NotImplemented starlark.Value = singleton("NotImplemented")
	Ellipsis       starlark.Value = singleton("Ellipsis")
)

type singleton string

func (s singleton) String() string        { return string(s) }
func (s singleton) Type() string          { return strings.ToLower(string(s)) }
func (s singleton) Freeze()               {}
func (s singleton) Truth() starlark.Bool  { return true }
func (s singleton) Hash() (uint32, error) { return starlark.String(s).Hash() }

// valueTypes are Python's own types; those that scripts can call have a maker.
var valueTypes = map[string]*Class{"object": objectClass}

// It is filled here as the makers look for types.
func init() {
	own := func(name string, made bool) *Class {
		c := &Class{name: name, bases: []*Class{objectClass}, dict: &namespace{}, module: BuiltinsName, made: made}
		c.mro = []*Class{c, objectClass}
		valueTypes[name] = c
		return c
	}
	for name, m := range makers {
		own(name, true).one = m.one
	}
	for _, name := range []string{"NoneType", "function", "generator", "module",
		"ellipsis", "NotImplementedType", "iterator", "bound_method", "dict_keys", "dict_values", "dict_items"} {
		own(name, false)
	}
	ordered, dict := valueTypes["OrderedDict"], valueTypes["dict"]
	ordered.bases, ordered.mro = []*Class{dict}, []*Class{ordered, dict, objectClass}
}

// OrderedDictClass is the class collections.OrderedDict.
func OrderedDictClass() starlark.Value { return valueTypes["OrderedDict"] }

// imported are the types that no script has without an import.
var imported = map[string]bool{"array": true, "OrderedDict": true}

// make makes a value of one of Python's own types.
func (c *Class) make(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	f := makers[c.name]
	return f.call(t, c.name, pos, kw)
}

// TypeOf is type(v).
func TypeOf(v starlark.Value) starlark.Value {
	switch v := v.(type) {
	case *Instance:
		return v.class
	case nativeInstance:
		return v.NativeClass()
	}
	if c, ok := valueTypes[typeName(v)]; ok {
		return c
	}
	return objectClass
}

// TypeName is the name of type(v).
func TypeName(v starlark.Value) string {
	switch t := TypeOf(v).(type) {
	case *Class:
		if t == objectClass {
			return typeName(v)
		}
		return t.name
	case NativeBase:
		return t.Name()
	}
	return v.Type()
}

func typeName(v starlark.Value) string {
	switch v := v.(type) {
	case *Bytearray:
		return "bytearray"
	case *Memoryview:
		return "memoryview"
	case *Array:
		return "array"
	case *Set:
		return v.name()
	case *Dict:
		if v.ordered {
			return "OrderedDict"
		}
		return "dict"
	case starlark.Bytes:
		return "bytes"
	case starlark.String:
		return "str"
	case *starlark.Builtin:
		return "function"
	case *Class, NativeBase:
		return "type"
	case *iterator:
		return v.kind
	case loopable:
		return "iterator"
	}
	if v == NotImplemented {
		return "NotImplementedType"
	}
	return v.Type()
}

// isInstance is isinstance(v, c).
func isInstance(v, c starlark.Value) (bool, error) {
	switch c := c.(type) {
	case starlark.Tuple:
		return some(c, func(e starlark.Value) (bool, error) { return isInstance(v, e) })
	case *Class:
		if t, ok := TypeOf(v).(*Class); ok {
			return t.Derives(c), nil
		}
		if _, named := v.(interface{ AsTuple() starlark.Tuple }); named && c.name == "tuple" {
			return true, nil
		}
		return c == objectClass, nil
	case NativeBase:
		if i, ok := v.(*Instance); ok {
			return i.class.native == c, nil
		}
		n, ok := v.(nativeInstance)
		return ok && n.NativeClass() == starlark.Value(c), nil
	}
	return false, Errorf("TypeError", "issubclass() arg 2 must be a class or a tuple of classes")
}

// isSubclass is issubclass(c, base).
func isSubclass(c, base starlark.Value) (bool, error) {
	if t, ok := base.(starlark.Tuple); ok {
		return some(t, func(e starlark.Value) (bool, error) { return isSubclass(c, e) })
	}
	k, ok := c.(*Class)
	if !ok {
		if _, native := c.(NativeBase); native {
			return c == base || base == starlark.Value(objectClass), nil
		}
		return false, Errorf("TypeError", "issubclass() arg 1 must be a class")
	}
	switch b := base.(type) {
	case *Class:
		return k.Derives(b), nil
	case NativeBase:
		return k.native == b, nil
	}
	return false, Errorf("TypeError", "issubclass() arg 2 must be a class or a tuple of classes")
}
