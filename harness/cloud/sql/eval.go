package sql

import (
	"encoding/json"
	"fmt"
	"math"
)

// row is a notice, and the first comparison that the platform does not make of it.
type row struct {
	notice map[string]any
	why    string
}

func (e *row) odd(format string, args ...any) {
	if e.why == "" {
		e.why = fmt.Sprintf(format, args...)
	}
}

// node is a part of a clause. Its value is nil where there is none, an int64 for an integer, else what JSON has.
type node interface{ value(*row) any }

// path is a value of a notice, by the names that lead to it.
type path []string

func (p path) value(e *row) any {
	var v any = e.notice
	for _, name := range p {
		o, is := v.(map[string]any)
		if !is {
			return nil
		}
		v = o[name]
	}
	return plain(v)
}

// plain has integers as int64.
func plain(v any) any {
	if n, is := v.(json.Number); is {
		if i, err := n.Int64(); err == nil {
			return i
		}
	}
	return v
}

// constant is a number, a text or a truth.
type constant struct{ v any }

func (c constant) value(*row) any { return c.v }

// application is a function with what it is given.
type application struct {
	function
	args []node
}

func (a application) value(e *row) any {
	values := make([]any, len(a.args))
	for i, n := range a.args {
		values[i] = n.value(e)
	}
	return a.apply(e, values)
}

// logic is AND or OR, where what is unknown stays so unless the other side decides.
type logic struct {
	op          string
	left, right node
}

func (l logic) value(e *row) any {
	decides := l.op == "OR"
	left := l.left.value(e)
	if left == decides {
		return decides
	}
	right := l.right.value(e)
	switch {
	case right == decides:
		return decides
	case left == !decides && right == !decides:
		return !decides
	}
	return nil
}

// negation is NOT.
type negation struct{ of node }

func (n negation) value(e *row) any {
	if held, is := n.of.value(e).(bool); is {
		return !held
	}
	return nil
}

// absence is IS NULL.
type absence struct{ of node }

func (a absence) value(e *row) any { return a.of.value(e) == nil }

// membership is IN.
type membership struct {
	of   node
	list []node
}

func (m membership) value(e *row) any {
	v := m.of.value(e)
	if v == nil {
		return nil
	}
	for _, n := range m.list {
		if same(v, n.value(e)) {
			return true
		}
	}
	return false
}

// comparison compares two values: < and > integers alone, = and <> what is of one kind.
type comparison struct {
	op          string
	left, right node
}

// operators say for an order of integers (-1, 0 or 1) whether a comparison holds.
var operators = map[string]func(order int) bool{
	"=":  func(o int) bool { return o == 0 },
	"!=": func(o int) bool { return o != 0 },
	"<>": func(o int) bool { return o != 0 },
	"<":  func(o int) bool { return o < 0 },
	"<=": func(o int) bool { return o <= 0 },
	">":  func(o int) bool { return o > 0 },
	">=": func(o int) bool { return o >= 0 },
}

func (c comparison) value(e *row) any {
	left, right := c.left.value(e), c.right.value(e)
	if left == nil || right == nil {
		return nil
	}
	a, isA := left.(int64)
	b, isB := right.(int64)
	switch {
	case isA && isB:
		order := 0
		if a < b {
			order = -1
		} else if a > b {
			order = 1
		}
		return operators[c.op](order)
	case c.op == "=":
		return same(left, right)
	case c.op == "!=" || c.op == "<>":
		return !same(left, right)
	}
	e.odd("%s compares integers alone, and was given %s and %s", c.op, shown(left), shown(right))
	return nil
}

// same reports whether two values are one; objects and lists are none.
func same(a, b any) bool {
	switch a.(type) {
	case map[string]any, []any:
		return false
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

// shown is a value for a reader, shortened.
func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%T", v)
	}
	if len(text) > 2*maxText {
		return string(text[:2*maxText]) + "…"
	}
	return string(text)
}

// arithmetic is + - * / of integers; of anything else, and of what is too large or divided by 0, it is nothing.
type arithmetic struct {
	op          string
	left, right node
}

func (a arithmetic) value(e *row) any {
	left, right := a.left.value(e), a.right.value(e)
	if left == nil || right == nil {
		return nil
	}
	x, isX := left.(int64)
	y, isY := right.(int64)
	if !isX || !isY {
		e.odd("%s computes with integers alone, and was given %s and %s", a.op, shown(left), shown(right))
		return nil
	}
	out, fits := compute(a.op, x, y)
	if !fits {
		e.odd("%d %s %d is no integer of 64 bits", x, a.op, y)
		return nil
	}
	return out
}

// compute is false where the result is no integer of 64 bits.
func compute(op string, x, y int64) (int64, bool) {
	switch op {
	case "+":
		return x + y, (x+y > x) == (y > 0)
	case "-":
		return x - y, (x-y < x) == (y > 0)
	case "*":
		product := x * y
		return product, x == 0 || product/x == y && (x != -1 || y != math.MinInt64)
	}
	if y == 0 || x == math.MinInt64 && y == -1 {
		return 0, false
	}
	return x / y, true
}
