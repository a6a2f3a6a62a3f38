package check

import "quecstar/harness/script"

// state is how far a name of a module works.
type state uint8

const (
	implemented state = iota
	simulated         // works, and is not what a module would talk to
	refused           // returns the vendor's failure code
	missing
)

// surface is what scripts see of a module.
type surface struct {
	name  string
	names map[string]state // "f", "Class", "Class.method"
	open  bool             // it may have names that no table lists
	// source are the names of a module that is written in Python; nil for one with a table.
	source map[string]bool
	// simulated says that no hardware stands behind what works.
	simulated bool
}

func surfaceOf(m *script.Module) *surface {
	s := &surface{name: m.Name, names: map[string]state{}, open: m.Source != "", simulated: m.Simulated}
	if s.open {
		s.source = sourceNames(m)
	}
	for i := range m.Funcs {
		s.names[m.Funcs[i].Name] = stateOf(&m.Funcs[i])
	}
	for _, c := range m.Classes {
		s.addClass(c.Name, c)
	}
	for _, k := range m.Consts {
		s.names[k.Name] = implemented
	}
	return s
}

// addClass adds a class, and what it has, under a name that need not be its own.
func (s *surface) addClass(name string, c *script.Class) {
	s.names[name] = implemented
	if c.Init.Refused {
		s.names[name] = refused
	}
	for i := range c.Methods {
		s.names[name+"."+c.Methods[i].Name] = stateOf(&c.Methods[i])
	}
	for _, k := range c.Consts {
		s.names[name+"."+k.Name] = implemented
	}
	for _, k := range c.Attrs {
		s.names[name+"."+k.Name] = implemented
	}
}

func stateOf(f *script.Func) state {
	if f.Refused {
		return refused
	}
	if f.Simulated {
		return simulated
	}
	return implemented
}

// has reports how far a name works.
func (s *surface) has(name string) state {
	if st, ok := s.names[name]; ok {
		return st
	}
	if s.open {
		return implemented
	}
	return missing
}

// offers is has for coverage: of a module that is written in Python the names that its source defines.
func (s *surface) offers(name string) state {
	if s.open && !s.source[name] {
		return missing
	}
	return s.has(name)
}
