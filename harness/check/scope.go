package check

import (
	"strings"

	"quecstar/harness/python/ast"
)

// scope is where names are bound: a file, a function or a class.
type scope struct {
	parent  *scope
	class   bool
	binds   map[string]*binding
	globals map[string]bool
}

// binding is what a name is bound to.
type binding struct {
	// values are what is assigned to it; unclear says that it is bound in other ways, too.
	values  []ast.Expr
	unclear bool
	// is what an import binds it to.
	is *kind
	// busy breaks the circle of a name whose value depends on itself.
	busy bool
	in   *scope
}

// scopes finds the names that a file binds.
type scopes struct {
	of    map[ast.Node]*scope
	attrs map[string]*binding // by the name of the attribute, of whatever object
	words map[string]bool     // all names that anything binds
	// dynamic says that star imports, exec and globals() can bind any name.
	dynamic bool
	probed  map[string]bool // what hasattr and getattr ask for
	stored  map[*ast.Attribute]bool
}

func newScope(parent *scope, class bool) *scope {
	return &scope{parent: parent, class: class, binds: map[string]*binding{}, globals: map[string]bool{}}
}

// scan finds the names of a file.
func scan(mod *ast.Module) (*scopes, *scope) {
	s := &scopes{of: map[ast.Node]*scope{}, attrs: map[string]*binding{}, words: map[string]bool{},
		probed: map[string]bool{}, stored: map[*ast.Attribute]bool{}}
	top := newScope(nil, false)
	s.stmts(top, mod.Body)
	return s, top
}

// owner is the scope whose name one is that is bound in sc.
func (sc *scope) owner(name string) *scope {
	for sc.globals[name] && sc.parent != nil {
		sc = sc.parent
	}
	return sc
}

// find returns the binding that a name has when it is read in a scope.
func (sc *scope) find(name string) *binding {
	for s, first := sc, true; s != nil; s, first = s.parent, false {
		if s.class && !first {
			continue
		}
		if b := s.binds[name]; b != nil && !s.globals[name] {
			return b
		}
	}
	return nil
}

func (s *scopes) bind(sc *scope, name string) *binding {
	s.words[name] = true
	sc = sc.owner(name)
	b := sc.binds[name]
	if b == nil {
		b = &binding{in: sc}
		sc.binds[name] = b
	}
	return b
}

func (s *scopes) unclear(sc *scope, name string) {
	if name != "" {
		s.bind(sc, name).unclear = true
	}
}

func (s *scopes) stmts(sc *scope, list []ast.Stmt) {
	for _, st := range list { // before what uses the names
		if g, ok := st.(*ast.Global); ok {
			s.shared(sc, g.Names)
		}
		if g, ok := st.(*ast.Nonlocal); ok {
			s.shared(sc, g.Names)
		}
	}
	for _, st := range list {
		ast.Walk(st, func(n ast.Node) bool { return s.node(sc, n) })
	}
}

// shared are names that a function binds outside of itself.
func (s *scopes) shared(sc *scope, names []string) {
	for _, n := range names {
		sc.globals[n] = true
		s.unclear(sc, n)
	}
}

// node looks at one node; false says that what is in it has been seen.
func (s *scopes) node(sc *scope, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FunctionDef:
		s.unclear(sc, n.Name)
		if sc.class {
			s.attr(n.Name, sc).unclear = true
		}
		s.function(sc, n, n.Args, n.Body, n.Decorators)
		return false
	case *ast.Lambda:
		s.function(sc, n, n.Args, []ast.Stmt{&ast.ExprStmt{StmtBase: ast.StmtBase{Pos: n.Pos}, Value: n.Body}}, nil)
		return false
	case *ast.ClassDef:
		s.unclear(sc, n.Name)
		in := newScope(sc, true)
		s.of[n] = in
		s.stmts(in, n.Body)
		s.exprs(sc, n.Bases)
		s.exprs(sc, n.Decorators)
		return false
	case *ast.Assign:
		for _, t := range n.Targets {
			s.target(sc, t, n.Value)
		}
	case *ast.AnnAssign:
		s.target(sc, n.Target, n.Value)
	case *ast.Call:
		s.call(n)
	default:
		s.otherwise(sc, n)
	}
	for _, c := range ast.Generators(n) {
		s.target(sc, c.Target, nil)
	}
	return true
}

// otherwise looks at what binds names to values that are not known.
func (s *scopes) otherwise(sc *scope, n ast.Node) {
	switch n := n.(type) {
	case *ast.AugAssign:
		if a, ok := n.Target.(*ast.Attribute); ok {
			s.stored[a] = true
		}
		if name, ok := n.Target.(*ast.Name); ok {
			s.bind(sc, name.ID)
		}
	case *ast.NamedExpr:
		s.target(sc, n.Target, n.Value)
	case *ast.For:
		s.target(sc, n.Target, nil)
	case *ast.With:
		for _, i := range n.Items {
			s.target(sc, i.Vars, nil)
		}
	case *ast.Try:
		for _, h := range n.Handlers {
			s.unclear(sc, h.Name)
		}
	case *ast.Delete:
		for _, t := range n.Targets {
			s.target(sc, t, nil)
		}
	}
}

func (s *scopes) exprs(sc *scope, list []ast.Expr) {
	for _, e := range list {
		ast.Walk(e, func(n ast.Node) bool { return s.node(sc, n) })
	}
}

func (s *scopes) function(sc *scope, node ast.Node, args *ast.Arguments, body []ast.Stmt, decorators []ast.Expr) {
	s.exprs(sc, decorators)
	in := newScope(sc, false)
	s.of[node] = in
	for _, list := range [][]*ast.Arg{args.Args, args.KwOnly, {args.Vararg, args.Kwarg}} {
		for _, a := range list {
			if a == nil {
				continue
			}
			s.unclear(in, a.Name)
			if a.Default != nil {
				s.exprs(sc, []ast.Expr{a.Default})
			}
		}
	}
	s.stmts(in, body)
}

// target binds what is assigned to; value is nil when it is not known.
func (s *scopes) target(sc *scope, t, value ast.Expr) {
	switch t := t.(type) {
	case *ast.Name:
		b := s.bind(sc, t.ID)
		if sc.class {
			s.assign(s.attr(t.ID, sc), value)
		}
		s.assign(b, value)
	case *ast.Attribute:
		s.stored[t] = true
		s.assign(s.attr(t.Attr, sc), value)
	case *ast.Tuple:
		for _, e := range t.Elts {
			s.target(sc, e, nil)
		}
	case *ast.List:
		for _, e := range t.Elts {
			s.target(sc, e, nil)
		}
	case *ast.Starred:
		s.target(sc, t.Value, nil)
	}
}

func (s *scopes) assign(b *binding, value ast.Expr) {
	if value == nil {
		b.unclear = true
		return
	}
	b.values = append(b.values, value)
}

// attr is the binding of an attribute. What is assigned in different functions means different names,
// so that values other than calls and literals are unclear there.
func (s *scopes) attr(name string, sc *scope) *binding {
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

// boundBy is the name that an import binds.
func boundBy(a ast.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	name, _, _ := strings.Cut(a.Name, ".")
	return name
}
