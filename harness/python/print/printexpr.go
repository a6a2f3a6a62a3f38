package print

import (
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
)

// Precedences of Starlark's expressions.
const (
	lowest   = iota // lambda
	ternary         // a if b else c
	orLevel         // or
	andLevel        // and
	notLevel        // not
	compare         // == < in, which do not associate
	bitOr
	bitXor
	bitAnd
	shift
	sum
	product
	unary
	primary
)

var levels = map[ast.Operator]int{ast.Add: sum, ast.Sub: sum, ast.Mult: product, ast.Div: product, ast.FloorDiv: product,
	ast.Modulo: product, ast.BitAnd: bitAnd, ast.BitOr: bitOr, ast.BitXor: bitXor, ast.LShift: shift, ast.RShift: shift}

// bare is an expression where a tuple needs no parentheses.
func (p *printer) bare(e ast.Expr) string {
	if t, ok := e.(*ast.Tuple); ok && len(t.Elts) > 1 && !p.broken(t.At().Line, t.Elts) {
		return p.list(t.Elts)
	}
	return p.expr(e, lowest)
}

// expr is an expression, in parentheses where it binds less than its place wants.
func (p *printer) expr(e ast.Expr, level int) string {
	text, own := p.operation(e)
	if own < level {
		return "(" + text + ")"
	}
	return text
}

func (p *printer) operation(e ast.Expr) (text string, level int) {
	switch e := e.(type) {
	case *ast.Lambda:
		params := p.params(e.Args)
		if params != "" {
			params = " " + params
		}
		return "lambda" + params + ": " + p.expr(e.Body, lowest), lowest
	case *ast.IfExp:
		return p.expr(e.Body, orLevel) + " if " + p.expr(e.Test, orLevel) + " else " + p.expr(e.Orelse, lowest), ternary
	case *ast.BoolOp:
		word, own := " and ", andLevel
		if e.Or {
			word, own = " or ", orLevel
		}
		parts := make([]string, len(e.Values))
		for i, v := range e.Values {
			parts[i] = p.expr(v, own+1)
		}
		return strings.Join(parts, word), own
	case *ast.UnaryOp:
		if e.Op == ast.Not {
			return "not " + p.expr(e.Operand, notLevel), notLevel
		}
		return e.Op.String() + p.expr(e.Operand, unary), unary
	case *ast.Compare:
		return p.expr(e.Left, compare+1) + " " + e.Ops[0].String() + " " + p.expr(e.Comparators[0], compare+1), compare
	case *ast.BinOp:
		own := levels[e.Op]
		return p.expr(e.Left, own) + " " + e.Op.String() + " " + p.expr(e.Right, own+1), own
	}
	return p.primary(e), primary
}

func (p *printer) primary(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		return p.spelling.of(e.ID)
	case *ast.NameConstant:
		return [...]string{ast.None: "None", ast.True: "True", ast.False: "False"}[e.Value]
	case *ast.Num:
		return p.num(e)
	case *ast.Str:
		return p.str(e)
	case *ast.Bytes:
		return p.bytes(e)
	case *ast.Attribute:
		if _, ok := p.loadAttribute(e); ok {
			return "getattr(" + p.expr(e.Value, lowest) + `, "load")`
		}
		if _, ok := e.Value.(*ast.Num); ok {
			return "(" + p.expr(e.Value, primary) + ")." + e.Attr
		}
		return p.expr(e.Value, primary) + "." + p.attr(e)
	case *ast.Subscript:
		return p.expr(e.Value, primary) + "[" + p.index(e.Index) + "]"
	case *ast.Call:
		return p.call(e)
	case *ast.List:
		return p.enclosed("[", "]", e.At(), e.Elts, nil)
	case *ast.Tuple:
		if len(e.Elts) == 1 {
			return "(" + p.expr(e.Elts[0], lowest) + ",)"
		}
		return p.enclosed("(", ")", e.At(), e.Elts, nil)
	case *ast.Dict:
		return p.enclosed("{", "}", e.At(), e.Keys, func(i int) string {
			return p.expr(e.Keys[i], lowest) + ": " + p.expr(e.Values[i], lowest)
		})
	case *ast.Comp:
		if e.Kind == ast.DictComp {
			return "{" + p.expr(e.Key, lowest) + ": " + p.expr(e.Elt, lowest) + p.clauses(e.Generators) + "}"
		}
		return "[" + p.expr(e.Elt, lowest) + p.clauses(e.Generators) + "]"
	}
	p.fail(e, "this expression")
	return "None"
}

func (p *printer) index(e ast.Expr) string {
	s, ok := e.(*ast.Slice)
	if !ok {
		return p.expr(e, lowest)
	}
	part := func(e ast.Expr) string {
		if e == nil {
			return ""
		}
		return p.expr(e, lowest)
	}
	text := part(s.Lower) + ":" + part(s.Upper)
	if s.Step != nil {
		text += ":" + part(s.Step)
	}
	return text
}

func (p *printer) clauses(list []ast.Comprehension) string {
	var b strings.Builder
	for _, g := range list {
		b.WriteString(" for " + p.bare(g.Target) + " in " + p.expr(g.Iter, orLevel))
		for _, cond := range g.Ifs {
			b.WriteString(" if " + p.expr(cond, orLevel))
		}
	}
	return b.String()
}

func (p *printer) list(elts []ast.Expr) string {
	parts := make([]string, len(elts))
	for i, e := range elts {
		parts[i] = p.expr(e, lowest)
	}
	return strings.Join(parts, ", ")
}

// broken reports whether the original has elements on other lines than the opening bracket.
func (p *printer) broken(line int32, elts []ast.Expr) bool {
	if line == 0 {
		return false
	}
	for _, e := range elts {
		if e != nil && start(e).Line > line {
			return true
		}
	}
	return false
}

// enclosed is a list in brackets, with the line breaks of the original; text, when not nil, is what
// an element is printed as.
func (p *printer) enclosed(open, end string, at ast.Pos, elts []ast.Expr, text func(i int) string) string {
	if text == nil {
		text = func(i int) string { return p.expr(elts[i], lowest) }
	}
	if !p.broken(at.Line, elts) {
		parts := make([]string, len(elts))
		for i := range elts {
			parts[i] = text(i)
		}
		return open + strings.Join(parts, ", ") + end
	}
	p.depth++
	var b strings.Builder
	b.WriteString(open)
	margin := "\n" + strings.Repeat(indentation, p.depth)
	last := at.Line
	for i, e := range elts {
		at := start(e).Line
		if i == 0 || at > last {
			b.WriteString(p.takeWithin(last, at, margin) + margin)
		} else {
			b.WriteByte(' ')
		}
		last = max(last, p.end(e), at)
		b.WriteString(text(i) + ",")
	}
	b.WriteString(p.takeWithin(last, max(p.layout.Closed[at], last+1), margin))
	p.depth--
	b.WriteString("\n" + strings.Repeat(indentation, p.depth) + end)
	return b.String()
}

// takeWithin is the comments behind what ends in a line, and those alone up to the line of what
// comes next.
func (p *printer) takeWithin(ended, next int32, margin string) string {
	var b strings.Builder
	var rest []ast.Comment
	for _, c := range p.within {
		switch {
		case !c.Alone && c.Line == ended:
			b.WriteString("  " + c.Text)
		case c.Alone && c.Line > ended && c.Line < next:
			b.WriteString(margin + c.Text)
		default:
			rest = append(rest, c)
		}
	}
	p.within = rest
	return b.String()
}

// end is the line of the last part of an expression that has one.
func (p *printer) end(e ast.Expr) int32 {
	last := int32(0)
	ast.Walk(e, func(n ast.Node) bool {
		last = max(last, n.At().Line)
		return true
	})
	return last
}

// attr is the name of an attribute: a variable in a box is spelled as variables are.
func (p *printer) attr(e *ast.Attribute) string {
	if isBox(e.Value) {
		return p.spelling.of(e.Attr)
	}
	return e.Attr
}

// isBox reports whether an expression is what has variables as attributes: py.globals, or what py.vars
// made.
func isBox(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return strings.HasPrefix(e.ID, desugar.Made+"local")
	case *ast.Attribute:
		return isHelper(e) && e.Attr == "globals"
	}
	return false
}

// loadAttribute reports whether an expression is an attribute of the name load, which Starlark's grammar
// refuses.
func (p *printer) loadAttribute(e ast.Expr) (*ast.Attribute, bool) {
	a, ok := e.(*ast.Attribute)
	return a, ok && a.Attr == "load" && !isBox(a.Value)
}

// builtin is the name that py.builtin is given, where the program means the same by it; "" otherwise.
func (p *printer) builtin(e *ast.Call) string {
	a, ok := e.Func.(*ast.Attribute)
	if !ok || a.Attr != "builtin" || len(e.Args) != 1 {
		return ""
	}
	if name := ast.Text(e.Args[0]); isHelper(a) && !p.spelling.bound[name] {
		return name
	}
	return ""
}

func (p *printer) keyword(e *ast.Call, k *ast.Keyword) string {
	if k.Arg != "load" {
		return k.Arg + " = " + p.expr(k.Value, lowest)
	}
	if a, ok := e.Func.(*ast.Attribute); p.spelling.loads || ok && isHelper(a) {
		return p.spelling.of(k.Arg) + " = " + p.expr(k.Value, lowest)
	}
	return `**{"load": ` + p.expr(k.Value, lowest) + "}"
}

func isHelper(a *ast.Attribute) bool { return ast.IsName(a.Value, desugar.Helpers) }

func (p *printer) call(e *ast.Call) string {
	if name := p.builtin(e); name != "" {
		return name
	}
	var args []ast.Expr
	var texts []func() string
	add := func(at ast.Expr, text func() string) {
		args = append(args, at)
		texts = append(texts, text)
	}
	var star *ast.Starred
	for _, a := range e.Args {
		if s, ok := a.(*ast.Starred); ok {
			star = s
			continue
		}
		add(a, func() string { return p.expr(a, lowest) })
	}
	for _, k := range e.Keywords {
		if k.Arg != "" {
			add(k.Value, func() string { return p.keyword(e, k) })
		}
	}
	if star != nil {
		add(star.Value, func() string { return "*" + p.expr(star.Value, orLevel) })
	}
	for _, k := range e.Keywords {
		if k.Arg == "" {
			add(k.Value, func() string { return "**" + p.expr(k.Value, orLevel) })
		}
	}
	fn := p.expr(e.Func, primary)
	return fn + p.enclosed("(", ")", e.At(), args, func(i int) string { return texts[i]() })
}
