package python

import "quecstar/harness/python/ast"

// functionDef looks at a function or lambda; body looks at what is in it.
func (a *analyzer) functionDef(s *scope, node ast.Node, name string, args *ast.Arguments, body func(f *scope)) {
	for _, p := range append(append([]*ast.Arg(nil), args.Args...), args.KwOnly...) {
		a.expr(s, p.Default)
		a.bools[p.Name] = a.bools[p.Name] || p.Default != nil && isBoolean(p.Default)
	}
	a.params[name] = append(a.params[name], args.Args)
	f := newScope(functionScope, s, name)
	a.scopes[node] = f
	for _, p := range params(args) {
		v := f.declare(p)
		v.bound, v.param = true, true
	}
	outer := a.regions
	a.regions = 0
	body(f)
	a.regions = outer
	if f.generator {
		// The body becomes a function within the function, which the parameters stay in.
		for _, v := range f.names {
			v.cell = v.cell || v.param && v.rebound
		}
	}
}

// params are the names of all parameters.
func params(args *ast.Arguments) []string {
	var names []string
	for _, p := range args.Args {
		names = append(names, p.Name)
	}
	for _, p := range args.KwOnly {
		names = append(names, p.Name)
	}
	for _, p := range []*ast.Arg{args.Vararg, args.Kwarg} {
		if p != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// valueBases are types whose values Starlark compares by itself.
var valueBases = map[string]bool{"int": true, "float": true, "str": true, "bytes": true, "bytearray": true, "tuple": true, "list": true, "dict": true, "set": true,
	"array": true, "OrderedDict": true}

func (a *analyzer) classDef(s *scope, st *ast.ClassDef) {
	a.bind(s, st.Name)
	a.exprs(s, st.Decorators)
	a.exprs(s, st.Bases)
	for _, b := range st.Bases {
		switch b := b.(type) {
		case *ast.Name:
			a.derives = a.derives || valueBases[b.ID]
		case *ast.Attribute:
			a.derives = a.derives || valueBases[b.Attr]
		}
	}
	for _, k := range st.Keywords {
		a.expr(s, k.Value)
	}
	c := newScope(classScope, s, st.Name)
	if s.kind != moduleScope {
		a.classes = append(a.classes, c)
	}
	a.scopes[st] = c
	outer := a.regions
	a.regions = 0
	a.block(c, st.Body)
	a.regions = outer
}
