package ast

// Emitter returns X of a decorator micropython.X, by which MicroPython's compiler, which needs no
// import for it, is told what code to make of a function; "" for other decorators.
func Emitter(decorator Expr) string {
	a, ok := decorator.(*Attribute)
	if !ok {
		return ""
	}
	if n, ok := a.Value.(*Name); !ok || n.ID != "micropython" {
		return ""
	}
	return a.Attr
}
