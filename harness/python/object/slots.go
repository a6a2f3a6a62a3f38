package object

import "go.starlark.net/starlark"

// slots is what a class keeps at hand of what its bases and itself define, so that making an instance
// and reading or setting an attribute need not search for special methods that nearly no class has.
type slots struct {
	epoch            uint64 // of the runtime when they were filled
	init, new        starlark.Value
	getattr, setattr starlark.Value
	// data says that setting an attribute may call something: a property, or what has __set__.
	data bool
	// exc says that the class is an exception.
	exc bool
	// base is the builtin type that the class derives from, or nil.
	base *Class
	// found holds the names that were looked up, with nil for those that are not there; nil itself
	// where going through the classes is faster.
	found map[string]starlark.Value
}

// at returns the slots of a class, made anew when a class of the script has changed since.
func (c *Class) at() *slots {
	if c.slots != nil && (c.in == nil || c.slots.epoch == c.in.epoch) {
		return c.slots
	}
	s := c.fill()
	// A builtin class belongs to no interpreter, and so to no lock: those that matter have their
	// slots from the start.
	if c.in != nil {
		c.slots = s
	}
	return s
}

func (c *Class) fill() *slots {
	s := &slots{init: c.search("__init__"), new: c.search("__new__"), getattr: c.search("__getattr__"),
		setattr: c.search("__setattr__"), exc: c.Derives(baseException), base: c.valueBase()}
	if c.in != nil {
		s.epoch = c.in.epoch
	}
	names := 0
	for _, k := range c.mro {
		names += len(k.dict.entries)
		for _, e := range k.dict.entries {
			s.data = s.data || intercepts(e.value)
		}
	}
	if c.in != nil && names > fewAttributes {
		s.found = map[string]starlark.Value{}
	}
	return s
}

// intercepts reports whether an attribute of a class has a say when an instance's is set.
func intercepts(v starlark.Value) bool {
	switch v := v.(type) {
	case *property:
		return true
	case *Instance:
		return v.class.search("__set__") != nil // whose slots may be what is being made: a class may have an instance of itself
	}
	return false
}

// lookup finds a name in the class and its bases.
func (c *Class) Lookup(name string) starlark.Value {
	if c.in == nil {
		return c.search(name)
	}
	s := c.at()
	if s.found == nil {
		return c.search(name)
	}
	v, ok := s.found[name]
	if !ok {
		v = c.search(name)
		s.found[name] = v
	}
	return v
}

func (c *Class) search(name string) starlark.Value {
	for _, k := range c.mro {
		if v, ok := k.dict.get(name); ok {
			return v
		}
	}
	return nil
}

// changed is called when an attribute of a class of the script was set or deleted.
func (c *Class) changed() {
	if c.in != nil {
		c.in.epoch++
	}
}
