package python

import (
	"math/big"
	"slices"
	"strings"

	"go.starlark.net/syntax"
	"quecstar/harness/python/ast"

	"quecstar/harness/python/object"
)

var binaryOps = map[ast.Operator]syntax.Token{
	ast.Add: syntax.PLUS, ast.Sub: syntax.MINUS, ast.Mult: syntax.STAR, ast.Div: syntax.SLASH,
	ast.FloorDiv: syntax.SLASHSLASH, ast.Modulo: syntax.PERCENT, ast.BitAnd: syntax.AMP,
	ast.BitOr: syntax.PIPE, ast.BitXor: syntax.CIRCUMFLEX, ast.LShift: syntax.LTLT, ast.RShift: syntax.GTGT,
}

// expr lowers an expression whose value is used.
func (l *lowerer) expr(b *block, e ast.Expr) syntax.Expr {
	pos := l.pos(e)
	switch e := e.(type) {
	case *ast.Name:
		return l.load(b, pos, e.ID)
	case *ast.NameConstant:
		switch e.Value {
		case ast.True:
			return l.helperValue(pos, "True")
		case ast.False:
			return l.helperValue(pos, "False")
		}
		return l.none(pos)
	case *ast.Num:
		return l.num(pos, e)
	case *ast.Str:
		return l.ident(pos, l.constant(strConst, "s", e.S))
	case *ast.Bytes:
		return l.ident(pos, l.constant(bytesConst, "b", e.S))
	case *ast.Ellipsis:
		return l.ident(pos, l.constant(ellipsisConst, "ellipsis", ""))
	case *ast.Attribute:
		return l.attribute(pos, l.expr(b, e.Value), e.Attr)
	case *ast.Call:
		return l.call(b, e)
	case *ast.BinOp:
		return l.binOp(b, e)
	case *ast.Compare:
		return l.compareValue(b, e)
	case *ast.UnaryOp:
		return l.unaryOp(b, e)
	case *ast.BoolOp:
		return l.boolOp(b, e, l.expr)
	case *ast.IfExp:
		return &syntax.CondExpr{If: pos, Cond: l.test(b, e.Test), True: l.expr(b, e.Body), ElsePos: pos, False: l.expr(b, e.Orelse)}
	case *ast.Lambda:
		return l.lambda(b, e)
	case *ast.Subscript:
		return l.subscript(b, e)
	}
	return l.display(b, e)
}

// display lowers displays, comprehensions and what is left.
func (l *lowerer) display(b *block, e ast.Expr) syntax.Expr {
	pos := l.pos(e)
	switch e := e.(type) {
	case *ast.Tuple:
		if starred(e.Elts) {
			return l.help(pos, "tuple", l.concat(b, pos, e.Elts))
		}
		return &syntax.TupleExpr{Lparen: pos, List: l.exprs(b, e.Elts), Rparen: pos}
	case *ast.List:
		if starred(e.Elts) {
			return l.concat(b, pos, e.Elts)
		}
		return &syntax.ListExpr{Lbrack: pos, List: l.exprs(b, e.Elts), Rbrack: pos}
	case *ast.Set:
		if starred(e.Elts) {
			return l.unary(pos, "setcomp", l.concat(b, pos, e.Elts))
		}
		return l.help(pos, "set", l.exprs(b, e.Elts)...)
	case *ast.Dict:
		d := &syntax.DictExpr{Lbrace: pos, Rbrace: pos}
		if valuesFirst(e) {
			return l.help(pos, "dictback", l.backwards(b, e)...)
		}
		if slices.Contains(e.Keys, nil) {
			return l.help(pos, "dictof", l.unpackedPairs(b, pos, e)...)
		}
		for i := range e.Keys {
			d.List = append(d.List, &syntax.DictEntry{Key: l.expr(b, e.Keys[i]), Colon: pos, Value: l.expr(b, e.Values[i])})
		}
		return l.dict(pos, d)
	case *ast.ListComp:
		return l.comprehension(b, pos, e, e.Generators, func(in *block) syntax.Expr { return l.expr(in, e.Elt) })
	case *ast.SetComp:
		return l.unary(pos, "setcomp", l.comprehension(b, pos, e, e.Generators, func(in *block) syntax.Expr { return l.expr(in, e.Elt) }))
	case *ast.DictComp:
		c := l.comprehension(b, pos, e, e.Generators, func(in *block) syntax.Expr {
			return &syntax.DictEntry{Key: l.expr(in, e.Key), Colon: pos, Value: l.expr(in, e.Value)}
		})
		c.Curly = true
		return l.unary(pos, "dict", c)
	case *ast.GeneratorExp:
		return l.generatorExp(b, e)
	case *ast.Yield:
		value := l.none(pos)
		if e.Value != nil {
			value = l.expr(b, e.Value)
		}
		return &syntax.IndexExpr{X: l.usesYield(b, pos), Lbrack: pos, Y: value, Rbrack: pos}
	case *ast.YieldFrom:
		return l.help(pos, "yieldfrom", l.usesYield(b, pos), l.expr(b, e.Value))
	}
	return l.newer(b, e)
}

// newer lowers what came to Python after 3.4.
func (l *lowerer) newer(b *block, e ast.Expr) syntax.Expr {
	pos := l.pos(e)
	switch e := e.(type) {
	case *ast.Await:
		return l.help(pos, "await", l.usesYield(b, pos), l.expr(b, e.Value))
	case *ast.NamedExpr:
		// The analyzer made a cell of the name, as Starlark has no assignment in an expression.
		value := l.expr(b, e.Value)
		if d, ok := l.store(b, pos, e.Target.ID).(*syntax.DotExpr); ok && d.Name.Name == "v" {
			return l.help(pos, "setcell", d.X, value)
		}
		l.unsupported(e, "an assignment expression here")
		return l.none(pos)
	case *ast.JoinedStr:
		return l.joinedStr(b, e)
	case *ast.Slice:
		return l.help(pos, "slice", l.sliceParts(b, pos, e)...)
	case *ast.Starred:
		l.fail(pos, "can't use starred expression here")
		return l.none(pos)
	}
	l.unsupported(e, "this expression")
	return l.none(pos)
}

// joinedStr lowers an f-string to one helper that joins its parts.
func (l *lowerer) joinedStr(b *block, e *ast.JoinedStr) syntax.Expr {
	pos := l.pos(e)
	parts := make([]syntax.Expr, len(e.Values))
	for i, v := range e.Values {
		f, ok := v.(*ast.FormattedValue)
		if !ok || f.Conversion == 0 && f.Spec == nil {
			if ok {
				v = f.Value
			}
			parts[i] = l.expr(b, v)
			continue
		}
		at := l.pos(f)
		spec := syntax.Expr(text(at, ""))
		if f.Spec != nil {
			spec = l.expr(b, f.Spec)
		}
		conversion := strings.TrimRight(string([]byte{f.Conversion}), "\x00")
		parts[i] = l.help(at, "formatted", l.expr(b, f.Value), text(at, conversion), spec)
	}
	return l.help(pos, "fstring", parts...)
}

// valuesFirst reports whether it shows that MicroPython evaluates the value of an entry before its key.
func valuesFirst(e *ast.Dict) bool {
	for i, k := range e.Keys {
		if k == nil {
			return false
		}
		_, keyCalls := k.(*ast.Call)
		if _, valueCalls := e.Values[i].(*ast.Call); keyCalls && valueCalls {
			return true
		}
	}
	return false
}

// backwards are the arguments of ·dictback: each value in front of its key.
func (l *lowerer) backwards(b *block, e *ast.Dict) []syntax.Expr {
	var out []syntax.Expr
	for i, k := range e.Keys {
		out = append(out, l.expr(b, e.Values[i]), l.expr(b, k))
	}
	return out
}

// unpackedPairs are the arguments of ·dictof: a mapping that is unpacked stands behind ·unpacked.
func (l *lowerer) unpackedPairs(b *block, pos syntax.Position, e *ast.Dict) []syntax.Expr {
	var out []syntax.Expr
	for i, k := range e.Keys {
		if k == nil {
			out = append(out, l.helperValue(pos, "unpacked"), l.expr(b, e.Values[i]))
			continue
		}
		out = append(out, l.expr(b, k), l.expr(b, e.Values[i]))
	}
	return out
}

// dict turns Starlark's dict display into a Python dict. Starlark refuses a display that has a key
// twice, in which Python has the last win: such entries are added one by one.
func (l *lowerer) dict(pos syntax.Position, d *syntax.DictExpr) syntax.Expr {
	seen := map[string]bool{}
	for i, e := range d.List {
		key, ok := constantKey(e.(*syntax.DictEntry).Key)
		if !ok && len(d.List) > 1 || ok && seen[key] {
			return l.help(pos, "dictof", pairs(pos, d.List)...)
		}
		_ = i
		seen[key] = true
	}
	return l.unary(pos, "dict", d)
}

func pairs(pos syntax.Position, entries []syntax.Expr) []syntax.Expr {
	var out []syntax.Expr
	for _, e := range entries {
		entry := e.(*syntax.DictEntry)
		out = append(out, entry.Key, entry.Value)
	}
	return out
}

// constantKey is the text of a key that is a constant.
func constantKey(e syntax.Expr) (string, bool) {
	switch e := e.(type) {
	case *syntax.Ident:
		return e.Name, strings.HasPrefix(e.Name, object.Marker+`s"`) || strings.HasPrefix(e.Name, object.Marker+`b"`)
	case *syntax.Literal:
		return e.Raw, e.Token == syntax.INT
	}
	return "", false
}

func (l *lowerer) exprs(b *block, list []ast.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(list))
	for i, e := range list {
		out[i] = l.expr(b, e)
	}
	return out
}

func starred(list []ast.Expr) bool {
	for _, e := range list {
		if _, ok := e.(*ast.Starred); ok {
			return true
		}
	}
	return false
}

// concat is the list of a display with starred elements.
func (l *lowerer) concat(b *block, pos syntax.Position, list []ast.Expr) syntax.Expr {
	var parts []syntax.Expr
	for _, e := range list {
		if s, ok := e.(*ast.Starred); ok {
			parts = append(parts, l.expr(b, s.Value))
			continue
		}
		parts = append(parts, &syntax.ListExpr{Lbrack: pos, List: []syntax.Expr{l.expr(b, e)}, Rbrack: pos})
	}
	return l.help(pos, "concat", parts...)
}

func (l *lowerer) num(pos syntax.Position, e *ast.Num) syntax.Expr {
	switch n := e.Value.(type) {
	case int64:
		return number(pos, n)
	case *big.Int:
		return &syntax.Literal{Token: syntax.INT, TokenPos: pos, Raw: n.String(), Value: n}
	case float64:
		return &syntax.Literal{Token: syntax.FLOAT, TokenPos: pos, Raw: "0.0", Value: n}
	}
	l.unsupported(e, "a complex number")
	return l.none(pos)
}

// attribute reads an attribute: natively, unless Starlark's own types lack it or differ.
func (l *lowerer) attribute(pos syntax.Position, x syntax.Expr, name string) syntax.Expr {
	if helperAttr(name) {
		return l.help(pos, "attr", x, text(pos, name))
	}
	return l.dot(pos, x, name)
}

func helperAttr(name string) bool {
	return object.HelperAttrs[name] || strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}

func (l *lowerer) call(b *block, e *ast.Call) syntax.Expr {
	pos := l.pos(e)
	if n, ok := e.Func.(*ast.Name); ok {
		if x := l.codeCall(b, pos, n.ID, e); x != nil {
			return x
		}
	}
	if one := len(e.Args) == 1 && len(e.Keywords) == 0 && !starred(e.Args); one {
		if a, ok := e.Func.(*ast.Attribute); ok && a.Attr == "append" {
			return l.help(pos, "append", l.expr(b, a.Value), l.expr(b, e.Args[0]))
		}
		if n, ok := e.Func.(*ast.Name); ok && l.callsByIndex(b, n.ID) {
			return l.unary(pos, n.ID, l.expr(b, e.Args[0]))
		}
	}
	if a, ok := e.Func.(*ast.Attribute); ok && len(e.Keywords) == 0 && !object.StarlarkMethods[a.Attr] && calmAll(e.Args) {
		return l.methodCall(b, pos, a, e.Args)
	}
	var fn syntax.Expr
	var args []syntax.Expr
	if a, ok := e.Func.(*ast.Attribute); ok && helperAttr(a.Attr) {
		fn = l.helperValue(pos, "call")
		args = []syntax.Expr{l.expr(b, a.Value), text(pos, a.Attr)}
	} else {
		fn = l.expr(b, e.Func)
	}
	return l.callOf(pos, fn, append(args, l.arguments(b, pos, e)...)...)
}

// methodCall lowers x.m(a, b) to ·m[(x, a, b)], and x.m() to ·m[x].
func (l *lowerer) methodCall(b *block, pos syntax.Position, a *ast.Attribute, args []ast.Expr) syntax.Expr {
	x := l.expr(b, a.Value)
	if len(args) == 0 {
		return &syntax.IndexExpr{X: l.ident(pos, l.constant(plainMethodConst, "u_0.", a.Attr)), Lbrack: pos, Y: x, Rbrack: pos}
	}
	all := &syntax.TupleExpr{Lparen: pos, List: append([]syntax.Expr{x}, l.exprs(b, args)...), Rparen: pos}
	return &syntax.IndexExpr{X: l.ident(pos, l.constant(methodConst, "u_.", a.Attr)), Lbrack: pos, Y: all, Rbrack: pos}
}

// calmAll reports whether expressions call nothing, so that it hardly shows when they are evaluated.
func calmAll(list []ast.Expr) bool {
	return !slices.ContainsFunc(list, func(e ast.Expr) bool { return !calm(e) })
}

func calm(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BinOp:
		return calm(e.Left) && calm(e.Right)
	case *ast.UnaryOp:
		return calm(e.Operand)
	case *ast.Attribute:
		return calm(e.Value)
	case *ast.Subscript:
		_, slice := e.Index.(*ast.Slice)
		return !slice && calm(e.Value) && calm(e.Index)
	case *ast.Tuple:
		return calmAll(e.Elts)
	}
	return simple(e)
}

// callsByIndex reports whether a name is that of a builtin function which may be called by an index.
func (l *lowerer) callsByIndex(b *block, name string) bool {
	return !l.a.dynamic && object.CalledByIndex(name) && l.isBuiltin(b, name)
}

func (l *lowerer) arguments(b *block, pos syntax.Position, e *ast.Call) []syntax.Expr {
	args, star := l.positional(b, pos, e.Args)
	var dicts []syntax.Expr
	late := star != nil && slices.ContainsFunc(e.Keywords, func(k *ast.Keyword) bool { return !simple(k.Value) })
	for _, k := range e.Keywords {
		if late && k.Arg != "" {
			// Starlark evaluates *args behind the keywords, Python in front of them.
			dicts = append(dicts, l.help(pos, "dictof", l.ident(pos, l.constant(strConst, "s", k.Arg)), l.expr(b, k.Value)))
			continue
		}
		if k.Arg == "" {
			dicts = append(dicts, l.expr(b, k.Value))
			continue
		}
		args = append(args, binary(pos, l.ident(pos, k.Arg), syntax.EQ, l.expr(b, k.Value)))
	}
	if star != nil {
		args = append(args, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STAR, X: star})
	}
	if len(dicts) > 0 {
		args = append(args, &syntax.UnaryExpr{OpPos: pos, Op: syntax.STARSTAR, X: l.help(pos, "kwargs", dicts...)})
	}
	return args
}

// simple reports whether nothing shows when an expression is evaluated.
func simple(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Name, *ast.Num, *ast.Str, *ast.Bytes, *ast.NameConstant, *ast.Lambda:
		return true
	}
	return false
}

// positional lowers positional arguments: those in front of the first starred one, and one
// sequence, nil for none, of all from there on, as Starlark takes no more than one.
func (l *lowerer) positional(b *block, pos syntax.Position, list []ast.Expr) (plain []syntax.Expr, star syntax.Expr) {
	for i, e := range list {
		s, ok := e.(*ast.Starred)
		switch {
		case !ok:
			plain = append(plain, l.expr(b, e))
		case i == len(list)-1:
			return plain, l.loop(pos, l.expr(b, s.Value))
		default:
			return plain, l.concat(b, pos, list[i:])
		}
	}
	return plain, nil
}

// codeCall lowers calls of builtins that need to know who calls them; nil for others.
func (l *lowerer) codeCall(b *block, pos syntax.Position, name string, e *ast.Call) syntax.Expr {
	if b.module().names[name] != nil || !l.isBuiltin(b, name) {
		return nil
	}
	switch {
	case name == "super" && len(e.Args) == 0:
		if b.class == nil || b.self == "" {
			return l.unary(pos, "raise", l.ident(pos, l.constant(builtinConst, "b_", "RuntimeError")))
		}
		return l.help(pos, "super", l.usesClass(b, pos), l.load(b, pos, b.self))
	case name == "globals" || name == "locals" && b.function().kind == moduleScope || name == "dir" && len(e.Args) == 0:
		return l.help(pos, name, l.module(pos))
	case name == "const" && len(e.Args) == 1 && len(e.Keywords) == 0:
		return l.expr(b, e.Args[0]) // which MicroPython's compiler knows without an import
	case name == "__import__" && len(e.Args) > 0 && len(e.Keywords) == 0 && !starred(e.Args):
		return l.help(pos, "importname", append([]syntax.Expr{l.module(pos)}, l.exprs(b, e.Args)...)...)
	case name == "exec" || name == "eval":
		return l.help(pos, name, append([]syntax.Expr{l.module(pos)}, l.arguments(b, pos, e)...)...)
	case name == "locals" && b.kind == classScope:
		return l.help(pos, "classlocals", l.ident(pos, namespaceName))
	case name == "locals":
		// As in MicroPython, where a function has no dict of its variables.
		return l.help(pos, "globals", l.module(pos))
	}
	return nil
}

// isBuiltin reports whether a name is not one of the script's.
func (l *lowerer) isBuiltin(b *block, name string) bool {
	for s := b.scope; s != nil; s = s.parent {
		if v := s.names[name]; v != nil && v.bound {
			return false
		}
	}
	return true
}
