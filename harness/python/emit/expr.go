package emit

import (
	"fmt"
	"math/big"
	"strconv"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
)

// expr emits an expression whose value is used.
func (e *emitter) expr(x ast.Expr) syntax.Expr {
	outer := e.here
	pos := e.pos(x)
	e.here = pos
	out := e.exprAt(pos, x)
	e.here = outer
	return out
}

func (e *emitter) exprAt(pos syntax.Position, x ast.Expr) syntax.Expr {
	switch x := x.(type) {
	case *ast.Name:
		return e.name(x)
	case *ast.NameConstant:
		switch x.Value {
		case ast.True:
			return e.helper(pos, "True")
		case ast.False:
			return e.helper(pos, "False")
		}
		return e.none(pos)
	case *ast.Num:
		return e.num(pos, x)
	case *ast.Str:
		return e.ident(pos, e.constant(Constant{Name: Made + "s" + strconv.Quote(x.S), Kind: Str, Text: x.S}))
	case *ast.Bytes:
		return e.ident(pos, e.constant(Constant{Name: Made + "b" + strconv.Quote(x.S), Kind: Bytes, Text: x.S}))
	case *ast.Attribute:
		return e.attribute(pos, x)
	case *ast.Call:
		return e.callExpr(pos, x)
	case *ast.BinOp:
		return e.binOp(pos, x)
	case *ast.Compare:
		return e.compare(pos, x)
	case *ast.UnaryOp:
		if x.Op == ast.Not {
			return e.asBool(pos, e.test(x))
		}
		return &syntax.UnaryExpr{OpPos: pos, Op: unaryOps[x.Op], X: e.expr(x.Operand)}
	case *ast.BoolOp:
		return e.boolOp(pos, x, e.expr)
	case *ast.IfExp:
		return &syntax.CondExpr{If: pos, Cond: e.test(x.Test), True: e.expr(x.Body), ElsePos: pos, False: e.expr(x.Orelse)}
	case *ast.Lambda:
		return e.lambda(pos, x)
	case *ast.Subscript:
		return e.subscript(pos, x)
	case *ast.Tuple:
		return tuple(pos, e.exprs(x.Elts))
	case *ast.List:
		return &syntax.ListExpr{Lbrack: pos, List: e.exprs(x.Elts), Rbrack: pos}
	case *ast.Dict:
		return e.dict(pos, x)
	case *ast.Comp:
		return e.comprehension(pos, x)
	case *ast.Starred:
		e.fail(x, "can't use starred expression here")
		return e.none(pos)
	}
	e.fail(x, "this expression does not run here")
	return e.none(pos)
}

func (e *emitter) exprs(list []ast.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, x := range list {
		out[i] = e.expr(x)
	}
	return out
}

var unaryOps = map[ast.UnaryOperator]syntax.Token{ast.USub: syntax.MINUS, ast.UAdd: syntax.PLUS, ast.Invert: syntax.TILDE}

// name is a variable, to read and to assign to.
func (e *emitter) name(n *ast.Name) syntax.Expr {
	pos := e.pos(n)
	switch {
	case n.Global:
		return e.variable(pos, n.ID)
	case n.ID == desugar.Helpers:
		return e.ident(pos, e.constant(Constant{Name: n.ID, Kind: Py}))
	}
	return e.ident(pos, n.ID)
}

// cell is what holds a variable of the module. Its index calls the variable with one argument.
func (e *emitter) cell(pos syntax.Position, name string) syntax.Expr {
	return e.ident(pos, e.constant(Constant{Name: Made + "g_" + name, Kind: Cell, Text: name}))
}

// variable is a variable of the module.
func (e *emitter) variable(pos syntax.Position, name string) syntax.Expr {
	return e.dot(pos, e.cell(pos, name), "v")
}

// memberOf returns the name of the helper that an expression is.
func memberOf(x ast.Expr) (string, bool) {
	a, ok := x.(*ast.Attribute)
	if !ok {
		return "", false
	}
	n, ok := a.Value.(*ast.Name)
	return a.Attr, ok && n.ID == desugar.Helpers
}

// globalOf returns x of py.globals.x.
func globalOf(a *ast.Attribute) (string, bool) {
	of, ok := memberOf(a.Value)
	return a.Attr, ok && of == "globals"
}

// attribute reads an attribute: natively, unless Starlark's own types lack it or differ.
func (e *emitter) attribute(pos syntax.Position, x *ast.Attribute) syntax.Expr {
	if name, ok := memberOf(x); ok {
		return e.helper(pos, "py."+name)
	}
	if name, ok := globalOf(x); ok {
		return e.variable(pos, name)
	}
	if helped(x.Attr) {
		return e.help(pos, "attr", e.expr(x.Value), text(pos, x.Attr))
	}
	return e.dot(pos, e.expr(x.Value), x.Attr)
}

func (e *emitter) num(pos syntax.Position, x *ast.Num) syntax.Expr {
	switch n := x.Value.(type) {
	case int64:
		return number(pos, n)
	case *big.Int:
		return &syntax.Literal{Token: syntax.INT, TokenPos: pos, Raw: n.String(), Value: n}
	case float64:
		return &syntax.Literal{Token: syntax.FLOAT, TokenPos: pos, Raw: "0.0", Value: n}
	}
	return e.ident(pos, e.constant(Constant{Name: fmt.Sprint(Made, "c", x.Value), Kind: Complex, Operand: x.Value}))
}

// constantOf returns the value of a constant, as Constant.Operand wants it, and a name for it.
func constantOf(x ast.Expr) (operand any, id string, ok bool) {
	switch x := x.(type) {
	case *ast.Num:
		switch n := x.Value.(type) {
		case int64, float64:
			return n, fmt.Sprintf("%T %v", n, n), true
		}
	case *ast.Str:
		return x.S, "s" + strconv.Quote(x.S), true
	case *ast.Bytes:
		return []byte(x.S), "b" + strconv.Quote(x.S), true
	}
	return nil, "", false
}

func (e *emitter) boolOp(pos syntax.Position, x *ast.BoolOp, operand func(ast.Expr) syntax.Expr) syntax.Expr {
	token := syntax.AND
	if x.Or {
		token = syntax.OR
	}
	out := operand(x.Values[0])
	for _, v := range x.Values[1:] {
		out = binary(pos, out, token, operand(v))
	}
	return out
}

// lambda emits a lambda; one with a **parameter as (lambda k: body)(·kwdict[k]).
func (e *emitter) lambda(pos syntax.Position, x *ast.Lambda) syntax.Expr {
	params := e.params(pos, x.Args)
	e.depth++
	body := e.expr(x.Body)
	e.depth--
	if k := x.Args.Kwarg; k != nil {
		inner := &syntax.LambdaExpr{Lambda: pos, Params: []syntax.Expr{e.ident(pos, k.Name)}, Body: body}
		body = e.call(pos, &syntax.ParenExpr{Lparen: pos, X: inner, Rparen: pos}, e.operator(pos, "kwdict", e.ident(pos, k.Name)))
	}
	return &syntax.LambdaExpr{Lambda: pos, Params: params, Body: body}
}

// comprehension is Starlark's own, whose variables are as local as Python's; that of a dict makes pairs.
func (e *emitter) comprehension(pos syntax.Position, x *ast.Comp) syntax.Expr {
	c := &syntax.Comprehension{Lbrack: pos, Rbrack: pos}
	for _, g := range x.Generators {
		over := e.iter(pos, g.Iter, e.expr(g.Iter))
		c.Clauses = append(c.Clauses, &syntax.ForClause{For: pos, Vars: e.target(g.Target), In: pos, X: over})
		for _, cond := range g.Ifs {
			c.Clauses = append(c.Clauses, &syntax.IfClause{If: pos, Cond: e.test(cond)})
		}
	}
	if x.Kind == ast.DictComp {
		c.Body = tuple(pos, []syntax.Expr{e.expr(x.Key), e.expr(x.Elt)})
		return e.operator(pos, "pairs", c)
	}
	c.Body = e.expr(x.Elt)
	return c
}

// dict emits a dict display. Starlark refuses one that has a key twice, in which Python has the last
// win: entries are added one by one unless it is plain that all keys differ.
func (e *emitter) dict(pos syntax.Position, x *ast.Dict) syntax.Expr {
	if valuesFirst(x) {
		var args []syntax.Expr
		for i, k := range x.Keys {
			args = append(args, e.expr(x.Values[i]), e.expr(k))
		}
		return e.help(pos, "dictback", args...)
	}
	if len(x.Keys) > 1 && !differ(x.Keys) {
		var args []syntax.Expr
		for i, k := range x.Keys {
			args = append(args, e.expr(k), e.expr(x.Values[i]))
		}
		return e.help(pos, "dictof", args...)
	}
	d := &syntax.DictExpr{Lbrace: pos, Rbrace: pos}
	for i, k := range x.Keys {
		d.List = append(d.List, &syntax.DictEntry{Key: e.expr(k), Colon: pos, Value: e.expr(x.Values[i])})
	}
	return e.operator(pos, "dict", d)
}

// differ reports whether keys are different texts or different ints.
func differ(keys []ast.Expr) bool {
	seen := map[string]bool{}
	for _, k := range keys {
		operand, id, ok := constantOf(k)
		if _, float := operand.(float64); !ok || float || seen[id] {
			return false
		}
		seen[id] = true
	}
	return true
}

// valuesFirst reports whether it shows that MicroPython evaluates the value of an entry before its key.
func valuesFirst(x *ast.Dict) bool {
	for i, k := range x.Keys {
		_, keyCalls := k.(*ast.Call)
		if _, valueCalls := x.Values[i].(*ast.Call); keyCalls && valueCalls {
			return true
		}
	}
	return false
}
