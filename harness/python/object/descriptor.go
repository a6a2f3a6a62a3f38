package object

import "go.starlark.net/starlark"

// property is Python's property.
type property struct {
	Opaque
	get, set, del starlark.Value
}

func (p *property) String() string { return "<property>" }
func (p *property) Type() string   { return "property" }

func (p *property) read(self starlark.Value) (starlark.Value, error) {
	i, ok := self.(*Instance)
	if !ok || p.get == starlark.None {
		return nil, Errorf("AttributeError", "unreadable attribute")
	}
	return i.call(p.get)
}

func (p *property) write(i *Instance, name string, v starlark.Value) error {
	if p.set == starlark.None {
		return NoAttr(i, name)
	}
	_, err := i.call(p.set, v)
	return err
}

// Attr returns the decorators getter, setter and deleter.
func (p *property) Attr(name string) (starlark.Value, error) {
	change := map[string]func(q *property, fn starlark.Value){
		"getter":  func(q *property, fn starlark.Value) { q.get = fn },
		"setter":  func(q *property, fn starlark.Value) { q.set = fn },
		"deleter": func(q *property, fn starlark.Value) { q.del = fn },
	}[name]
	if change == nil {
		return nil, nil
	}
	return ofOne(func(fn starlark.Value) (starlark.Value, error) {
		q := *p
		change(&q, fn)
		return &q, nil
	}).Value(name), nil
}

// AttrNames lists the decorators.
func (p *property) AttrNames() []string { return []string{"deleter", "getter", "setter"} }

func makeProperty(a *Args) (starlark.Value, error) {
	p := &property{get: starlark.None, set: starlark.None, del: starlark.None}
	for i, f := range []struct {
		name string
		to   *starlark.Value
	}{{"fget", &p.get}, {"fset", &p.set}, {"fdel", &p.del}} {
		if v := a.Named(i, f.name); v != nil {
			*f.to = v
		}
	}
	return p, nil
}

// staticMethod and classMethod mark functions of a class.
type staticMethod struct {
	Opaque
	fn starlark.Value
}
type classMethod struct {
	Opaque
	fn starlark.Value
}

func (m *staticMethod) String() string { return "<staticmethod>" }
func (m *staticMethod) Type() string   { return "staticmethod" }

func (m *classMethod) String() string { return "<classmethod>" }
func (m *classMethod) Type() string   { return "classmethod" }

// Name is what Starlark calls the function in call frames.
func (m *staticMethod) Name() string { return "staticmethod" }

// CallInternal calls the function.
func (m *staticMethod) CallInternal(t *starlark.Thread, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
	if err := interpreterOf(t).tooDeep(t); err != nil {
		return nil, err
	}
	return starlark.Call(t, m.fn, pos, kw)
}

// superValue is super(): attributes of self found in the bases of a class, as in MicroPython, which does not
// look at other bases that the class of self has.
type superValue struct {
	Opaque
	after *Class
	self  starlark.Value
}

func (s *superValue) String() string {
	return "<super: " + s.after.String() + ", " + Repr(s.self) + ">"
}
func (s *superValue) Type() string { return "super" }

// Super is super(class, self).
func Super(class, self starlark.Value) (starlark.Value, error) {
	c, ok := class.(*Class)
	if !ok {
		return nil, Errorf("TypeError", "super() wants a class")
	}
	return &superValue{after: c, self: self}, nil
}

// AttrNames lists nothing.
func (s *superValue) AttrNames() []string { return nil }

// Attr finds an attribute behind the class.
func (s *superValue) Attr(name string) (starlark.Value, error) {
	inst, _ := s.self.(*Instance)
	cls, _ := s.self.(*Class)
	if inst != nil {
		cls = inst.class
	}
	if cls == nil {
		return nil, Errorf("TypeError", "super() wants an instance or a class")
	}
	for _, k := range s.after.mro[1:] {
		if v, ok := k.dict.get(name); ok {
			if inst != nil {
				return bindTo(inst, cls, v)
			}
			return cls.bind(v), nil
		}
	}
	if m := baseMethod(name, inst); m != nil {
		return m, nil
	}
	if inst != nil && inst.native != nil {
		return GetAttr(inst.native, name)
	}
	return nil, Errorf("AttributeError", "'super' object has no attribute '%s'", name)
}
