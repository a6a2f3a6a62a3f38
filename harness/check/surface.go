package check

import "quecstar/harness/script"

// state is how far a name of a module works.
type state uint8

const (
	implemented state = iota
	refused           // returns the vendor's failure code
	missing
)

// surface is what scripts see of a module.
type surface struct {
	name  string
	names map[string]state // "f", "Class", "Class.method"
	open  bool             // it may have names that no table lists
	// simulated says that no hardware stands behind what works.
	simulated bool
}

func surfaceOf(m *script.Module) *surface {
	s := &surface{name: m.Name, names: map[string]state{}, open: m.Source != "", simulated: m.Simulated}
	for i := range m.Funcs {
		s.names[m.Funcs[i].Name] = stateOf(&m.Funcs[i])
	}
	for _, k := range m.Consts {
		s.names[k.Name] = implemented
	}
	for _, c := range m.Classes {
		s.names[c.Name] = implemented
		if c.Init.Refused {
			s.names[c.Name] = refused
		}
		for i := range c.Methods {
			s.names[c.Name+"."+c.Methods[i].Name] = stateOf(&c.Methods[i])
		}
		for _, k := range c.Consts {
			s.names[c.Name+"."+k.Name] = implemented
		}
	}
	return s
}

func stateOf(f *script.Func) state {
	if f.Refused {
		return refused
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
