package desugar

import (
	"fmt"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

func (d *desugarer) call(c *context, e *ast.Call) ast.Expr {
	if n, ok := e.Func.(*ast.Name); ok && n.ID == "super" && len(e.Args) == 0 && d.isBuiltin("super") {
		if c.class == nil || c.self == "" {
			return help("raise_", builtin("RuntimeError"))
		}
		return help("super", ident(spaceName), d.load(c, e, c.self))
	}
	if n, ok := e.Func.(*ast.Name); ok && n.ID == "locals" && c.scope.Kind == names.Class && d.isBuiltin("locals") {
		return dot(ident(spaceName), "__dict__")
	}
	out := &ast.Call{ExprBase: base(e), Func: d.expr(c, e.Func)}
	eager := d.takesAll(e)
	args, star := e.Args, ast.Expr(nil)
	if eager {
		g := args[0].(*ast.Comp)
		in, clauses := d.clauses(c, g, g.Generators)
		out.Args = []ast.Expr{&ast.Comp{ExprBase: base(g), Elt: d.expr(in, g.Elt), Generators: clauses}}
		args = args[1:]
	}
	more, star := d.positional(c, args)
	out.Args = append(out.Args, more...)
	var dicts []ast.Expr
	for _, k := range e.Keywords {
		switch k.Arg {
		case "":
			dicts = append(dicts, d.expr(c, k.Value))
		default:
			out.Keywords = append(out.Keywords, &ast.Keyword{Pos: k.Pos, Arg: k.Arg, Value: d.expr(c, k.Value)})
		}
	}
	if star != nil {
		out.Args = append(out.Args, &ast.Starred{Value: star})
	}
	switch {
	case len(dicts) == 1:
		out.Keywords = append(out.Keywords, &ast.Keyword{Value: dicts[0]})
	case len(dicts) > 1:
		out.Keywords = append(out.Keywords, &ast.Keyword{Value: help("kwargs", dicts...)})
	}
	return out
}

// positional desugars positional arguments: those in front of the first starred one, and one sequence,
// nil for none, of all from there on.
func (d *desugarer) positional(c *context, list []ast.Expr) (plain []ast.Expr, star ast.Expr) {
	for i, e := range list {
		s, ok := e.(*ast.Starred)
		switch {
		case !ok:
			plain = append(plain, d.expr(c, e))
		case i == len(list)-1:
			return plain, d.expr(c, s.Value)
		default:
			return plain, d.concat(c, list[i:])
		}
	}
	return plain, nil
}

// consumers are builtins that take every element of their argument.
var consumers = map[string]bool{"sum": true, "list": true, "tuple": true, "set": true, "sorted": true, "min": true,
	"max": true, "dict": true, "bytes": true, "bytearray": true, "frozenset": true}

// takesAll redesugars whether a call takes every element of the generator expression that is its first
// argument, so that a list does the same.
func (d *desugarer) takesAll(e *ast.Call) bool {
	if len(e.Args) == 0 {
		return false
	}
	g, ok := e.Args[0].(*ast.Comp)
	if !ok || g.Kind != ast.GeneratorExp {
		return false
	}
	switch f := e.Func.(type) {
	case *ast.Name:
		short := (f.ID == "any" || f.ID == "all") && harmless(g)
		return (consumers[f.ID] || short) && d.isBuiltin(f.ID)
	case *ast.Attribute:
		_, isStr := f.Value.(*ast.Str)
		return f.Attr == "join" && isStr
	}
	return false
}

// harmless redesugars whether nobody sees that more elements are computed than needed.
func harmless(g *ast.Comp) bool {
	ok := len(g.Generators) == 1
	ast.Walk(g, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Comp:
			ok = ok && n.Kind == ast.GeneratorExp
		case *ast.Name, *ast.Num, *ast.Str, *ast.NameConstant, *ast.Compare, *ast.BoolOp, *ast.UnaryOp:
		default:
			ok = false
		}
		return ok
	})
	return ok
}

// generatorExp becomes a generator function in front of the statement. Where no statement can be
// put, its function is a lambda, which yields for each element of a comprehension.
func (d *desugarer) generatorExp(c *context, e *ast.Comp) ast.Expr {
	if c.tight {
		in, clauses := d.clauses(c, e, e.Generators)
		yield, source := YieldName, Made+"source"
		first := clauses[0].Iter
		clauses[0].Iter = ident(source)
		list := &ast.Comp{ExprBase: base(e), Elt: call(ident(yield), d.expr(in, e.Elt)), Generators: clauses}
		args := &ast.Arguments{Args: []*ast.Arg{{Name: yield}, {Name: source}}}
		return help("generator", str("<genexpr>"), &ast.Lambda{ExprBase: base(e), Args: args, Body: list}, first)
	}
	in, clauses := d.clauses(c, e, e.Generators)
	source := Made + "source"
	body := []ast.Stmt{do(e, call(ident(YieldName), d.expr(in, e.Elt)))}
	for i := len(clauses) - 1; i >= 0; i-- {
		g := clauses[i]
		for k := len(g.Ifs) - 1; k >= 0; k-- {
			body = []ast.Stmt{when(e, g.Ifs[k], body...)}
		}
		over := g.Iter
		if i == 0 {
			over = ident(source)
		}
		body = []ast.Stmt{&ast.For{StmtBase: at(e), Target: g.Target, Iter: over, Body: body}}
	}
	name := c.local("items") + ".<genexpr>"
	c.add(define(e, name, []string{YieldName, source}, body))
	return help("generator", str("<genexpr>"), ident(name), clauses[0].Iter)
}

// compare desugars a comparison. The middle of a chain is evaluated once.
func (d *desugarer) compare(c *context, e *ast.Compare) ast.Expr {
	operands := append([]ast.Expr{e.Left}, e.Comparators...)
	if len(e.Ops) == 1 {
		return compareOnce(e, e.Ops[0], d.expr(c, e.Left), d.expr(c, e.Comparators[0]))
	}
	once := true
	for _, m := range operands[1 : len(operands)-1] {
		once = once && (isName(m) || repeatable(m))
	}
	if once {
		return d.chain(e, func(i int) ast.Expr { return d.expr(c, operands[i]) })
	}
	in := c.inner()
	in.tight = true
	f := &ast.Lambda{Args: &ast.Arguments{}}
	x := call(f)
	for i := range operands[:len(operands)-1] {
		f.Args.Args = append(f.Args.Args, &ast.Arg{Name: fmt.Sprint(Made, "x", i+1)})
		x.Args = append(x.Args, d.expr(c, operands[i]))
	}
	f.Body = d.chain(e, func(i int) ast.Expr {
		if i < len(f.Args.Args) {
			return ident(f.Args.Args[i].Name)
		}
		return d.expr(in, operands[i])
	})
	return x
}

func (d *desugarer) chain(e *ast.Compare, operand func(i int) ast.Expr) ast.Expr {
	all := &ast.BoolOp{ExprBase: base(e)}
	for i, op := range e.Ops {
		all.Values = append(all.Values, compareOnce(e, op, operand(i), operand(i+1)))
	}
	return all
}

func compareOnce(n ast.Node, op ast.CmpOp, x, y ast.Expr) ast.Expr {
	switch op {
	case ast.Is:
		return help("is_", x, y)
	case ast.IsNot:
		return not(help("is_", x, y))
	}
	return &ast.Compare{ExprBase: base(n), Left: x, Ops: []ast.CmpOp{op}, Comparators: []ast.Expr{y}}
}

// joinedStr desugars an f-string to a call of format.
func (d *desugarer) joinedStr(c *context, e *ast.JoinedStr) ast.Expr {
	var template strings.Builder
	var args []ast.Expr
	d.template(c, e, &template, &args)
	if len(args) == 0 {
		return &ast.Str{S: strings.NewReplacer("{{", "{", "}}", "}").Replace(template.String())}
	}
	return call(dot(str(template.String()), "format"), args...)
}

func (d *desugarer) template(c *context, e *ast.JoinedStr, template *strings.Builder, args *[]ast.Expr) {
	for _, v := range e.Values {
		f, ok := v.(*ast.FormattedValue)
		if !ok {
			s, _ := v.(*ast.Str)
			template.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(s.S))
			continue
		}
		template.WriteByte('{')
		*args = append(*args, d.expr(c, f.Value))
		if f.Conversion != 0 {
			template.WriteString("!" + string(rune(f.Conversion)))
		}
		if spec, ok := f.Spec.(*ast.JoinedStr); ok {
			template.WriteByte(':')
			d.template(c, spec, template, args)
		}
		template.WriteByte('}')
	}
}
