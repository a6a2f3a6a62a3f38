package desugar

import "quecstar/harness/python/ast"

// Builders of the tree. What stands nowhere in the program has no position: it stands where the
// statement does.

func base(n ast.Node) ast.ExprBase { return ast.ExprBase{Pos: n.At()} }

func at(n ast.Node) ast.StmtBase { return ast.StmtBase{Pos: n.At()} }

func ident(id string) *ast.Name { return &ast.Name{ID: id} }

func str(s string) *ast.Str { return &ast.Str{S: s} }

func num(n int64) *ast.Num { return &ast.Num{Value: n} }

func none() ast.Expr { return &ast.NameConstant{Value: ast.None} }

func boolean(is bool) ast.Expr {
	if is {
		return &ast.NameConstant{Value: ast.True}
	}
	return &ast.NameConstant{Value: ast.False}
}

func dot(x ast.Expr, name string) *ast.Attribute { return &ast.Attribute{Value: x, Attr: name} }

func call(fn ast.Expr, args ...ast.Expr) *ast.Call { return &ast.Call{Func: fn, Args: args} }

func assign(n ast.Node, target, value ast.Expr) ast.Stmt {
	return &ast.Assign{StmtBase: at(n), Targets: []ast.Expr{target}, Value: value}
}

func do(n ast.Node, e ast.Expr) ast.Stmt { return &ast.ExprStmt{StmtBase: at(n), Value: e} }

func ret(n ast.Node, e ast.Expr) ast.Stmt { return &ast.Return{StmtBase: at(n), Value: e} }

func when(n ast.Node, test ast.Expr, body ...ast.Stmt) ast.Stmt {
	return &ast.If{StmtBase: at(n), Test: test, Body: body}
}

func not(e ast.Expr) ast.Expr { return &ast.UnaryOp{Op: ast.Not, Operand: e} }

// define is a def of positional parameters.
func define(n ast.Node, name string, params []string, body []ast.Stmt) *ast.FunctionDef {
	args := &ast.Arguments{}
	for _, p := range params {
		args.Args = append(args.Args, &ast.Arg{Name: p})
	}
	return &ast.FunctionDef{StmtBase: at(n), Name: name, Args: args, Body: body}
}

// help is a call of a helper.
func help(name string, args ...ast.Expr) *ast.Call { return call(member(name), args...) }

// member is a helper.
func member(name string) ast.Expr { return dot(ident(Helpers), name) }

// builtin is a builtin function or type, whatever the program calls so.
func builtin(name string) ast.Expr { return help("builtin", str(name)) }

func isName(e ast.Expr) bool {
	_, ok := e.(*ast.Name)
	return ok
}

func isCall(e ast.Expr) bool {
	_, ok := e.(*ast.Call)
	return ok
}

func filled(n ast.Node, body []ast.Stmt) []ast.Stmt {
	if len(body) == 0 {
		return []ast.Stmt{&ast.Pass{StmtBase: at(n)}}
	}
	return body
}
