package port

import "quecstar/harness/python/ast"

// stmts ports statements into a context.
func (w *writer) stmts(c *context, body []ast.Stmt) {
	tail := c.tail
	for i, st := range body {
		c.tail = tail && i == len(body)-1
		w.stmt(c, st)
	}
	c.tail = tail
}

// body ports nested statements of the same Starlark function; there is always one.
func (w *writer) body(c *context, n ast.Node, body []ast.Stmt) []ast.Stmt {
	in := c.inner()
	w.stmts(in, body)
	return filled(n, in.out)
}

func filled(n ast.Node, body []ast.Stmt) []ast.Stmt {
	if len(body) == 0 {
		return []ast.Stmt{&ast.Pass{StmtBase: at(n)}}
	}
	return body
}

func (w *writer) stmt(c *context, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.ExprStmt:
		c.add(do(st, w.expr(c, st.Value)))
	case *ast.Assign:
		w.assign(c, st)
	case *ast.AnnAssign:
		if st.Value != nil {
			w.assignTo(c, st, st.Target, w.expr(c, st.Value))
		}
	case *ast.AugAssign:
		w.augAssign(c, st)
	case *ast.If:
		w.ifStmt(c, st)
	case *ast.While:
		w.while(c, st)
	case *ast.For:
		w.forLoop(c, st)
	case *ast.Try:
		w.try(c, st)
	case *ast.With:
		w.with(c, st, 0)
	case *ast.FunctionDef:
		w.function(c, st)
	case *ast.ClassDef:
		w.classDef(c, st)
	case *ast.Return:
		w.returnStmt(c, st)
	case *ast.Break, *ast.Continue:
		w.leave(c, st)
	case *ast.Raise:
		w.raise(c, st)
	case *ast.Assert:
		w.assert(c, st)
	case *ast.Import:
		w.importStmt(c, st)
	case *ast.ImportFrom:
		w.importFrom(c, st)
	case *ast.Delete:
		for _, t := range st.Targets {
			w.delete(c, st, t)
		}
	case *ast.Pass:
		c.add(&ast.Pass{StmtBase: at(st)})
	case *ast.Global, *ast.Nonlocal:
	default:
		w.fail(st, "this statement")
	}
}

func (w *writer) ifStmt(c *context, st *ast.If) {
	test := w.expr(c, st.Test)
	s := &ast.If{StmtBase: at(st), Test: test, Body: w.body(c, st, st.Body)}
	if len(st.Orelse) > 0 {
		s.Orelse = w.body(c, st.Orelse[0], st.Orelse)
	}
	c.add(s)
}

func (w *writer) raise(c *context, st *ast.Raise) {
	if st.Exc == nil {
		c.add(do(st, w.help("reraise")))
		return
	}
	args := []ast.Expr{w.expr(c, st.Exc)}
	if st.Cause != nil {
		args = append(args, w.expr(c, st.Cause))
	}
	c.add(do(st, w.help("raise_", args...)))
}

func (w *writer) assert(c *context, st *ast.Assert) {
	test := w.expr(c, st.Test)
	in := c.inner()
	var args []ast.Expr
	if st.Msg != nil {
		args = append(args, w.expr(in, st.Msg))
	}
	in.add(do(st, w.help("assert_", args...)))
	c.add(when(st, not(test), in.out...))
}

func (w *writer) importStmt(c *context, st *ast.Import) {
	for _, n := range st.Names {
		helper := "import_"
		if n.AsName != "" && n.AsName != n.Name {
			helper = "module"
		}
		c.add(w.set(st, w.store(c, st, imported(n)), w.help(helper, str(n.Name))))
	}
}

func (w *writer) importFrom(c *context, st *ast.ImportFrom) {
	from := st.Module
	for range st.Level {
		from = "." + from
	}
	if len(st.Names) == 1 && st.Names[0].Name == "*" {
		c.add(do(st, w.help("import_all", str(from))))
		return
	}
	args := []ast.Expr{str(from)}
	var targets []ast.Expr
	for _, n := range st.Names {
		args = append(args, str(n.Name))
		targets = append(targets, w.store(c, st, imported(n)))
	}
	target := targets[0]
	if len(targets) > 1 {
		target = &ast.Tuple{Elts: targets}
	}
	c.add(assign(st, target, w.help("from_", args...)))
}

func (w *writer) delete(c *context, st ast.Stmt, target ast.Expr) {
	switch t := target.(type) {
	case *ast.Name:
		box, name := w.boxed(c, t, t.ID)
		c.add(do(st, w.help("del_", box, str(name))))
	case *ast.Attribute:
		c.add(do(st, w.help("del_", w.expr(c, t.Value), str(t.Attr))))
	case *ast.Subscript:
		x := w.expr(c, t.Value)
		if s, ok := t.Index.(*ast.Slice); ok {
			c.add(do(st, w.help("del_slice", append([]ast.Expr{x}, w.sliceParts(c, s)...)...)))
			return
		}
		c.add(do(st, w.help("del_item", x, w.expr(c, t.Index))))
	case *ast.Tuple:
		for _, e := range t.Elts {
			w.delete(c, st, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			w.delete(c, st, e)
		}
	default:
		w.fail(target, "del of this")
	}
}
