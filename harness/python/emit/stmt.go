package emit

import (
	"strings"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

func (e *emitter) stmts(body []ast.Stmt) []syntax.Stmt {
	var out []syntax.Stmt
	for _, st := range body {
		out = e.stmt(out, st)
	}
	return out
}

// stmt emits a statement behind others.
func (e *emitter) stmt(out []syntax.Stmt, st ast.Stmt) []syntax.Stmt {
	pos := e.pos(st)
	e.here = pos
	switch st := st.(type) {
	case *ast.ExprStmt:
		if _, ok := st.Value.(*ast.Str); ok { // a doc string, which nothing reads
			return append(out, branch(pos, syntax.PASS))
		}
		return append(out, &syntax.ExprStmt{X: e.expr(st.Value)})
	case *ast.Assign:
		value := e.expr(st.Value)
		if isSequence(st.Targets[0]) {
			value = e.iter(pos, st.Value, value)
		}
		return append(out, assign(pos, e.target(st.Targets[0]), value))
	case *ast.AugAssign:
		return e.augmented(out, pos, st)
	case *ast.If:
		s := &syntax.IfStmt{If: pos, Cond: e.test(st.Test), True: e.stmts(st.Body)}
		if len(st.Orelse) > 0 {
			s.ElsePos, s.False = pos, e.stmts(st.Orelse)
		}
		return append(out, s)
	case *ast.While:
		return e.loop(out, func() syntax.Stmt {
			return &syntax.WhileStmt{While: pos, Cond: e.test(st.Test), Body: e.stmts(st.Body)}
		})
	case *ast.For:
		x := e.iter(pos, st.Iter, e.expr(st.Iter))
		return e.loop(out, func() syntax.Stmt {
			return &syntax.ForStmt{For: pos, Vars: e.target(st.Target), X: x, Body: e.stmts(st.Body)}
		})
	case *ast.FunctionDef:
		return e.function(out, st)
	case *ast.Return:
		value := e.none(pos)
		if st.Value != nil {
			value = e.expr(st.Value)
		}
		return append(out, &syntax.ReturnStmt{Return: pos, Result: value})
	case *ast.Break:
		return append(out, branch(pos, syntax.BREAK))
	case *ast.Continue:
		return append(out, branch(pos, syntax.CONTINUE))
	case *ast.Pass:
		return append(out, branch(pos, syntax.PASS))
	}
	e.fail(st, "this statement does not run here")
	return out
}

func isSequence(target ast.Expr) bool {
	switch target.(type) {
	case *ast.Tuple, *ast.List:
		return true
	}
	return false
}

// iter is what Starlark is to go over or to unpack for a value.
func (e *emitter) iter(pos syntax.Position, value ast.Expr, x syntax.Expr) syntax.Expr {
	if _, ok := value.(*ast.Tuple); ok {
		return x
	}
	return e.operator(pos, "iter", x)
}

// loop emits a loop behind what its statements need but once: the functions that desugaring made of their
// parts, which share their variables with the function around and so do the same whenever they were made.
//
// BenchmarkSpeed/try takes 189 ns a round so, and 580 where the functions are made in each round.
func (e *emitter) loop(out []syntax.Stmt, emit func() syntax.Stmt) []syntax.Stmt {
	if e.once != nil {
		return append(out, emit())
	}
	var once []syntax.Stmt
	e.once = &once
	loop := emit()
	e.once = nil
	return append(append(out, once...), loop)
}

// part reports whether a function was made of a part of a statement, and of nothing that a script can hold.
func part(name string) bool {
	return strings.HasPrefix(name, Made) && !strings.HasSuffix(name, ".lambda")
}

// augmented emits x op= y as x = ·op=[x][y], as Starlark's own operator knows no such methods as __iadd__. What x
// is a part of is evaluated in front.
func (e *emitter) augmented(out []syntax.Stmt, pos syntax.Position, st *ast.AugAssign) []syntax.Stmt {
	var x func() syntax.Expr
	switch t := st.Target.(type) {
	case *ast.Subscript:
		var of, at func() syntax.Expr
		out, of = e.kept(out, pos, "kept", e.subject(t, "of"))
		out, at = e.kept(out, pos, "at", e.expr(t.Index))
		x = func() syntax.Expr { return index(pos, of(), at()) }
	case *ast.Attribute:
		if _, global := globalOf(t); global {
			x = func() syntax.Expr { return e.expr(t) }
			break
		}
		var of func() syntax.Expr
		out, of = e.kept(out, pos, "kept", e.expr(t.Value))
		x = func() syntax.Expr { return e.dot(pos, of(), t.Attr) }
	default:
		x = func() syntax.Expr { return e.expr(t) }
	}
	op := binaryOps[st.Op]
	value := e.rightSide(pos, op, true, st.Value)
	if value == nil {
		value = index(pos, e.operator(pos, op.String()+"=", x()), e.expr(st.Value))
	} else {
		value = index(pos, value, x())
	}
	return append(out, assign(pos, x(), value))
}

// kept puts an expression that is used more than once into a variable, unless it is a variable of the function or
// a constant.
func (e *emitter) kept(out []syntax.Stmt, pos syntax.Position, name string, x syntax.Expr) ([]syntax.Stmt, func() syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Ident:
		return out, func() syntax.Expr { return e.ident(x.NamePos, x.Name) }
	case *syntax.Literal:
		return out, func() syntax.Expr { return x }
	}
	out = append(out, assign(pos, e.ident(pos, Made+name), x))
	return out, func() syntax.Expr { return e.ident(pos, Made+name) }
}

// target is what is assigned to.
func (e *emitter) target(target ast.Expr) syntax.Expr {
	pos := e.pos(target)
	switch t := target.(type) {
	case *ast.Name:
		return e.name(t)
	case *ast.Attribute:
		if name, ok := globalOf(t); ok {
			return e.variable(pos, name)
		}
		return e.dot(pos, e.expr(t.Value), t.Attr)
	case *ast.Subscript:
		return e.item(t, "of")
	case *ast.Tuple:
		return tuple(pos, e.targets(t.Elts))
	case *ast.List:
		return tuple(pos, e.targets(t.Elts))
	}
	e.fail(target, "can't assign to expression")
	return e.ident(pos, "_")
}

func (e *emitter) targets(list []ast.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, t := range list {
		out[i] = e.target(t)
	}
	return out
}

// function emits a def. One at the top binds a variable of the module, too, unless it was made up or
// its name has a dot.
func (e *emitter) function(out []syntax.Stmt, st *ast.FunctionDef) []syntax.Stmt {
	pos := e.pos(st)
	def := &syntax.DefStmt{Def: pos, Name: e.ident(pos, st.Name), Lparen: pos, Params: e.params(pos, st.Args), Rparen: pos}
	once := e.once
	e.depth, e.once = e.depth+1, nil
	def.Body = append(e.entry(pos, st.Args), e.stmts(st.Body)...)
	e.depth, e.once = e.depth-1, once
	e.here = pos
	if once != nil && part(st.Name) {
		*once = append(*once, def)
		return out
	}
	out = append(out, def)
	if e.depth == 0 && !strings.HasPrefix(st.Name, Made) && !strings.Contains(st.Name, ".") {
		out = append(out, assign(pos, e.variable(pos, st.Name), e.ident(pos, st.Name)))
	}
	return out
}

// entry makes a Python dict of what a **parameter was given.
func (e *emitter) entry(pos syntax.Position, args *ast.Arguments) []syntax.Stmt {
	if args.Kwarg == nil {
		return nil
	}
	name := args.Kwarg.Name
	return []syntax.Stmt{assign(pos, e.ident(pos, name), e.operator(pos, "kwdict", e.ident(pos, name)))}
}

func (e *emitter) params(pos syntax.Position, args *ast.Arguments) []syntax.Expr {
	var out []syntax.Expr
	for _, p := range args.Args {
		out = append(out, e.param(pos, p))
	}
	switch {
	case args.Vararg != nil:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR, X: e.ident(pos, args.Vararg.Name)})
	case len(args.KwOnly) > 0:
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR})
	}
	for _, p := range args.KwOnly {
		out = append(out, e.param(pos, p))
	}
	if args.Kwarg != nil {
		out = append(out, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STARSTAR, X: e.ident(pos, args.Kwarg.Name)})
	}
	return out
}

func (e *emitter) param(pos syntax.Position, p *ast.Arg) syntax.Expr {
	if p.Default == nil {
		return e.ident(pos, p.Name)
	}
	return binary(pos, e.ident(pos, p.Name), syntax.EQ, e.expr(p.Default))
}
