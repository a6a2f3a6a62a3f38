package object

import "go.starlark.net/starlark"

// DefineClass makes the class of a class statement, whose body it calls with what the names of the body
// are attributes of.
func (in *Interpreter) DefineClass(t *starlark.Thread, name, module string, bases starlark.Tuple, body starlark.Value) (starlark.Value, error) {
	return in.makeClass(t, name, module, bases, func(c *Class) error {
		_, err := starlark.Call(t, body, starlark.Tuple{&ClassSpace{class: c}}, nil)
		return err
	})
}

// makeClass makes a class, whose attributes fill binds.
func (in *Interpreter) makeClass(t *starlark.Thread, name, module string, bases starlark.Tuple, fill func(c *Class) error) (starlark.Value, error) {
	c := &Class{name: name, dict: &namespace{}, in: in, module: module}
	if err := c.derive(bases); err != nil {
		return nil, err
	}
	if err := fill(c); err != nil {
		return nil, err
	}
	if fn, ok := c.dict.get("__new__"); ok {
		c.dict.set("__new__", &staticMethod{fn: fn})
	}
	c.changed() // the body may have looked at the unfinished class
	if err := c.nameAttributes(t); err != nil {
		return nil, err
	}
	for _, b := range c.mro[1:] {
		if fn, ok := b.dict.get("__init_subclass__"); ok {
			if m, isClass := fn.(*classMethod); isClass {
				fn = m.fn
			}
			_, err := starlark.Call(t, fn, starlark.Tuple{c}, nil)
			return c, err
		}
	}
	return c, nil
}

// nameAttributes calls __set_name__ of the attributes that have it.
func (c *Class) nameAttributes(t *starlark.Thread) error {
	type named struct {
		i    *Instance
		name string
	}
	var all []named // collected first, as a call may change the class
	for _, e := range c.dict.entries {
		name, v := e.name, e.value
		if i, ok := v.(*Instance); ok && i.Lookup("__set_name__") != nil {
			all = append(all, named{i, name})
		}
	}
	for _, n := range all {
		if _, err := starlark.Call(t, n.i.Lookup("__set_name__"), starlark.Tuple{n.i, c, NewStr(n.name)}, nil); err != nil {
			return err
		}
	}
	return nil
}

// derive sets the bases and the order of methods.
func (c *Class) derive(bases starlark.Tuple) error {
	natives := 0
	for _, b := range bases {
		switch b := b.(type) {
		case *Class:
			if b.module == BuiltinsName && b != objectClass && !b.Derives(baseException) && (final[b.name] || !b.made) {
				return Errorf("TypeError", "type '%s' is not an acceptable base type", b.name)
			}
			c.bases = append(c.bases, b)
			natives += b.natives()
			if c.native == nil {
				c.native = b.native
			}
		case NativeBase:
			c.native = b
			natives++
		default:
			return Errorf("TypeError", "a class cannot derive from '%s'", TypeName(b))
		}
	}
	if len(c.bases) == 0 {
		c.bases = []*Class{objectClass}
	}
	if natives > 1 {
		return Errorf("TypeError", "multiple bases have instance lay-out conflict")
	}
	c.linearize()
	return nil
}

// natives counts the ways to a class that is none of a script's, of which an instance can have the value of
// one.
func (c *Class) natives() int {
	switch {
	case c == objectClass:
		return 0
	case c.in == nil:
		return 1
	}
	n := 0
	for _, b := range c.bases {
		n += b.natives()
	}
	if n == 0 && c.native != nil {
		n = 1
	}
	return n
}

// final are the types that no class may derive from.
var final = map[string]bool{"bool": true, "NoneType": true, "function": true, "generator": true, "slice": true}

// ClassSpace is what the names in the body of a class are attributes of: those that it has bound itself, and
// none of its bases.
type ClassSpace struct {
	Opaque
	class *Class
}

// Class is the class whose body it is.
func (s *ClassSpace) Class() *Class { return s.class }

// Attr returns a name that the body has bound.
func (s *ClassSpace) Attr(name string) (starlark.Value, error) {
	if v, ok := s.class.dict.get(name); ok {
		return v, nil
	}
	if name == "__dict__" { // by which ported programs have locals()
		return s.class.dict.toDict()
	}
	return nil, Errorf("NameError", "name '%s' isn't defined", name)
}

// AttrNames lists the names bound so far.
func (s *ClassSpace) AttrNames() []string { return s.class.dict.names() }

// SetField binds a name.
func (s *ClassSpace) SetField(name string, v starlark.Value) error {
	s.class.dict.set(name, v)
	return nil
}
