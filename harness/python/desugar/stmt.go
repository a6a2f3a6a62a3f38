package desugar

import (
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// stmts desugars statements into a context.
func (d *desugarer) stmts(c *context, body []ast.Stmt) {
	tail := c.tail
	for i, st := range body {
		c.tail = tail && i == len(body)-1
		d.stmt(c, st)
	}
	c.tail = tail
}

// body desugars nested statements of the same Starlark function; there is always one.
func (d *desugarer) body(c *context, n ast.Node, body []ast.Stmt) []ast.Stmt {
	in := c.inner()
	d.stmts(in, body)
	return filled(n, in.out)
}

func (d *desugarer) stmt(c *context, st ast.Stmt) {
	switch st := st.(type) {
	case *ast.ExprStmt:
		d.exprStmt(c, st)
	case *ast.Assign:
		d.assign(c, st)
	case *ast.AnnAssign:
		if st.Value != nil {
			d.assignTo(c, st, st.Target, d.expr(c, st.Value))
		}
	case *ast.AugAssign:
		d.augAssign(c, st)
	case *ast.If:
		d.ifStmt(c, st)
	case *ast.While:
		d.while(c, st)
	case *ast.For:
		d.forLoop(c, st)
	case *ast.Try:
		d.try(c, st)
	case *ast.With:
		d.with(c, st, 0)
	case *ast.FunctionDef:
		d.function(c, st)
	case *ast.ClassDef:
		d.classDef(c, st)
	case *ast.Return:
		d.returnStmt(c, st)
	case *ast.Break, *ast.Continue:
		d.leave(c, st)
	case *ast.Raise:
		d.raise(c, st)
	case *ast.Assert:
		d.assert(c, st)
	case *ast.Import:
		d.importStmt(c, st)
	case *ast.ImportFrom:
		d.importFrom(c, st)
	case *ast.Delete:
		for _, t := range st.Targets {
			d.delete(c, st, t)
		}
	case *ast.Pass:
		c.add(&ast.Pass{StmtBase: at(st)})
	case *ast.Global, *ast.Nonlocal:
	default:
		d.fail(st, "this statement")
	}
}

func (d *desugarer) exprStmt(c *context, st *ast.ExprStmt) {
	value := d.expr(c, st.Value)
	if d.single && c.scope.Kind == names.Module {
		value = help("display", value)
	}
	c.add(do(st, value))
}

func (d *desugarer) ifStmt(c *context, st *ast.If) {
	test := d.expr(c, st.Test)
	s := &ast.If{StmtBase: at(st), Test: test, Body: d.body(c, st, st.Body)}
	if len(st.Orelse) > 0 {
		s.Orelse = d.body(c, st.Orelse[0], st.Orelse)
	}
	c.add(s)
}

func (d *desugarer) raise(c *context, st *ast.Raise) {
	if st.Exc == nil {
		c.add(do(st, help("reraise")))
		return
	}
	args := []ast.Expr{d.expr(c, st.Exc)}
	if st.Cause != nil {
		args = append(args, d.expr(c, st.Cause))
	}
	c.add(do(st, help("raise_", args...)))
}

func (d *desugarer) assert(c *context, st *ast.Assert) {
	test := d.expr(c, st.Test)
	in := c.inner()
	var args []ast.Expr
	if st.Msg != nil {
		args = append(args, d.expr(in, st.Msg))
	}
	in.add(do(st, help("assert_", args...)))
	c.add(when(st, not(test), in.out...))
}

func (d *desugarer) importStmt(c *context, st *ast.Import) {
	for _, n := range st.Names {
		helper := "import_"
		if n.AsName != "" && n.AsName != n.Name {
			helper = "module"
		}
		c.add(assign(st, d.store(c, st, names.Imported(n)), help(helper, str(n.Name))))
	}
}

func (d *desugarer) importFrom(c *context, st *ast.ImportFrom) {
	from := strings.Repeat(".", st.Level) + st.Module
	if len(st.Names) == 1 && st.Names[0].Name == "*" {
		c.add(do(st, help("import_all", str(from))))
		return
	}
	args := []ast.Expr{str(from)}
	var targets []ast.Expr
	for _, n := range st.Names {
		args = append(args, str(n.Name))
		targets = append(targets, d.store(c, st, names.Imported(n)))
	}
	target := targets[0]
	if len(targets) > 1 {
		target = &ast.Tuple{Elts: targets}
	}
	c.add(assign(st, target, help("from_", args...)))
}

func (d *desugarer) delete(c *context, st ast.Stmt, target ast.Expr) {
	switch t := target.(type) {
	case *ast.Name:
		box, name := d.boxed(c, t, t.ID)
		c.add(do(st, help("del_", box, str(name))))
	case *ast.Attribute:
		c.add(do(st, help("del_", d.expr(c, t.Value), str(t.Attr))))
	case *ast.Subscript:
		x := d.expr(c, t.Value)
		if s, ok := t.Index.(*ast.Slice); ok {
			c.add(do(st, help("del_slice", append([]ast.Expr{x}, d.sliceParts(c, s)...)...)))
			return
		}
		c.add(do(st, help("del_item", x, d.expr(c, t.Index))))
	case *ast.Tuple:
		for _, e := range t.Elts {
			d.delete(c, st, e)
		}
	case *ast.List:
		for _, e := range t.Elts {
			d.delete(c, st, e)
		}
	default:
		d.fail(target, "del of this")
	}
}
