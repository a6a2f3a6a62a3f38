package python

import (
	"sort"

	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"

	"quecstar/harness/python/object"
)

func (l *lowerer) functionDef(b *block, st *ast.FunctionDef) {
	pos := l.pos(st)
	name := st.Name
	var decorators []syntax.Expr
	for _, d := range st.Decorators {
		if name := ast.Emitter(d); name != "" {
			if !emitters[name] {
				l.fail(l.pos(d), "invalid micropython decorator")
			}
			continue
		}
		t := l.temp()
		b.add(assign(pos, l.ident(pos, t), l.expr(b, d)))
		decorators = append(decorators, l.ident(pos, t))
	}
	params := l.params(b, pos, st.Args)
	in := l.functionBlock(b, l.a.scopes[st], st.Args)
	l.functionBody(in, pos, st)
	shown := qualified(b, name)
	b.add(l.define(pos, shown, params, in.out))
	var value syntax.Expr = l.ident(pos, shown)
	for i := len(decorators) - 1; i >= 0; i-- {
		value = l.callOf(pos, decorators[i], value)
	}
	target := l.store(b, pos, name)
	if id, ok := target.(*syntax.Ident); ok && id.Name == shown && len(decorators) == 0 {
		return
	}
	b.add(assign(pos, target, value))
}

// emitters are MicroPython's ways to compile a function; here all code is alike.
var emitters = map[string]bool{"native": true, "viper": true, "bytecode": true}

// functionBlock is the block of a function's body.
func (l *lowerer) functionBlock(b *block, s *scope, args *ast.Arguments) *block {
	in := &block{scope: s, class: b.class}
	if len(args.Args) > 0 {
		in.self = args.Args[0].Name
	}
	return in
}

// functionBody lowers what is in a function; a generator's becomes a function within it.
func (l *lowerer) functionBody(in *block, pos syntax.Position, st *ast.FunctionDef) {
	l.entry(in, pos, st.Args)
	if !in.generator {
		l.stmts(in, st.Body)
		return
	}
	body := in.inner()
	l.stmts(body, st.Body)
	inner := object.Marker + "gen." + st.Name
	in.add(l.define(pos, inner, []syntax.Expr{l.ident(pos, yieldName)}, body.out))
	in.add(&syntax.ReturnStmt{Return: pos, Result: l.help(pos, "generator", l.ident(pos, inner), text(pos, st.Name))})
}

// yieldName is the function by which a generator's body yields.
const yieldName = object.Marker + "y"

// entry makes the cells of a function and the dict of its **parameter.
func (l *lowerer) entry(in *block, pos syntax.Position, args *ast.Arguments) {
	if args.Kwarg != nil {
		name := args.Kwarg.Name
		in.add(assign(pos, l.ident(pos, name), l.unary(pos, "kwdict", l.ident(pos, name))))
	}
	var cells []string
	for name, v := range in.names {
		if v.cell && v.bound {
			cells = append(cells, name)
		}
	}
	sort.Strings(cells)
	for _, name := range cells {
		var args []syntax.Expr
		if in.names[name].param {
			args = append(args, l.ident(pos, name))
		}
		in.add(assign(pos, l.ident(pos, cellName(name)), l.help(pos, "cell", args...)))
	}
}

// params lowers a parameter list; the defaults belong to the block around the function.
func (l *lowerer) params(b *block, pos syntax.Position, args *ast.Arguments) []syntax.Expr {
	var out []syntax.Expr
	for _, p := range args.Args {
		out = append(out, l.param(b, pos, p))
	}
	switch {
	case args.Vararg != nil:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR, X: l.ident(pos, args.Vararg.Name)})
	case len(args.KwOnly) > 0:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR})
	}
	for _, p := range args.KwOnly {
		out = append(out, l.param(b, pos, p))
	}
	if args.Kwarg != nil {
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STARSTAR, X: l.ident(pos, args.Kwarg.Name)})
	}
	return out
}

func (l *lowerer) param(b *block, pos syntax.Position, p *ast.Arg) syntax.Expr {
	if p.Default == nil {
		return l.ident(pos, p.Name)
	}
	return binary(pos, l.ident(pos, p.Name), syntax.EQ, l.expr(b, p.Default))
}

func (l *lowerer) lambda(b *block, e *ast.Lambda) syntax.Expr {
	pos := l.pos(e)
	s := l.a.scopes[e]
	if s.generator || s.hasCells() {
		return l.lambdaDef(b, e)
	}
	in := l.functionBlock(b, s, e.Args)
	in.noHoist = true
	params := l.params(b, pos, e.Args)
	body := l.expr(in, e.Body)
	if k := e.Args.Kwarg; k != nil { // (lambda k: body)(·kwdict(k))
		inner := &syntax.LambdaExpr{Lambda: pos, Params: []syntax.Expr{l.ident(pos, k.Name)}, Body: body}
		body = l.callOf(pos, &syntax.ParenExpr{Lparen: pos, X: inner, Rparen: pos}, l.unary(pos, "kwdict", l.ident(pos, k.Name)))
	}
	return &syntax.LambdaExpr{Lambda: pos, Params: params, Body: body}
}

// lambdaDef lowers a lambda that needs statements to a function.
func (l *lowerer) lambdaDef(b *block, e *ast.Lambda) syntax.Expr {
	pos := l.pos(e)
	if b.noHoist {
		l.unsupported(e, "this lambda inside another one or a comprehension")
		return l.none(pos)
	}
	params := l.params(b, pos, e.Args)
	in := l.functionBlock(b, l.a.scopes[e], e.Args)
	st := &ast.FunctionDef{Name: "lambda", Args: e.Args, Body: []ast.Stmt{&ast.Return{StmtBase: ast.StmtBase{Pos: e.Pos}, Value: e.Body}}}
	l.functionBody(in, pos, st)
	name := l.temp() + ".lambda"
	b.add(l.define(pos, name, params, in.out))
	return l.ident(pos, name)
}

func (l *lowerer) classDef(b *block, st *ast.ClassDef) {
	pos := l.pos(st)
	name := st.Name
	var decorators []syntax.Expr
	for _, d := range st.Decorators {
		t := l.temp()
		b.add(assign(pos, l.ident(pos, t), l.expr(b, d)))
		decorators = append(decorators, l.ident(pos, t))
	}
	if len(st.Keywords) > 0 {
		// As in MicroPython, where a class statement is a call that takes none.
		b.add(&syntax.ExprStmt{X: l.help(pos, "nokeywords")})
	}
	bases := l.expr(b, &ast.Tuple{ExprBase: ast.ExprBase{Pos: st.Pos}, Elts: st.Bases})
	shown := name
	if b.class != nil && b.kind == classScope {
		shown = b.class.name + "." + name
	}
	s := l.a.scopes[st]
	in := &block{scope: s, class: &classContext{scope: s, name: shown, bound: map[string]bool{}}}
	l.stmts(in, st.Body)
	body := l.temp() + "class." + name
	b.add(l.define(pos, body, []syntax.Expr{l.ident(pos, namespaceName), l.ident(pos, className(shown))}, in.out))
	value := syntax.Expr(l.help(pos, "class", text(pos, name), bases,
		l.none(pos), l.ident(pos, body), l.module(pos)))
	for i := len(decorators) - 1; i >= 0; i-- {
		value = l.callOf(pos, decorators[i], value)
	}
	b.add(assign(pos, l.store(b, pos, name), value))
}

// className is the variable that a class body has its class in, for super().
func className(shown string) string { return object.Marker + "class." + shown }
