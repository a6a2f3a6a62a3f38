package emit

import (
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
	"quecstar/harness/python/object"
)

// helped reports whether an attribute is read by a helper: a method that Starlark's own types lack or do
// differently.
func helped(name string) bool {
	return object.HelperAttrs[name] || strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}

func (e *emitter) callExpr(pos syntax.Position, x *ast.Call) syntax.Expr {
	if name, ok := memberOf(x.Func); ok && name == "builtin" && len(x.Args) == 1 {
		if s, ok := x.Args[0].(*ast.Str); ok {
			return e.ident(pos, e.constant(Constant{Name: Made + "b_" + s.S, Kind: Builtin, Text: s.S}))
		}
	}
	if n, ok := x.Func.(*ast.Name); ok && n.ID == desugar.YieldName && len(x.Args) == 1 {
		return index(pos, e.name(n), e.expr(x.Args[0])) // BenchmarkSpeed/generator: 45 ns less than a call
	}
	if name, ok := memberOf(x.Func); ok && name == "try_" {
		if guard := e.guard(pos, x); guard != nil {
			return guard
		}
	}
	if one := e.callOne(pos, x); one != nil {
		return one
	}
	if a, ok := x.Func.(*ast.Attribute); ok && helped(a.Attr) {
		if _, isMember := memberOf(a); !isMember {
			args := append([]syntax.Expr{e.expr(a.Value), text(pos, a.Attr)}, e.arguments(pos, x)...)
			return e.call(pos, e.helper(pos, "call"), args...)
		}
	}
	return e.call(pos, e.expr(x.Func), e.arguments(pos, x)...)
}

// guard emits py.try_(…) in a loop as ·guard(…) in front of it, which then runs as ·guardN[None] in each round;
// nil where desugaring did not make what it is called with.
func (e *emitter) guard(pos syntax.Position, x *ast.Call) syntax.Expr {
	body, ok := x.Args[0].(*ast.Name)
	if !ok || !part(body.ID) || e.once == nil {
		return nil
	}
	e.guards++
	name := Made + "guard" + strconv.Itoa(e.guards)
	guard := e.call(pos, e.helper(pos, "guard"), e.arguments(pos, x)...)
	*e.once = append(*e.once, assign(pos, e.ident(pos, name), guard))
	return index(pos, e.ident(pos, name), e.none(pos))
}

// callOne emits a call of one argument as an index, where what is called has the name of a builtin function
// or method that takes one: for those Starlark makes neither a frame nor a list of arguments; nil for other
// calls.
//
// Rounds of BenchmarkSpeed/append, builtin, join and split take 134, 93, 152 and 273 ns so, and 180, 136, 250 and
// 480 with calls.
func (e *emitter) callOne(pos syntax.Position, x *ast.Call) syntax.Expr {
	if len(x.Args) != 1 || len(x.Keywords) > 0 {
		return nil
	}
	if _, ok := x.Args[0].(*ast.Starred); ok {
		return nil
	}
	var fn syntax.Expr
	switch f := x.Func.(type) {
	case *ast.Name:
		switch {
		case object.OfOne[f.ID] && f.Global:
			fn = e.cell(pos, f.ID)
		case object.OfOne[f.ID]:
			fn = e.operator(pos, "one", e.name(f))
		}
	case *ast.Attribute:
		_, member := memberOf(f)
		_, global := globalOf(f)
		if object.MethodsOfOne[f.Attr] && !member && !global {
			method := e.constant(Constant{Name: Made + "m_" + f.Attr, Kind: Method, Text: f.Attr})
			fn = index(pos, e.ident(pos, method), e.expr(f.Value))
		}
	}
	if fn == nil {
		return nil
	}
	return index(pos, fn, e.expr(x.Args[0]))
}

func (e *emitter) arguments(pos syntax.Position, x *ast.Call) []syntax.Expr {
	var args, dicts []syntax.Expr
	var star syntax.Expr
	for _, a := range x.Args {
		if s, ok := a.(*ast.Starred); ok {
			star = e.operator(pos, "iter", e.expr(s.Value))
			continue
		}
		args = append(args, e.expr(a))
	}
	late := star != nil && slices.ContainsFunc(x.Keywords, func(k *ast.Keyword) bool { return !simple(k.Value) })
	for _, k := range x.Keywords {
		switch {
		case k.Arg == "":
			dicts = append(dicts, e.expr(k.Value))
		case late: // Starlark evaluates *args behind the keywords, Python in front of them
			key := e.ident(pos, e.constant(Constant{Name: Made + "s" + strconv.Quote(k.Arg), Kind: Str, Text: k.Arg}))
			dicts = append(dicts, e.help(pos, "dictof", key, e.expr(k.Value)))
		default:
			args = append(args, binary(pos, e.ident(pos, k.Arg), syntax.EQ, e.expr(k.Value)))
		}
	}
	if star != nil {
		args = append(args, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR, X: star})
	}
	if len(dicts) > 0 {
		args = append(args, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STARSTAR, X: e.help(pos, "py.kwargs", dicts...)})
	}
	return args
}

// simple reports whether nothing shows when an expression is evaluated.
func simple(x ast.Expr) bool {
	switch x.(type) {
	case *ast.Name, *ast.Num, *ast.Str, *ast.Bytes, *ast.NameConstant, *ast.Lambda:
		return true
	}
	return false
}
