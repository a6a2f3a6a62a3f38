package suite

import (
	"fmt"
	"strings"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

// What is checked is rewritten before it is compiled, so that a failure shows both sides: a comparison a == b
// within it becomes ·sides("==", a, b, lambda x, y: x == y), what else decides it ·shown("a.b", a.b), and an assert
//
//	if not ·checked(test): ·failed(source, message)
//
// A test that is defined twice, or as a method, would never run: ·hidden(why) says so when the file is.
// The names begin with a character that no file can say.
const (
	sidesName   = "·sides"
	shownName   = "·shown"
	checkedName = "·checked"
	failedName  = "·failed"
	hiddenName  = "·hidden"
)

// source is the text of a file, by line.
type source []string

func sourceOf(text []byte) source { return strings.Split(string(text), "\n") }

// line is the text of a line, counted from 1.
func (s source) line(n int32) string {
	if n < 1 || int(n) > len(s) {
		return ""
	}
	return strings.TrimSpace(s[n-1])
}

// rewritePython rewrites the asserts of a .py file.
func rewritePython(mod *ast.Module, text []byte) {
	src := sourceOf(text)
	var body func(list []ast.Stmt)
	body = func(list []ast.Stmt) {
		for i, st := range list {
			if a, ok := st.(*ast.Assert); ok {
				list[i] = plainAssert(a, src)
				continue
			}
			for _, inner := range ast.Bodies(st) {
				body(inner)
			}
		}
	}
	body(mod.Body)
	fitPython(mod)
	never := neverRun(mod)
	sparePython(mod, text)
	mod.Body = append(never, mod.Body...)
}

// neverRun are calls that tell of tests of a .py file that would never run.
func neverRun(mod *ast.Module) []ast.Stmt {
	var out []ast.Stmt
	seen := map[string]int32{}
	hidden := func(f *ast.FunctionDef, why string) {
		text := fmt.Sprintf("%s:%d: ", f.Name, f.Line) + why
		out = append(out, &ast.ExprStmt{StmtBase: ast.StmtBase{Pos: f.Pos},
			Value: callOf(f, hiddenName, &ast.Str{ExprBase: exprAt(f), S: text})})
	}
	for _, st := range mod.Body {
		switch st := st.(type) {
		case *ast.FunctionDef:
			if line, twice := seen[st.Name]; twice && isTest(st.Name) {
				hidden(st, fmt.Sprintf(twiceText, line))
			}
			seen[st.Name] = st.Line
		case *ast.ClassDef:
			for _, in := range st.Body {
				if f, ok := in.(*ast.FunctionDef); ok && isTest(f.Name) && strings.HasPrefix(st.Name, "Test") {
					hidden(f, "it is a method of "+st.Name+", which nobody runs: a test is a function of the file")
				}
			}
		}
	}
	return out
}

const twiceText = "there is a test of this name in line %d already, which would never run"

func isTest(name string) bool { return strings.HasPrefix(name, testPrefix) }

func plainAssert(a *ast.Assert, src source) ast.Stmt {
	if t, ok := a.Test.(*ast.Tuple); ok && len(t.Elts) > 0 {
		text := &ast.Str{ExprBase: exprAt(a), S: src.line(a.Line) + ": a tuple is always true: leave out the parentheses"}
		return &ast.ExprStmt{StmtBase: ast.StmtBase{Pos: a.Pos}, Value: callOf(a, hiddenName, text)}
	}
	args := []ast.Expr{&ast.Str{ExprBase: exprAt(a), S: src.line(a.Line)}}
	if a.Msg != nil {
		args = append(args, a.Msg)
	}
	test := callOf(a, checkedName, showSides(a.Test))
	return &ast.If{StmtBase: ast.StmtBase{Pos: a.Pos}, Test: &ast.UnaryOp{ExprBase: exprAt(a), Op: ast.Not, Operand: test},
		Body: []ast.Stmt{&ast.ExprStmt{StmtBase: ast.StmtBase{Pos: a.Pos}, Value: callOf(a, failedName, args...)}}}
}

func exprAt(n ast.Node) ast.ExprBase { return ast.ExprBase{Pos: n.At()} }

func callOf(n ast.Node, name string, args ...ast.Expr) ast.Expr {
	return &ast.Call{ExprBase: exprAt(n), Func: &ast.Name{ExprBase: exprAt(n), ID: name}, Args: args}
}

// showSides rewrites what decides what an expression is: its comparisons, and values that are true or not.
func showSides(e ast.Expr) ast.Expr {
	switch e := e.(type) {
	case *ast.BoolOp:
		for i := range e.Values {
			e.Values[i] = showSides(e.Values[i])
		}
	case *ast.UnaryOp:
		if e.Op == ast.Not {
			e.Operand = showSides(e.Operand)
		}
	case *ast.Compare:
		return chainedSides(e)
	default:
		if name := pythonName(e); name != "" {
			return callOf(e, shownName, &ast.Str{ExprBase: exprAt(e), S: name}, e)
		}
	}
	return e
}

// chainedSides is a < b < c as a < b and b < c, where reading b twice does nothing.
func chainedSides(e *ast.Compare) ast.Expr {
	if len(e.Ops) == 1 {
		return pythonSides(e)
	}
	var parts []ast.Expr
	left := e.Left
	for i, right := range e.Comparators {
		if _, name := right.(*ast.Name); !name && !isNumber(right) && i+1 < len(e.Comparators) {
			return e
		}
		parts = append(parts, pythonSides(&ast.Compare{ExprBase: e.ExprBase, Left: left, Ops: e.Ops[i : i+1],
			Comparators: []ast.Expr{right}}))
		left = right
	}
	return &ast.BoolOp{ExprBase: e.ExprBase, Values: parts}
}

func isNumber(e ast.Expr) bool {
	_, is := e.(*ast.Num)
	return is
}

// pythonName is what a failure calls an expression: a.b, f(…), d[…]; "" for what has no name.
func pythonName(e ast.Expr) string {
	inner, behind := e, ""
	switch e := e.(type) {
	case *ast.Call:
		inner, behind = e.Func, "(…)"
	case *ast.Subscript:
		inner, behind = e.Value, "[…]"
		if key := ast.Text(e.Index); key != "" {
			behind = fmt.Sprintf("[%q]", key)
		}
	case *ast.Attribute:
		inner, behind = e.Value, "."+e.Attr
	case *ast.Name:
		return e.ID
	default:
		return ""
	}
	if name := pythonName(inner); name != "" {
		return name + behind
	}
	return ""
}

func pythonSides(e *ast.Compare) ast.Expr {
	x, y := &ast.Name{ExprBase: exprAt(e), ID: "·x"}, &ast.Name{ExprBase: exprAt(e), ID: "·y"}
	same := &ast.Lambda{ExprBase: exprAt(e), Args: &ast.Arguments{Args: []*ast.Arg{{Name: x.ID}, {Name: y.ID}}},
		Body: &ast.Compare{ExprBase: exprAt(e), Left: x, Ops: e.Ops, Comparators: []ast.Expr{y}}}
	return callOf(e, sidesName, &ast.Str{ExprBase: exprAt(e), S: pythonOps[e.Ops[0]]}, e.Left, e.Comparators[0], same)
}

var pythonOps = map[ast.CmpOp]string{ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
	ast.GtE: ">=",
	ast.Is:  "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}

// rewriteStarlark rewrites the calls of check and require in a .star file, the main one or one that it loads.
func rewriteStarlark(f *syntax.File, text []byte, main bool) {
	src := sourceOf(text)
	syntax.Walk(f, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return true
		}
		name, ok := c.Fn.(*syntax.Ident)
		if !ok || name.Name != "check" && name.Name != "require" {
			return true
		}
		if named, is := c.Args[0].(*syntax.BinaryExpr); is && named.Op == syntax.EQ {
			return true // an argument by name
		}
		c.Args[0] = starSides(c.Args[0])
		c.Args = append(c.Args, &syntax.BinaryExpr{X: &syntax.Ident{NamePos: c.Lparen, Name: "source"}, OpPos: c.Lparen,
			Op: syntax.EQ,
			Y:  starText(c.Lparen, src.line(name.NamePos.Line))})
		return true
	})
	fitStarlark(f)
	never := starNeverRun(f)
	if main {
		spareStarlark(f, text)
	}
	f.Stmts = append(never, f.Stmts...)
}

// starNeverRun are calls that tell of tests of a .star file that would never run.
func starNeverRun(f *syntax.File) (out []syntax.Stmt) {
	seen := map[string]int32{}
	for _, st := range f.Stmts {
		def, ok := st.(*syntax.DefStmt)
		if !ok || !isTest(def.Name.Name) {
			continue
		}
		if line, twice := seen[def.Name.Name]; twice {
			text := fmt.Sprintf("%s:%d: "+twiceText, def.Name.Name, def.Def.Line, line)
			out = append(out, &syntax.ExprStmt{X: starCall(def.Def, hiddenName, starText(def.Def, text))})
		}
		seen[def.Name.Name] = def.Def.Line
	}
	return out
}

func starCall(pos syntax.Position, name string, args ...syntax.Expr) syntax.Expr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: pos, Name: name}, Lparen: pos, Rparen: pos, Args: args}
}

func starText(pos syntax.Position, text string) syntax.Expr {
	return &syntax.Literal{Token: syntax.STRING, TokenPos: pos, Raw: syntax.Quote(text, false), Value: text}
}

// comparisons are the operators that have two sides to show.
var comparisons = map[syntax.Token]bool{syntax.EQL: true, syntax.NEQ: true, syntax.LT: true, syntax.LE: true,
	syntax.GT: true, syntax.GE: true,
	syntax.IN: true, syntax.NOT_IN: true}

func starSides(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		e.X = starSides(e.X)
	case *syntax.UnaryExpr:
		if e.Op == syntax.NOT {
			e.X = starSides(e.X)
		}
	case *syntax.BinaryExpr:
		switch {
		case e.Op == syntax.AND || e.Op == syntax.OR:
			e.X, e.Y = starSides(e.X), starSides(e.Y)
		case comparisons[e.Op]:
			return starComparison(e)
		}
	default:
		if name := starName(e); name != "" {
			start, _ := e.Span()
			return starCall(start, shownName, starText(start, name), e)
		}
	}
	return e
}

// starName is pythonName of Starlark.
func starName(e syntax.Expr) string {
	inner, behind := e, ""
	switch e := e.(type) {
	case *syntax.CallExpr:
		inner, behind = e.Fn, "(…)"
	case *syntax.IndexExpr:
		inner, behind = e.X, "[…]"
		if key, is := e.Y.(*syntax.Literal); is {
			behind = "[" + key.Raw + "]"
		}
	case *syntax.DotExpr:
		inner, behind = e.X, "."+e.Name.Name
	case *syntax.Ident:
		return e.Name
	default:
		return ""
	}
	if name := starName(inner); name != "" {
		return name + behind
	}
	return ""
}

func starComparison(e *syntax.BinaryExpr) syntax.Expr {
	ident := func(name string) *syntax.Ident { return &syntax.Ident{NamePos: e.OpPos, Name: name} }
	same := &syntax.LambdaExpr{Lambda: e.OpPos, Params: []syntax.Expr{ident("·x"), ident("·y")},
		Body: &syntax.BinaryExpr{X: ident("·x"), OpPos: e.OpPos, Op: e.Op, Y: ident("·y")}}
	start, _ := e.Span()
	_, end := e.Span()
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: start, Name: sidesName}, Lparen: start, Rparen: end,
		Args: []syntax.Expr{starText(start, e.Op.String()), e.X, e.Y, same}}
}
