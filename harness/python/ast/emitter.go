package ast

import "slices"

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

// Dotted are the parts of a.b.c, none of another expression.
func Dotted(e Expr) []string {
	switch e := e.(type) {
	case *Name:
		return []string{e.ID}
	case *Attribute:
		if of := Dotted(e.Value); of != nil {
			return append(of, e.Attr)
		}
	}
	return nil
}

// HasStarred reports whether one of the expressions is starred.
func HasStarred(all []Expr) bool {
	return slices.ContainsFunc(all, func(e Expr) bool {
		_, ok := e.(*Starred)
		return ok
	})
}

// Emitter returns X of a decorator micropython.X, by which MicroPython's compiler, which needs no
// import for it, is told what code to make of a function; "" for other decorators.
func Emitter(decorator Expr) string {
	if a, ok := decorator.(*Attribute); ok && IsName(a.Value, "micropython") {
		return a.Attr
	}
	return ""
}
