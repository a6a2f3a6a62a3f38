package check

import (
	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// binding is what is known of a variable or an attribute.
type binding struct {
	// values are what is assigned to it; unclear says that it is bound in other ways, too.
	values  []ast.Expr
	unclear bool
	// is what an import binds it to.
	is *kind
	// busy breaks the circle of a name whose value depends on itself.
	busy bool
	in   *names.Scope
}

// scopes are the names of a file.
type scopes struct {
	table *names.Table
	top   *names.Scope
	vars  map[*names.Variable]*binding
	attrs map[string]*binding // by the name of the attribute, of whatever object
	words map[string]bool     // all names that anything binds
	// dynamic says that star imports, exec and globals() can bind any name.
	dynamic bool
	probed  map[string]bool // what hasattr and getattr ask for
	stored  map[*ast.Attribute]bool
}

// scan finds the names of a file. The error is a *ast.Error.
func scan(mod *ast.Module) (*scopes, error) {
	table, err := names.Analyze(mod)
	if err != nil {
		return nil, err
	}
	s := &scopes{table: table, top: table.Scopes[mod], vars: map[*names.Variable]*binding{}, attrs: map[string]*binding{},
		words: map[string]bool{}, probed: map[string]bool{}, stored: map[*ast.Attribute]bool{}}
	for _, sc := range table.Scopes {
		for name := range sc.Names {
			s.words[name] = true
		}
	}
	table.Walk(mod, s.node)
	return s, nil
}

// find returns the binding that a name has when it is read in a scope; nil for a name that nothing binds.
func (s *scopes) find(sc *names.Scope, name string) *binding {
	owner := sc.Owner(name)
	v := owner.Names[name]
	if v == nil {
		return nil
	}
	b := s.vars[v]
	if b == nil {
		b = &binding{values: v.Values, unclear: v.Unclear, in: owner}
		s.vars[v] = b
	}
	return b
}

// node notes the attributes that a node binds or asks for.
func (s *scopes) node(sc *names.Scope, n ast.Node) {
	switch n := n.(type) {
	case *ast.FunctionDef:
		if sc.Kind == names.Class {
			s.attr(n.Name, sc).unclear = true
		}
	case *ast.Assign:
		for _, t := range n.Targets {
			s.target(sc, t, n.Value)
		}
	case *ast.AnnAssign:
		s.target(sc, n.Target, n.Value)
	case *ast.AugAssign:
		if a, ok := n.Target.(*ast.Attribute); ok {
			s.stored[a] = true
		}
	case *ast.For:
		s.target(sc, n.Target, nil)
	case *ast.With:
		for _, i := range n.Items {
			s.target(sc, i.Vars, nil)
		}
	case *ast.Delete:
		for _, t := range n.Targets {
			s.target(sc, t, nil)
		}
	case *ast.Call:
		s.call(n)
	}
}

// target notes the attributes among what is assigned to; value is nil when it is not known.
func (s *scopes) target(sc *names.Scope, t, value ast.Expr) {
	for _, leaf := range ast.Leaves(t) {
		if leaf != t {
			value = nil
		}
		switch leaf := leaf.(type) {
		case *ast.Name:
			if sc.Kind == names.Class {
				s.attr(leaf.ID, sc).assign(value)
			}
		case *ast.Attribute:
			s.stored[leaf] = true
			s.attr(leaf.Attr, sc).assign(value)
		}
	}
}

func (b *binding) assign(value ast.Expr) {
	if value == nil {
		b.unclear = true
		return
	}
	b.values = append(b.values, value)
}

// attr is the binding of an attribute. What is assigned in different functions means different names,
// so that values other than calls and literals are unclear there.
func (s *scopes) attr(name string, sc *names.Scope) *binding {
	b := s.attrs[name]
	if b == nil {
		b = &binding{in: sc}
		s.attrs[name] = b
	}
	if b.in != sc {
		b.in = nil // several
	}
	return b
}

// call notes what can bind any name, and what asks whether an attribute is there.
func (s *scopes) call(n *ast.Call) {
	f, ok := n.Func.(*ast.Name)
	if !ok {
		return
	}
	switch f.ID {
	case "exec", "globals", "eval":
		s.dynamic = true
	case "hasattr", "getattr", "setattr":
		if len(n.Args) > 1 {
			if name, ok := n.Args[1].(*ast.Str); ok {
				s.probed[name.S] = true
			}
		}
	}
}
