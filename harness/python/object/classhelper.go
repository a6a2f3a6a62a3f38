package object

import "go.starlark.net/starlark"

// classHelper is ·class(name, bases, kwargs, body, module). The body gets the class's namespace,
// whose attributes it sets.
func (rt *Runtime) classHelper(t *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	c := &Class{name: string(a[0].(starlark.String)), dict: &namespace{}, rt: rt}
	if m, ok := a[4].(*Module); ok {
		c.module = m.name
	}
	if err := c.derive(a[1].(starlark.Tuple)); err != nil {
		return nil, err
	}
	if _, err := starlark.Call(t, a[3], starlark.Tuple{&classSpace{ns: c.dict}, c}, nil); err != nil {
		return nil, err
	}
	if fn, ok := c.dict.get("__new__"); ok {
		c.dict.set("__new__", &staticMethod{fn})
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
		if i, ok := v.(*Instance); ok && i.lookup("__set_name__") != nil {
			all = append(all, named{i, name})
		}
	}
	for _, n := range all {
		if _, err := starlark.Call(t, n.i.lookup("__set_name__"), starlark.Tuple{n.i, c, NewStr(n.name)}, nil); err != nil {
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
			if b.module == builtinsName && b != objectClass && !b.derives(baseException) && (final[b.name] || !b.made) {
				return newError("TypeError", "type '%s' is not an acceptable base type", b.name)
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
			return newError("TypeError", "a class cannot derive from '%s'", TypeName(b))
		}
	}
	if len(c.bases) == 0 {
		c.bases = []*Class{objectClass}
	}
	if natives > 1 {
		return newError("TypeError", "multiple bases have instance lay-out conflict")
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
	case c.rt == nil:
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

// classSpace is what a class body's names are attributes of.
type classSpace struct {
	ns *namespace
	// class is the class itself, in the body of a ported one.
	class starlark.Value
}

func (s *classSpace) String() string        { return "<class body>" }
func (s *classSpace) Type() string          { return "class body" }
func (s *classSpace) Freeze()               {}
func (s *classSpace) Truth() starlark.Bool  { return true }
func (s *classSpace) Hash() (uint32, error) { return 0, nil }

// Attr returns a name that the body has bound.
func (s *classSpace) Attr(name string) (starlark.Value, error) {
	if v, ok := s.ns.get(name); ok {
		return v, nil
	}
	if name == "__dict__" { // by which ported programs have locals()
		return s.ns.toDict()
	}
	return nil, newError("NameError", "name '%s' isn't defined", name)
}

// AttrNames lists the names bound so far.
func (s *classSpace) AttrNames() []string { return s.ns.names() }

// SetField binds a name.
func (s *classSpace) SetField(name string, v starlark.Value) error {
	s.ns.set(name, v)
	return nil
}

// classLocalsHelper is ·classlocals(namespace): locals() in a class body.
func classLocalsHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	return a[0].(*classSpace).ns.toDict()
}

// superHelper is ·super(class, self).
func (rt *Runtime) superHelper(_ *starlark.Thread, a starlark.Tuple) (starlark.Value, error) {
	c, ok := a[0].(*Class)
	if !ok {
		return nil, newError("TypeError", "super() wants a class")
	}
	return &superValue{after: c, self: a[1]}, nil
}
