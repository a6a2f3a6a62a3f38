package port

import "quecstar/harness/python/ast"

type scopeKind uint8

const (
	moduleScope scopeKind = iota
	functionScope
	classScope
	compScope
)

// scope is where names of the Python program live.
type scope struct {
	kind               scopeKind
	parent             *scope
	names              map[string]*variable
	globals, nonlocals map[string]bool
	root               *part // the Starlark function of the scope
	generator, async   bool
	lazy               bool // of a generator expression
	params             []string
}

// variable is a name that a scope binds.
type variable struct {
	param bool
	// forced says that the variable must live in a box: an inner function binds it, it can be unbound
	// or an expression binds it.
	forced bool
	// captured says that a function or generator uses the variable which may run later.
	captured    bool
	refs, binds []*part
	// named are the parts whose parameter the variable is: except … as x, with … as x.
	named []*part
	box   bool
}

// part is a Starlark function that the port makes: of a Python function, or of a part of one.
type part struct {
	parent *part // the part around it; nil for a module
	scope  *scope
	body   []ast.Stmt
	once   bool // it runs once for each run of the scope
}

func (p *part) within(outer *part) bool {
	for ; p != nil; p = p.parent {
		if p == outer {
			return true
		}
	}
	return false
}

func (s *scope) declare(name string) *variable {
	v := s.names[name]
	if v == nil {
		v = &variable{}
		s.names[name] = v
	}
	return v
}

func (s *scope) function() *scope {
	for s.kind == compScope {
		s = s.parent
	}
	return s
}

func (s *scope) module() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// owner is the scope whose variable a name means that is read in s.
func (s *scope) owner(name string) *scope {
	for p := s; p != nil; p = p.parent {
		if p.kind == classScope && p != s {
			continue
		}
		if p.globals[name] {
			return s.module()
		}
		if p.nonlocals[name] {
			continue
		}
		if p.kind == moduleScope || p.names[name] != nil {
			return p
		}
	}
	return s.module()
}

// analysis is what is known of a program's names before it is ported.
type analysis struct {
	scopes map[ast.Node]*scope
	parts  map[any]*part // by the first statement's list: of try, handlers, with and generators
	refs   []ref
	words  map[string]bool // every identifier of the file
	defs   map[string]int  // how often a name is bound by the module
}

// ref is a place where a name is read or bound.
type ref struct {
	s    *scope
	p    *part
	name string
	bind bool
	as   bool // the parameter of the part
}

// partKey names a part of a statement.
type partKey struct {
	st   any // *ast.Try, *ast.ExceptHandler, *ast.With, *ast.FunctionDef
	kind string
}

func newScope(kind scopeKind, parent *scope, at *part, body []ast.Stmt) *scope {
	s := &scope{kind: kind, parent: parent, names: map[string]*variable{}, globals: map[string]bool{}, nonlocals: map[string]bool{}}
	s.root = &part{parent: at, scope: s, body: body, once: true}
	return s
}

func analyze(mod *ast.Module) *analysis {
	a := &analysis{scopes: map[ast.Node]*scope{}, parts: map[any]*part{}, words: map[string]bool{}, defs: map[string]int{}}
	top := newScope(moduleScope, nil, nil, mod.Body)
	a.scopes[mod] = top
	a.block(top, top.root, mod.Body)
	for _, r := range a.refs {
		a.resolve(r)
	}
	for _, s := range a.scopes {
		for name, v := range s.names {
			v.box = s.needsBox(name, v)
		}
	}
	return a
}

// resolve tells a variable of a place that mentions it.
func (a *analysis) resolve(r ref) {
	owner := r.s.owner(r.name)
	if owner.kind == classScope && !r.bind && owner.parent != nil {
		// A class body reads what is around it until it has bound the name.
		a.resolve(ref{s: owner.parent, p: owner.root.parent, name: r.name})
	}
	v := owner.names[r.name]
	if v == nil {
		return
	}
	for s := r.s; s != owner && s != nil; s = s.parent {
		v.captured = v.captured || s.kind != compScope || s.lazy
	}
	p := r.p
	for p.scope != owner && p.parent != nil {
		p = p.parent
	}
	if r.as {
		v.named = append(v.named, p)
	}
	v.refs = append(v.refs, p)
	if !r.bind {
		return
	}
	v.binds = append(v.binds, p)
	if owner.kind == moduleScope {
		a.defs[r.name]++
	}
	if r.s.function() != owner {
		v.forced = true
	}
}

// needsBox reports whether a variable cannot be one of a Starlark function. Of a module it says
// that its binding inside of functions goes by py.globals.
func (s *scope) needsBox(name string, v *variable) bool {
	if s.kind == classScope || s.kind == compScope {
		return false
	}
	if v.forced {
		return true
	}
	if len(v.named) > 0 && !v.captured && v.staysNamed() {
		return false
	}
	home := s.root
	if s.kind == functionScope && !v.param {
		home = common(v.refs)
	}
	for _, b := range v.binds {
		if b != home {
			return true
		}
	}
	return home != nil && !home.once && (v.captured || !bindsFirst(home.body, name))
}

// staysNamed reports whether a variable is used only inside the parts whose parameter it is.
func (v *variable) staysNamed() bool {
	inside := func(p *part) *part {
		for _, n := range v.named {
			if p.within(n) {
				return n
			}
		}
		return nil
	}
	for _, r := range v.refs {
		if inside(r) == nil {
			return false
		}
	}
	for _, b := range v.binds {
		if inside(b) != b {
			return false
		}
	}
	return true
}

// common is the innermost part around all.
func common(parts []*part) *part {
	if len(parts) == 0 {
		return nil
	}
	c := parts[0]
	for _, p := range parts[1:] {
		for !p.within(c) {
			c = c.parent
		}
	}
	return c
}

// bindsFirst reports whether a list of statements surely binds a name before it reads it.
func bindsFirst(body []ast.Stmt, name string) bool {
	for i, st := range body {
		if !mentions(st, name) {
			continue
		}
		switch s := st.(type) {
		case *ast.Assign:
			return !mentions(s.Value, name) && targetsName(s.Targets, name)
		case *ast.Import, *ast.ImportFrom:
			return true
		case *ast.FunctionDef:
			return s.Name == name
		case *ast.For, *ast.If, *ast.While:
			for _, later := range body[i+1:] {
				if mentions(later, name) {
					return false
				}
			}
			return bindsFirstInside(st, name)
		}
		return false
	}
	return false
}

// bindsFirstInside is bindsFirst of a compound statement which has all mentions of the name.
func bindsFirstInside(st ast.Stmt, name string) bool {
	if f, ok := st.(*ast.For); ok {
		if mentions(f.Iter, name) {
			return false
		}
		if targetsName([]ast.Expr{f.Target}, name) {
			return !mentionsAny(f.Orelse, name)
		}
	}
	in := 0
	var inside []ast.Stmt
	for _, list := range ast.Bodies(st) {
		if mentionsAny(list, name) {
			in++
			inside = list
		}
	}
	switch s := st.(type) {
	case *ast.If:
		in += count(mentions(s.Test, name))
	case *ast.While:
		in += count(mentions(s.Test, name))
	}
	return in == 1 && inside != nil && bindsFirst(inside, name)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func targetsName(targets []ast.Expr, name string) bool {
	for _, t := range targets {
		switch t := t.(type) {
		case *ast.Name:
			if t.ID == name {
				return true
			}
		case *ast.Tuple:
			if targetsName(t.Elts, name) {
				return true
			}
		}
	}
	return false
}

func mentionsAny(body []ast.Stmt, name string) bool {
	for _, st := range body {
		if mentions(st, name) {
			return true
		}
	}
	return false
}

// mentions reports whether a name stands anywhere in a statement or expression.
func mentions(n ast.Node, name string) bool {
	found := false
	ast.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			found = found || n.ID == name
		case *ast.FunctionDef:
			found = found || n.Name == name
		case *ast.ClassDef:
			found = found || n.Name == name
		case *ast.Import:
			for _, al := range n.Names {
				found = found || imported(al) == name
			}
		case *ast.ImportFrom:
			for _, al := range n.Names {
				found = found || imported(al) == name
			}
		case *ast.Try:
			for _, h := range n.Handlers {
				found = found || h.Name == name
			}
		case *ast.Global, *ast.Nonlocal:
			return false
		}
		return !found
	})
	return found
}

// imported is what an import binds.
func imported(n ast.Alias) string {
	if n.AsName != "" {
		return n.AsName
	}
	for i, c := range n.Name {
		if c == '.' {
			return n.Name[:i]
		}
	}
	return n.Name
}
