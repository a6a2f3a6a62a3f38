package python

import (
	"sort"

	"github.com/go-python/gpython/ast"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
)

func (l *lowerer) functionDef(b *block, st *ast.FunctionDef) {
	pos := l.pos(st)
	name := string(st.Name)
	decorators := make([]syntax.Expr, len(st.DecoratorList))
	for i, d := range st.DecoratorList {
		t := l.temp()
		b.add(assign(pos, ident(pos, t), l.expr(b, d)))
		decorators[i] = ident(pos, t)
	}
	params := l.params(b, pos, st.Args)
	in := l.functionBlock(b, l.a.scopes[st], st.Args)
	l.functionBody(in, pos, st)
	shown := qualified(b, name)
	b.add(define(pos, shown, params, in.out))
	var value syntax.Expr = ident(pos, shown)
	for i := len(decorators) - 1; i >= 0; i-- {
		value = call(pos, decorators[i], value)
	}
	target := l.store(b, pos, name)
	if id, ok := target.(*syntax.Ident); ok && id.Name == shown && len(decorators) == 0 {
		return
	}
	b.add(assign(pos, target, value))
}

// functionBlock is the block of a function's body.
func (l *lowerer) functionBlock(b *block, s *scope, args *ast.Arguments) *block {
	in := &block{scope: s, class: b.class}
	if len(args.Args) > 0 {
		in.self = string(args.Args[0].Arg)
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
	inner := object.Marker + "gen." + string(st.Name)
	in.add(define(pos, inner, []syntax.Expr{ident(pos, yieldName)}, body.out))
	in.add(&syntax.ReturnStmt{Return: pos, Result: l.help(pos, "generator", ident(pos, inner), text(pos, string(st.Name)))})
}

// yieldName is the function by which a generator's body yields.
const yieldName = object.Marker + "y"

// entry makes the cells of a function and the dict of its **parameter.
func (l *lowerer) entry(in *block, pos syntax.Position, args *ast.Arguments) {
	if args.Kwarg != nil {
		name := string(args.Kwarg.Arg)
		in.add(assign(pos, ident(pos, name), l.help(pos, "kwdict", ident(pos, name))))
	}
	var cells []string
	for name, v := range in.names {
		if v.cell && v.bound {
			cells = append(cells, name)
		}
	}
	sort.Strings(cells)
	for _, name := range cells {
		args := []syntax.Expr{text(pos, name)}
		if in.names[name].param {
			args = append(args, ident(pos, name))
		}
		in.add(assign(pos, ident(pos, cellName(name)), l.help(pos, "cell", args...)))
	}
}

// params lowers a parameter list; the defaults belong to the block around the function.
func (l *lowerer) params(b *block, pos syntax.Position, args *ast.Arguments) []syntax.Expr {
	var out []syntax.Expr
	first := len(args.Args) - len(args.Defaults)
	for i, p := range args.Args {
		if i < first {
			out = append(out, ident(pos, string(p.Arg)))
			continue
		}
		out = append(out, binary(pos, ident(pos, string(p.Arg)), syntax.EQ, l.expr(b, args.Defaults[i-first])))
	}
	switch {
	case args.Vararg != nil:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR, X: ident(pos, string(args.Vararg.Arg))})
	case len(args.Kwonlyargs) > 0:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR})
	}
	defaults := keywordDefaults(args)
	for _, p := range args.Kwonlyargs {
		if d := defaults[p]; d != nil {
			out = append(out, binary(pos, ident(pos, string(p.Arg)), syntax.EQ, l.expr(b, d)))
			continue
		}
		out = append(out, ident(pos, string(p.Arg)))
	}
	if args.Kwarg != nil {
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STARSTAR, X: ident(pos, string(args.Kwarg.Arg))})
	}
	return out
}

// keywordDefaults finds whose the defaults of keyword-only parameters are. The parser lists them
// without their parameters: a default stands behind its parameter and before the next.
func keywordDefaults(args *ast.Arguments) map[*ast.Arg]ast.Expr {
	out := map[*ast.Arg]ast.Expr{}
	for _, d := range args.KwDefaults {
		if d == nil {
			continue
		}
		var owner *ast.Arg
		for _, p := range args.Kwonlyargs {
			if before(p, d) {
				owner = p
			}
		}
		if owner != nil {
			out[owner] = d
		}
	}
	return out
}

// before reports whether a node stands before another.
func before(a, b ast.Ast) bool {
	return a.GetLineno() < b.GetLineno() || a.GetLineno() == b.GetLineno() && a.GetColOffset() < b.GetColOffset()
}

func (l *lowerer) lambda(b *block, e *ast.Lambda) syntax.Expr {
	pos := l.pos(e)
	s := l.a.scopes[e]
	if s.generator || e.Args.Kwarg != nil {
		return l.lambdaDef(b, e)
	}
	in := l.functionBlock(b, s, e.Args)
	in.noHoist = true
	params := l.params(b, pos, e.Args)
	return &syntax.LambdaExpr{Lambda: pos, Params: params, Body: l.expr(in, e.Body)}
}

// lambdaDef lowers a lambda that needs statements to a function.
func (l *lowerer) lambdaDef(b *block, e *ast.Lambda) syntax.Expr {
	pos := l.pos(e)
	if b.noHoist {
		l.unsupported(e, "this lambda inside another one or a comprehension")
		return none(pos)
	}
	params := l.params(b, pos, e.Args)
	in := l.functionBlock(b, l.a.scopes[e], e.Args)
	st := &ast.FunctionDef{Name: "lambda", Args: e.Args, Body: []ast.Stmt{&ast.Return{StmtBase: ast.StmtBase{Pos: e.Pos}, Value: e.Body}}}
	l.functionBody(in, pos, st)
	name := l.temp() + ".lambda"
	b.add(define(pos, name, params, in.out))
	return ident(pos, name)
}

func (l *lowerer) classDef(b *block, st *ast.ClassDef) {
	pos := l.pos(st)
	name := string(st.Name)
	var decorators []syntax.Expr
	for _, d := range st.DecoratorList {
		t := l.temp()
		b.add(assign(pos, ident(pos, t), l.expr(b, d)))
		decorators = append(decorators, ident(pos, t))
	}
	if len(st.Keywords) > 0 || st.Starargs != nil || st.Kwargs != nil {
		l.unsupported(st, "a class with keyword arguments")
		return
	}
	bases := make([]syntax.Expr, len(st.Bases))
	for i, e := range st.Bases {
		bases[i] = l.expr(b, e)
	}
	shown := name
	if b.class != nil && b.kind == classScope {
		shown = b.class.name + "." + name
	}
	s := l.a.scopes[st]
	in := &block{scope: s, class: &classContext{scope: s, name: shown, bound: map[string]bool{}}}
	l.stmts(in, st.Body)
	body := l.temp() + "class." + name
	b.add(define(pos, body, []syntax.Expr{ident(pos, namespaceName), ident(pos, className(shown))}, in.out))
	value := syntax.Expr(l.help(pos, "class", text(pos, name), &syntax.TupleExpr{Lparen: pos, List: bases, Rparen: pos},
		none(pos), ident(pos, body), l.module(pos)))
	for i := len(decorators) - 1; i >= 0; i-- {
		value = call(pos, decorators[i], value)
	}
	b.add(assign(pos, l.store(b, pos, name), value))
}

// className is the variable that a class body has its class in, for super().
func className(shown string) string { return object.Marker + "class." + shown }
