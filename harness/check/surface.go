package check

import (
	"sort"
	"strings"

	"quecstar/harness/script"
	"quecstar/harness/spell"
)

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
	names map[string]state        // "f", "Class", "Class.method"
	funcs map[string]*script.Func // likewise; a class stands for its constructor
	loose map[string]bool         // classes whose instances have attributes that no table lists
	open  bool                    // it may have names that no table lists
	// simulated says that no hardware stands behind what works.
	simulated bool
}

func surfaceOf(m *script.Module) *surface {
	s := &surface{name: m.Name, names: map[string]state{}, funcs: map[string]*script.Func{}, loose: map[string]bool{},
		open: m.Source != "", simulated: m.Simulated}
	for i := range m.Funcs {
		s.add(m.Funcs[i].Name, &m.Funcs[i])
	}
	for _, k := range m.Consts {
		s.names[k.Name] = implemented
	}
	for _, c := range m.Classes {
		s.add(c.Name, &c.Init)
		s.loose[c.Name] = c.Attr != nil
		for i := range c.Methods {
			s.add(c.Name+"."+c.Methods[i].Name, &c.Methods[i])
		}
		for _, k := range c.Consts {
			s.names[c.Name+"."+k.Name] = implemented
		}
	}
	return s
}

// returns is the class of the module that a function makes an instance of, "" for none.
func (s *surface) returns(function string) string {
	if f := s.funcs[function]; f != nil {
		return f.Returns
	}
	return ""
}

func (s *surface) add(name string, f *script.Func) {
	s.names[name] = implemented
	if f.Refused {
		s.names[name] = refused
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
	var all []string
	for n := range s.names {
		c, m, has := strings.Cut(n, ".")
		switch {
		case isMember && has && c == class:
			all = append(all, m)
		case !isMember && !has:
			all = append(all, n)
		}
	}
	sort.Strings(all)
	if !isMember {
		member = name
	}
	return spell.Nearest(member, all)
}
