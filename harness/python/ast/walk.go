package ast

// Walk calls visit with a node and, where visit returns true, with all that is in it, in the order of
// the text.
func Walk(n Node, visit func(n Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	for _, c := range Children(n) {
		if c != nil {
			Walk(c, visit)
		}
	}
}

// Bodies are the lists of statements in a statement.
func Bodies(st Stmt) [][]Stmt {
	switch st := st.(type) {
	case *FunctionDef:
		return [][]Stmt{st.Body}
	case *ClassDef:
		return [][]Stmt{st.Body}
	case *For:
		return [][]Stmt{st.Body, st.Orelse}
	case *While:
		return [][]Stmt{st.Body, st.Orelse}
	case *If:
		return [][]Stmt{st.Body, st.Orelse}
	case *With:
		return [][]Stmt{st.Body}
	case *Try:
		all := [][]Stmt{st.Body}
		for _, h := range st.Handlers {
			all = append(all, h.Body)
		}
		return append(all, st.Orelse, st.Finalbody)
	}
	return nil
}

// Elts are the elements of a tuple, list or set display.
func Elts(e Expr) []Expr {
	switch e := e.(type) {
	case *Tuple:
		return e.Elts
	case *List:
		return e.Elts
	case *Set:
		return e.Elts
	}
	return nil
}

// Leaves are the parts of a target that are assigned to: names, attributes and items.
func Leaves(target Expr) []Expr {
	switch t := target.(type) {
	case nil:
		return nil
	case *Starred:
		return Leaves(t.Value)
	case *Tuple, *List:
		var all []Expr
		for _, e := range Elts(t) {
			all = append(all, Leaves(e)...)
		}
		return all
	}
	return []Expr{target}
}

// list collects nodes, nil ones left out.
type list []Node

func (l *list) exprs(all ...Expr) {
	for _, e := range all {
		if e != nil {
			*l = append(*l, e)
		}
	}
}

func (l *list) stmts(all []Stmt) {
	for _, s := range all {
		*l = append(*l, s)
	}
}

// Defaults are what parameters are where they are not given, in order.
func (a *Arguments) Defaults() []Expr {
	var all []Expr
	for _, list := range [][]*Arg{a.Args, a.KwOnly} {
		for _, p := range list {
			if p.Default != nil {
				all = append(all, p.Default)
			}
		}
	}
	return all
}

func (l *list) keywords(all []*Keyword) {
	for _, k := range all {
		l.exprs(k.Value)
	}
}

// Children are the parts of a node, in the order of the text.
func Children(n Node) []Node {
	var l list
	switch n := n.(type) {
	case *Module:
		l.stmts(n.Body)
	case Stmt:
		l.stmt(n)
	case Expr:
		l.expr(n)
	}
	return l
}

func (l *list) stmt(n Stmt) {
	switch n := n.(type) {
	case *FunctionDef:
		l.exprs(n.Decorators...)
		l.exprs(n.Args.Defaults()...)
	case *ClassDef:
		l.exprs(n.Decorators...)
		l.exprs(n.Bases...)
		l.keywords(n.Keywords)
	case *Return:
		l.exprs(n.Value)
	case *Delete:
		l.exprs(n.Targets...)
	case *Assign:
		l.exprs(n.Targets...)
		l.exprs(n.Value)
	case *AnnAssign:
		l.exprs(n.Target, n.Value)
	case *AugAssign:
		l.exprs(n.Target, n.Value)
	case *For:
		l.exprs(n.Target, n.Iter)
	case *While:
		l.exprs(n.Test)
	case *If:
		l.exprs(n.Test)
	case *With:
		for _, i := range n.Items {
			l.exprs(i.Context, i.Vars)
		}
	case *Raise:
		l.exprs(n.Exc, n.Cause)
	case *Assert:
		l.exprs(n.Test, n.Msg)
	case *ExprStmt:
		l.exprs(n.Value)
	case *Try:
		l.stmts(n.Body)
		for _, h := range n.Handlers {
			l.exprs(h.Type)
			l.stmts(h.Body)
		}
		l.stmts(n.Orelse)
		l.stmts(n.Finalbody)
		return
	}
	for _, body := range Bodies(n) {
		l.stmts(body)
	}
}

func (l *list) expr(n Expr) {
	switch n := n.(type) {
	case *BoolOp:
		l.exprs(n.Values...)
	case *NamedExpr:
		l.exprs(n.Target, n.Value)
	case *BinOp:
		l.exprs(n.Left, n.Right)
	case *UnaryOp:
		l.exprs(n.Operand)
	case *Lambda:
		l.exprs(n.Args.Defaults()...)
		l.exprs(n.Body)
	case *IfExp:
		l.exprs(n.Body, n.Test, n.Orelse)
	case *Dict:
		for i := range n.Keys {
			l.exprs(n.Keys[i], n.Values[i])
		}
	case *Comp:
		l.exprs(n.Key, n.Elt)
		for _, c := range n.Generators {
			l.exprs(c.Target, c.Iter)
			l.exprs(c.Ifs...)
		}
	case *Tuple, *List, *Set:
		l.exprs(Elts(n)...)
	case *Compare:
		l.exprs(n.Left)
		l.exprs(n.Comparators...)
	case *Call:
		l.exprs(n.Func)
		l.exprs(n.Args...)
		l.keywords(n.Keywords)
	case *JoinedStr:
		l.exprs(n.Values...)
	case *Subscript:
		l.exprs(n.Value, n.Index)
	case *Slice:
		l.exprs(n.Lower, n.Upper, n.Step)
	case *FormattedValue:
		l.exprs(n.Value, n.Spec)
	case *Await:
		l.exprs(n.Value)
	case *Yield:
		l.exprs(n.Value)
	case *YieldFrom:
		l.exprs(n.Value)
	case *Attribute:
		l.exprs(n.Value)
	case *Starred:
		l.exprs(n.Value)
	}
}
