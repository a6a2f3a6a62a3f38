package python

import (
	"sort"

	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
)

// lifting makes functions of the parts of a statement. They are functions of the file, which get the
// variables of the function around as arguments, so that nothing need be made when that runs. Where a
// part uses a variable that may have no value yet they are closures, made in front of the loop around.
type lifting struct {
	fn    *scope // the function around
	names map[string]bool
	// unsure says that a part uses a variable that may have no value yet.
	unsure bool
	outer  *lifting
}

// piece is a part whose function is not defined yet.
type piece struct {
	name   string
	params []syntax.Expr
	body   []syntax.Stmt
}

// uses records that code being lowered uses a variable of the function s, or a name that lowering
// made up in it.
func (l *lowerer) uses(s *scope, name string, sure bool) {
	for at := l.lifting; at != nil; at = at.outer {
		if !s.encloses(at.fn) {
			return // a function within the part
		}
		at.names[name] = true
		at.unsure = at.unsure || !sure
	}
}

// encloses reports whether s is the scope inner or around it.
func (s *scope) encloses(inner *scope) bool {
	for ; inner != nil; inner = inner.parent {
		if inner == s {
			return true
		}
	}
	return false
}

// lift lowers the parts of a statement by fill and defines their functions. extra are the arguments
// that the parts are to be called with besides their own.
func (l *lowerer) lift(b *block, pos syntax.Position, fill func(), pieces *[]piece) (extra []syntax.Expr, lifted bool) {
	at := &lifting{fn: b.function(), names: map[string]bool{}, outer: l.lifting}
	l.lifting = at
	fill()
	l.lifting = at.outer
	lifted = at.fn.kind == functionScope && !at.unsure
	if !lifted {
		for _, p := range *pieces {
			b.early(l.define(pos, p.name, p.params, p.body))
		}
		return nil, false
	}
	names := make([]string, 0, len(at.names))
	for name := range at.names {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, p := range *pieces {
		l.lifted = append(l.lifted, l.define(pos, p.name, append(p.params, l.identsOf(pos, names)...), p.body))
	}
	return l.identsOf(pos, names), true
}

func (l *lowerer) identsOf(pos syntax.Position, names []string) []syntax.Expr {
	out := make([]syntax.Expr, len(names))
	for i, name := range names {
		out[i] = l.ident(pos, name)
	}
	return out
}

// piece lowers a part of a statement.
func (l *lowerer) piece(b *block, kind string, params []syntax.Expr, sig *signals, fill func(in *block)) piece {
	in := b.inner()
	in.synthetic, in.loops, in.flag, in.signals = true, 0, "", sig
	fill(in)
	return piece{l.temp() + kind, params, in.out}
}

// surely notes that variables have a value in what is lowered next, up to the end of the block.
func (l *lowerer) surely(b *block, targets ...ast.Expr) {
	if b.kind != functionScope {
		return
	}
	for _, t := range targets {
		switch t := t.(type) {
		case *ast.Name:
			if v := b.names[t.ID]; v != nil && !v.assigned {
				v.assigned = true
				l.sure = append(l.sure, v)
			}
		case *ast.Tuple:
			l.surely(b, t.Elts...)
		}
	}
}

// sureUpTo forgets what was noted since there were n such variables.
func (l *lowerer) sureUpTo(n int) {
	for _, v := range l.sure[n:] {
		v.assigned = false
	}
	l.sure = l.sure[:n]
}

// guardUse is what runs a try statement whose guard is a variable of that name.
func (l *lowerer) guardUse(pos syntax.Position, guard string, extra []syntax.Expr) syntax.Expr {
	if len(extra) == 0 {
		return l.dot(pos, l.ident(pos, guard), "v")
	}
	return &syntax.IndexExpr{X: l.ident(pos, guard), Lbrack: pos, Rbrack: pos,
		Y: &syntax.TupleExpr{Lparen: pos, List: extra, Rparen: pos}}
}

// usesClass is the variable that a method has its class in.
func (l *lowerer) usesClass(b *block, pos syntax.Position) syntax.Expr {
	l.uses(b.class.scope, className(b.class.name), true)
	return l.ident(pos, className(b.class.name))
}

// usesYield is the function by which the generator around yields.
func (l *lowerer) usesYield(b *block, pos syntax.Position) syntax.Expr {
	l.uses(b.function(), yieldName, true)
	return l.ident(pos, yieldName)
}
