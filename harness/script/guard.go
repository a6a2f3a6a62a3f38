package script

import (
	"fmt"
	"strconv"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// maxBytes is how large a str one operation of Starlark's makes: as of a Python script.
const maxBytes = 1 << 26

// guarded are the operators that make a large value of small ones, or a copy of a large one, in one step
// that nothing can end and that the garbage collector may have to wait for. The functions that stand in for
// them have names that no file can say.
var guarded = map[syntax.Token]string{syntax.STAR: "*", syntax.PLUS: "+", syntax.PERCENT: "%", syntax.PIPE: "|",
	syntax.CIRCUMFLEX: "^"}

// Names of the guards of what a slice is made of, of what x[k] = v changes, and of a dict comprehension, which
// gets a list of pairs.
const (
	copied = "[:]"
	stored = "[]="
	pairs  = "{}"
)

// substitute is a function that stands in for an operator, or for a function of Starlark's own.
type substitute func(in *Interp, t *starlark.Thread, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error)

// guards are those functions by their names. An interpreter makes those that its script uses.
var guards = makeGuards()

func makeGuards() map[string]substitute {
	out := map[string]substitute{
		"+=":      (*Interp).guardedExtend,
		attribute: (*Interp).guardedAttr,
		"getattr": (*Interp).guardedGetattr,
		stored: func(in *Interp, _ *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return args[0], in.roomToInsert(args[0])
		},
		pairs: func(in *Interp, _ *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return in.dictOfPairs(args[0].(*starlark.List))
		},
		copied: func(in *Interp, _ *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return args[0], in.room(max(0, starlark.Len(args[0])) * bytesPerElement)
		},
	}
	for name, fn := range map[string]func(in *Interp, x, y starlark.Value) (starlark.Value, error){
		"*": (*Interp).guardedRepeat, "+": (*Interp).guardedAdd, "%": (*Interp).guardedPercent,
		"|": guardedUnion(syntax.PIPE), "^": guardedUnion(syntax.CIRCUMFLEX), "|=": (*Interp).guardedMerge} {
		out[name] = func(in *Interp, _ *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			return fn(in, args[0], args[1])
		}
	}
	addBounded(out)
	return out
}

// substitute makes the function of a name; nil for none.
func (in *Interp) substitute(name string) starlark.Value {
	g := guards[name]
	if g == nil {
		return nil
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
		return g(in, t, args, kw)
	})
}

func (in *Interp) guardedAdd(x, y starlark.Value) (starlark.Value, error) {
	if err := in.roomFor(x, starlark.Len(x)+max(0, starlark.Len(y))); err != nil {
		return nil, err
	}
	return starlark.Binary(syntax.PLUS, x, y)
}

func (in *Interp) guardedPercent(x, y starlark.Value) (starlark.Value, error) {
	if format, ok := starlark.AsString(x); ok {
		if err := in.roomForPercent(format, y); err != nil {
			return nil, err
		}
	}
	return starlark.Binary(syntax.PERCENT, x, y)
}

func (in *Interp) guardedRepeat(x, y starlark.Value) (starlark.Value, error) {
	for _, pair := range [][2]starlark.Value{{x, y}, {y, x}} {
		n, ok := pair[1].(starlark.Int)
		length := starlark.Len(pair[0])
		if !ok || length <= 0 {
			continue
		}
		times, small := n.Int64()
		switch {
		case n.Sign() <= 0:
		case !small || times > maxBytes:
			return nil, in.roomFor(pair[0], maxBytes+1)
		default:
			if err := in.roomFor(pair[0], length*int(times)); err != nil {
				return nil, err
			}
		}
	}
	if err := roomForProduct(x, y); err != nil {
		return nil, err
	}
	return starlark.Binary(syntax.STAR, x, y)
}

// maxBits bounds the product of two ints.
const maxBits = 1 << 24

func roomForProduct(x, y starlark.Value) error {
	a, ok := x.(starlark.Int)
	b, both := y.(starlark.Int)
	if !ok || !both {
		return nil
	}
	if _, small := a.Int64(); small {
		return nil
	}
	if n := a.BigInt().BitLen() + b.BigInt().BitLen(); n > maxBits {
		return fmt.Errorf("an int of %d bits is more than the %d that one operation makes", n, maxBits)
	}
	return nil
}

// guardedExtend is x += y, which changes a list in its place.
func (in *Interp) guardedExtend(t *starlark.Thread, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	list, ok := args[0].(*starlark.List)
	if _, iterable := args[1].(starlark.Iterable); !ok || !iterable {
		return in.guardedAdd(args[0], args[1])
	}
	if err := in.roomFor(list, list.Len()+max(0, starlark.Len(args[1]))); err != nil {
		return nil, err
	}
	extend, err := list.Attr("extend")
	if err == nil {
		_, err = starlark.Call(t, extend, args[1:], nil)
	}
	return list, err
}

// bytesPerElement is how much an element of a list or tuple takes.
const bytesPerElement = 16

// roomFor is an error where a value like v of n bytes or elements is more than one operation makes, or than
// the run may hold.
func (in *Interp) roomFor(v starlark.Value, n int) error {
	switch v.(type) {
	case starlark.String, starlark.Bytes:
		if n > maxBytes {
			return fmt.Errorf("a %s of more than %d bytes is more than one operation makes", v.Type(), maxBytes)
		}
		return in.room(n)
	case *starlark.List, starlark.Tuple:
		if n > maxElements {
			return fmt.Errorf("a %s of more than %d elements is more than one operation makes", v.Type(), maxElements)
		}
		return in.room(n * bytesPerElement)
	}
	return nil
}

// guard has the operators of a file call their guards.
func guard(f *syntax.File) { guardAll(f.Stmts) }

func guardAll(list []syntax.Stmt) {
	for _, st := range list {
		guardStmt(st)
	}
}

func guardStmt(st syntax.Stmt) {
	switch st := st.(type) {
	case *syntax.AssignStmt:
		guardTarget(st.LHS)
		guardExpr(&st.RHS)
		guardAssign(st)
		if st.Op == syntax.EQ {
			guardStored(st.LHS)
		}
	case *syntax.DefStmt:
		for i := range st.Params {
			guardArg(&st.Params[i])
		}
		guardAll(st.Body)
	case *syntax.ExprStmt:
		guardExpr(&st.X)
	case *syntax.IfStmt:
		guardExpr(&st.Cond)
		guardAll(st.True)
		guardAll(st.False)
	case *syntax.ForStmt:
		guardExpr(&st.X)
		guardAll(st.Body)
	case *syntax.WhileStmt:
		guardExpr(&st.Cond)
		guardAll(st.Body)
	case *syntax.ReturnStmt:
		guardExpr(&st.Result)
	}
}

// guardStored guards the dicts that an assignment may add to.
func guardStored(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		guardStored(e.X)
	case *syntax.TupleExpr:
		for _, x := range e.List {
			guardStored(x)
		}
	case *syntax.ListExpr:
		for _, x := range e.List {
			guardStored(x)
		}
	case *syntax.IndexExpr:
		e.X = guardCall(stored, e.Lbrack, e.X)
	}
}

// guardTarget guards the parts of what is assigned to.
func guardTarget(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.ParenExpr:
		guardTarget(e.X)
	case *syntax.TupleExpr:
		guardTargets(e.List)
	case *syntax.ListExpr:
		guardTargets(e.List)
	case *syntax.DotExpr:
		guardExpr(&e.X)
	case *syntax.IndexExpr:
		guardExpr(&e.X)
		guardExpr(&e.Y)
	}
}

func guardTargets(list []syntax.Expr) {
	for _, e := range list {
		guardTarget(e)
	}
}

// guardAssign turns x += y into x = x + y, and x *= y alike, where x can be evaluated twice.
func guardAssign(st *syntax.AssignStmt) {
	name, ok := map[syntax.Token]string{syntax.PLUS_EQ: "+=", syntax.STAR_EQ: "*", syntax.PERCENT_EQ: "%", syntax.PIPE_EQ: "|=",
		syntax.CIRCUMFLEX_EQ: "^"}[st.Op]
	if !ok || !plain(st.LHS) || st.Op == syntax.PLUS_EQ && isNumber(st.RHS) {
		return
	}
	st.Op, st.RHS = syntax.EQ, guardCall(name, st.OpPos, again(st.LHS), st.RHS)
}

// plain reports whether evaluating an expression again is not noticed.
func plain(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Ident, *syntax.Literal:
		return true
	case *syntax.ParenExpr:
		return plain(e.X)
	case *syntax.DotExpr:
		return plain(e.X)
	case *syntax.IndexExpr:
		return plain(e.X) && plain(e.Y)
	}
	return false
}

// again copies a plain expression, as the resolver binds each name by its node.
func again(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Ident:
		return &syntax.Ident{NamePos: e.NamePos, Name: e.Name}
	case *syntax.ParenExpr:
		return again(e.X)
	case *syntax.DotExpr:
		return &syntax.DotExpr{X: again(e.X), Dot: e.Dot, NamePos: e.NamePos, Name: &syntax.Ident{NamePos: e.Name.NamePos, Name: e.Name.Name}}
	case *syntax.IndexExpr:
		return &syntax.IndexExpr{X: again(e.X), Lbrack: e.Lbrack, Y: again(e.Y), Rbrack: e.Rbrack}
	}
	return e
}

func isNumber(e syntax.Expr) bool {
	lit, ok := e.(*syntax.Literal)
	return ok && (lit.Token == syntax.INT || lit.Token == syntax.FLOAT)
}

func guardCall(name string, pos syntax.Position, args ...syntax.Expr) syntax.Expr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: pos, Name: name}, Lparen: pos, Args: args, Rparen: pos}
}

func guardExprs(list []syntax.Expr) {
	for i := range list {
		guardExpr(&list[i])
	}
}

// guardExpr replaces what must be guarded in an expression, which may be nil.
func guardExpr(e *syntax.Expr) {
	switch x := (*e).(type) {
	case *syntax.BinaryExpr:
		guardExpr(&x.X)
		guardExpr(&x.Y)
		number := isNumber(x.X) || x.Op == syntax.PLUS && isNumber(x.Y) // which is added to numbers alone
		if name, ok := guarded[x.Op]; ok && !(x.Op != syntax.STAR && number) {
			*e = guardCall(name, x.OpPos, x.X, x.Y)
		}
	case *syntax.CallExpr:
		guardExpr(&x.Fn)
		for i := range x.Args {
			guardArg(&x.Args[i])
		}
	case *syntax.Comprehension:
		guardExpr(&x.Body)
		for _, c := range x.Clauses {
			switch c := c.(type) {
			case *syntax.ForClause:
				guardExpr(&c.X)
			case *syntax.IfClause:
				guardExpr(&c.Cond)
			}
		}
		if entry, ok := x.Body.(*syntax.DictEntry); ok {
			pair := &syntax.TupleExpr{List: []syntax.Expr{entry.Key, entry.Value}}
			list := &syntax.Comprehension{Lbrack: x.Lbrack, Body: pair, Clauses: x.Clauses, Rbrack: x.Rbrack}
			*e = guardCall(pairs, x.Lbrack, list)
		}
	case *syntax.CondExpr:
		guardExpr(&x.Cond)
		guardExpr(&x.True)
		guardExpr(&x.False)
	case *syntax.DictEntry:
		guardExpr(&x.Key)
		guardExpr(&x.Value)
	case *syntax.DictExpr:
		guardExprs(x.List)
	case *syntax.DotExpr:
		guardExpr(&x.X)
		if _, ok := methods[x.Name.Name]; ok {
			name := &syntax.Literal{Token: syntax.STRING, TokenPos: x.Dot, Raw: strconv.Quote(x.Name.Name), Value: x.Name.Name}
			*e = guardCall(attribute, x.Dot, x.X, name)
		}
	case *syntax.IndexExpr:
		guardExpr(&x.X)
		guardExpr(&x.Y)
	case *syntax.LambdaExpr:
		for i := range x.Params {
			guardArg(&x.Params[i])
		}
		guardExpr(&x.Body)
	case *syntax.ListExpr:
		guardExprs(x.List)
	case *syntax.ParenExpr:
		guardExpr(&x.X)
	case *syntax.SliceExpr:
		guardExpr(&x.X)
		x.X = guardCall(copied, x.Lbrack, x.X)
		guardExpr(&x.Lo)
		guardExpr(&x.Hi)
		guardExpr(&x.Step)
	case *syntax.TupleExpr:
		guardExprs(x.List)
	case *syntax.UnaryExpr:
		guardExpr(&x.X)
	}
}

// guardArg is guardExpr for an argument or parameter, which may be name=value, *values or **values.
func guardArg(e *syntax.Expr) {
	if named, ok := (*e).(*syntax.BinaryExpr); ok && named.Op == syntax.EQ {
		guardExpr(&named.Y)
		return
	}
	guardExpr(e)
}
