package ast

// IsName reports whether an expression is a certain name.
func IsName(e Expr, id string) bool {
	n, ok := e.(*Name)
	return ok && n.ID == id
}

// Text is that of a str literal; "" of any other expression.
func Text(e Expr) string {
	if s, ok := e.(*Str); ok {
		return s.S
	}
	return ""
}

// Emitter returns X of a decorator micropython.X, by which MicroPython's compiler, which needs no
// import for it, is told what code to make of a function; "" for other decorators.
func Emitter(decorator Expr) string {
	if a, ok := decorator.(*Attribute); ok && IsName(a.Value, "micropython") {
		return a.Attr
	}
	return ""
}
