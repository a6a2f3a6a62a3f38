package desugar

import (
	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

func (d *desugarer) function(c *context, st *ast.FunctionDef) {
	var decorators []ast.Expr
	for _, e := range st.Decorators {
		switch name := ast.Emitter(e); {
		case name == "":
			decorators = append(decorators, d.decorator(c, e, st.Name))
		case !emitters[name]:
			d.fail(e, "invalid micropython decorator")
		}
	}
	args := d.params(c, st.Args)
	in := functionContext(c, d.table.Scopes[st], st.Args)
	d.functionBody(in, st, st.Name, st.Body)
	target := d.store(c, st, st.Name)
	name := d.defName(c, st, target)
	c.add(&ast.FunctionDef{StmtBase: at(st), Name: name, Args: args, Body: filled(st, in.out)})
	if id, ok := target.(*ast.Name); ok && id.ID == name && len(decorators) == 0 {
		return
	}
	c.add(assign(st, target, decorated(ident(name), decorators)))
}

// decorator evaluates a decorator in front of what it decorates.
func (d *desugarer) decorator(c *context, e ast.Expr, decorates string) ast.Expr {
	if n, ok := e.(*ast.Name); ok && n.ID != decorates {
		return d.expr(c, e)
	}
	x := ident(c.local("decorator"))
	c.add(assign(e, x, d.expr(c, e)))
	return x
}

// decorated is a value that decorators are called with, the last one first.
func decorated(value ast.Expr, decorators []ast.Expr) ast.Expr {
	for i := len(decorators) - 1; i >= 0; i-- {
		value = call(decorators[i], value)
	}
	return value
}

// emitters are MicroPython's ways to compile a function; here all code is alike.
var emitters = map[string]bool{"native": true, "viper": true, "bytecode": true}

// defName is the name of the function that a def makes: where the def binds no variable of that function,
// after a dot, by which no expression means it. Methods have that of their class in front.
func (d *desugarer) defName(c *context, st *ast.FunctionDef, target ast.Expr) string {
	switch {
	case c.scope.Kind == names.Class:
		return c.class.name + "." + st.Name
	case !isName(target) || len(st.Decorators) > 0:
		return "." + st.Name
	}
	return st.Name
}

// functionContext is the context of a function's body.
func functionContext(c *context, f *names.Scope, args *ast.Arguments) *context {
	in := &context{scope: f, part: f.Root, used: map[string]int{}, class: c.class, tail: true}
	if len(args.Args) > 0 {
		in.self = args.Args[0].Name
	}
	return in
}

// functionBody desugars what is in a function; a generator's becomes a function within it.
func (d *desugarer) functionBody(in *context, n ast.Node, name string, body []ast.Stmt) {
	f := in.scope
	if len(body) > 0 && isDoc(body[0]) {
		d.stmt(in, body[0])
		body = body[1:]
	}
	if f.Boxes() {
		vars := help("vars")
		for _, p := range f.Params {
			if f.Names[p].Boxed {
				vars.Keywords = append(vars.Keywords, &ast.Keyword{Arg: p, Value: ident(p)})
			}
		}
		first := n
		if len(body) > 0 {
			first = body[0]
		}
		in.add(assign(first, ident(boxName(f)), vars))
	}
	if !f.Generator {
		d.stmts(in, body)
		return
	}
	gen := in.inner()
	gen.part, gen.used = d.table.Parts[names.PartKey{Of: n, Kind: names.GeneratorPart}], map[string]int{}
	d.stmts(gen, body)
	inner := Made + "gen." + name
	in.add(define(n, inner, []string{YieldName}, filled(n, gen.out)))
	in.add(ret(n, help("generator", str(name), ident(inner))))
}

func isDoc(st ast.Stmt) bool {
	e, ok := st.(*ast.ExprStmt)
	if !ok {
		return false
	}
	_, ok = e.Value.(*ast.Str)
	return ok
}

// params desugars a parameter list; the defaults belong to the context around the function.
func (d *desugarer) params(c *context, args *ast.Arguments) *ast.Arguments {
	one := func(a *ast.Arg) *ast.Arg {
		if a == nil || a.Default == nil {
			return a
		}
		return &ast.Arg{Pos: a.Pos, Name: a.Name, Default: d.expr(c, a.Default)}
	}
	out := &ast.Arguments{Pos: args.Pos, Vararg: args.Vararg, Kwarg: args.Kwarg}
	for _, a := range args.Args {
		out.Args = append(out.Args, one(a))
	}
	for _, a := range args.KwOnly {
		out.KwOnly = append(out.KwOnly, one(a))
	}
	return out
}

func (d *desugarer) lambda(c *context, e *ast.Lambda) ast.Expr {
	f := d.table.Scopes[e]
	args := d.params(c, e.Args)
	in := functionContext(c, f, e.Args)
	if !f.Generator && !f.Boxes() {
		in.tight = true
		return &ast.Lambda{ExprBase: base(e), Args: args, Body: d.expr(in, e.Body)}
	}
	if c.tight {
		d.fail(e, "a lambda of this kind inside another one or a comprehension does not run yet: make it a def")
		return none()
	}
	d.functionBody(in, e, "lambda", []ast.Stmt{&ast.Return{StmtBase: at(e), Value: e.Body}})
	name := c.local("made") + ".lambda"
	c.add(&ast.FunctionDef{StmtBase: at(e), Name: name, Args: args, Body: in.out})
	return ident(name)
}

func (d *desugarer) classDef(c *context, st *ast.ClassDef) {
	var decorators []ast.Expr
	for _, e := range st.Decorators {
		decorators = append(decorators, d.decorator(c, e, st.Name))
	}
	bases, star := d.positional(c, st.Bases)
	body := c.local("class_" + st.Name)
	x := help("class_", append([]ast.Expr{str(st.Name), ident(body)}, bases...)...)
	for _, k := range st.Keywords { // which class_ refuses, as MicroPython does
		x.Keywords = append(x.Keywords, &ast.Keyword{Arg: k.Arg, Value: d.expr(c, k.Value)})
	}
	if star != nil {
		x.Args = append(x.Args, &ast.Starred{Value: star})
	}
	s := d.table.Scopes[st]
	name := st.Name
	if c.scope.Kind == names.Class {
		name = c.class.name + "." + name
	}
	in := &context{scope: s, part: s.Root, used: map[string]int{}, class: &class{name: name, bound: map[string]bool{}}}
	d.stmts(in, st.Body)
	c.add(define(st, body, []string{spaceName}, filled(st, in.out)))
	c.add(assign(st, d.store(c, st, st.Name), decorated(x, decorators)))
}
