package check

import (
	"strings"

	"quecstar/harness/script"
)

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
	names map[string]state        // "f", "Class", "Class.method"
	funcs map[string]*script.Func // likewise; a class stands for its constructor
	loose map[string]bool         // classes whose instances have attributes that no table lists
	open  bool                    // it may have names that no table lists
	// source are the names of a module that is written in Python; nil for one with a table.
	source map[string]bool
	// simulated says that no hardware stands behind what works.
	simulated bool
}

func surfaceOf(m *script.Module) *surface {
	s := &surface{name: m.Name, names: map[string]state{}, funcs: map[string]*script.Func{}, loose: map[string]bool{},
		open: m.Source != "", simulated: m.Simulated}
	if s.open {
		s.source = sourceNames(m)
	}
	for i := range m.Funcs {
		s.add(m.Funcs[i].Name, &m.Funcs[i])
	}
	for _, c := range m.Classes {
		s.addClass(c.Name, c)
	}
	for _, k := range m.Consts {
		s.names[k.Name] = implemented
		if c, ok := k.Value.(*script.Class); ok {
			s.addClass(k.Name, c)
		}
	}
	return s
}

// addClass adds a class, and what it has, under a name that need not be its own.
func (s *surface) addClass(name string, c *script.Class) {
	s.add(name, &c.Init)
	s.loose[name] = c.Attr != nil
	for i := range c.Methods {
		s.add(name+"."+c.Methods[i].Name, &c.Methods[i])
	}
	for _, k := range c.Consts {
		s.names[name+"."+k.Name] = implemented
	}
	for _, k := range c.Attrs {
		s.names[name+"."+k.Name] = implemented
	}
}

// returns is the class of the module that a function makes an instance of, "" for none.
func (s *surface) returns(function string) string {
	if f := s.funcs[function]; f != nil {
		return f.Returns
	}
	return ""
}

func (s *surface) add(name string, f *script.Func) {
	switch {
	case f.Refused:
		s.names[name] = refused
	case f.Simulated:
		s.names[name] = simulated
	default:
		s.names[name] = implemented
	}
	if f.Call != nil || f.Refused {
		s.funcs[name] = f
	}
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

// isClass reports whether a name is one of a class.
func (s *surface) isClass(name string) bool {
	_, ok := s.loose[name]
	return ok
}

// near is what somebody may have meant by a name that is missing; of a member, one of its class.
func (s *surface) near(name string) string {
	class, member, isMember := strings.Cut(name, ".")
	all := map[string]bool{}
	for n := range s.names {
		switch c, m, has := strings.Cut(n, "."); {
		case isMember && has && c == class:
			all[m] = true
		case !isMember && !has:
			all[n] = true
		}
	}
	if !isMember {
		member = name
	}
	return didYouMean(member, all)
}

// offers is has for coverage: of a module that is written in Python the names that its source defines.
func (s *surface) offers(name string) state {
	if s.open && !s.source[name] {
		return missing
	}
	return s.has(name)
}
