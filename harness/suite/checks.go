package suite

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// side is a comparison within a check, with what it compared; or with name a value, left, that is true or not.
type side struct {
	name, op    string
	left, right starlark.Value
	result      bool
}

// mostShown is how much of a value a failure shows.
const mostShown = 2000

// sidesCall is ·sides(op, x, y, same).
func sidesCall(c *script.Call) (any, error) {
	r := runOf(c)
	op, _ := textOf(c.Args[0])
	out, err := r.compare(c, op)
	if err != nil {
		return nil, err
	}
	r.sides = append(r.sides, side{op: op, left: c.Args[1], right: c.Args[2], result: bool(out.Truth())})
	return out, nil
}

// shownCall is ·shown(name, x), which is x.
func shownCall(c *script.Call) (any, error) {
	r := runOf(c)
	name, _ := textOf(c.Args[0])
	if _, known := c.Args[1].(starlark.Bool); !known { // which the failure itself says
		r.sides = append(r.sides, side{name: name, left: c.Args[1]})
	}
	return c.Args[1], nil
}

// compare is x op y; what is equal to a pattern, also within a list or dict, is what it wants.
func (r *run) compare(c *script.Call, op string) (starlark.Value, error) {
	x, y := c.Args[1], c.Args[2]
	if op != "==" && op != "!=" || !patterned(x, deepest) && !patterned(y, deepest) {
		return c.Invoke(c.Args[3], x, y)
	}
	is, err := r.equal(x, y, deepest)
	return starlark.Bool(is == (op == "==")), err
}

// checkedCall is ·checked(test).
func checkedCall(c *script.Call) (any, error) {
	r := runOf(c)
	if err := r.mistaken("assert", c.Args[0]); err != nil {
		return nil, err
	}
	r.checks++
	if bool(c.Args[0].Truth()) {
		r.sides = nil
	}
	return c.Args[0], nil
}

// failedCall is ·failed(source, message=None).
func failedCall(c *script.Call) (any, error) {
	text, _ := textOf(c.Args[0])
	return nil, runOf(c).fail(c, Assertion, runOf(c).unequal(text, c.Args[1]), false)
}

// hiddenCall is ·hidden(text): the file has a test that would never run.
func hiddenCall(c *script.Call) (any, error) {
	text, _ := textOf(c.Args[0])
	return nil, script.Raise("SyntaxError", "%s", text)
}

// checkCall is check(value, note=None, source=None), which goes on when it is not so; require ends the test.
func checkCall(soft bool) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		r := runOf(c)
		if err := r.mistaken("check", c.Args[0]); err != nil {
			return nil, err
		}
		if _, pattern := selfOf(c.Args[1]).(*want); pattern {
			r.class = Harness
			return nil, script.Raise("TypeError", "check is given a pattern as its note: compare with it, as in check(x == %s)",
				c.Args[1])
		}
		r.checks++
		if bool(c.Args[0].Truth()) {
			r.sides = nil
			return true, nil
		}
		text, _ := textOfOrNil(c.Args[2])
		if text == "" {
			text = "check(" + object.Repr(c.Args[0]) + ")"
		}
		return false, r.fail(c, Assertion, r.unequal(text, c.Args[1]), soft)
	}
}

// unequal says what was checked, and what its comparisons compared.
func (r *run) unequal(source string, note starlark.Value) string {
	var b strings.Builder
	b.WriteString(source)
	if text, ok := textOfOrNil(note); ok {
		b.WriteString("\n  note: " + text)
	} else if note != nil && note != starlark.None {
		b.WriteString("\n  note: " + object.Repr(note))
	}
	for _, s := range r.sides {
		if s.name != "" {
			fmt.Fprintf(&b, "\n  %s is %s", s.name, cut(object.Repr(s.left), mostShown))
			continue
		}
		left, right := cut(object.Repr(s.left), mostShown), cut(object.Repr(s.right), mostShown)
		fmt.Fprintf(&b, "\n  left:  %s\n  right: %s", left, right)
		if s.op == "==" && !s.result {
			r.compared = compared{wanted: textToCompare(s.right), got: textToCompare(s.left)}
			b.WriteString(r.difference(s.left, s.right))
		}
		if len(r.sides) > 1 {
			fmt.Fprintf(&b, "\n  left %s right is %s", s.op, truth(s.result))
		}
	}
	r.sides = nil
	return b.String()
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// difference says where two values that have parts differ first.
func (r *run) difference(x, y starlark.Value) string {
	if _, pattern := selfOf(y).(*want); pattern {
		return ""
	}
	if a, ok := textOf(x); ok {
		b, ok := textOf(y)
		if !ok || typeName(x) != typeName(y) {
			return fmt.Sprintf("\n  a %s is not a %s", typeName(x), typeName(y))
		}
		if strings.Contains(a, "\n") && strings.Contains(b, "\n") {
			return differentLines(a, b)
		}
		if len(a) < 20 && len(b) < 20 {
			return ""
		}
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		return fmt.Sprintf("\n  they differ from byte %d on: %q, %q", i, cut(a[i:], 40), cut(b[i:], 40))
	}
	if a, ok := x.(starlark.IterableMapping); ok {
		if b, ok := y.(starlark.IterableMapping); ok {
			return r.differentKeys(a, b)
		}
	}
	a, ok1 := x.(starlark.Indexable)
	b, ok2 := y.(starlark.Indexable)
	if !ok1 || !ok2 {
		return ""
	}
	for i := range min(a.Len(), b.Len()) {
		if same, err := r.equal(a.Index(i), b.Index(i), deepest); err == nil && !same {
			return fmt.Sprintf("\n  at [%d]: %s, %s", i, cut(object.Repr(a.Index(i)), 200), cut(object.Repr(b.Index(i)), 200))
		}
	}
	if a.Len() != b.Len() {
		return fmt.Sprintf("\n  left has %d elements, right %d", a.Len(), b.Len())
	}
	return ""
}

// differentLines says in which line two texts differ first.
func differentLines(x, y string) string {
	a, b := strings.SplitAfter(x, "\n"), strings.SplitAfter(y, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	of := func(lines []string) string {
		if i >= len(lines) || lines[i] == "" && i == len(lines)-1 {
			return "the end"
		}
		return fmt.Sprintf("%q", cut(lines[i], 200))
	}
	return fmt.Sprintf("\n  they differ in line %d: %s, %s", i+1, of(a), of(b))
}

func (r *run) differentKeys(a, b starlark.IterableMapping) string {
	var out strings.Builder
	for _, pair := range a.Items() {
		other, found, err := b.Get(pair[0])
		if err != nil {
			return ""
		}
		if !found {
			fmt.Fprintf(&out, "\n  only left has [%s]", object.Repr(pair[0]))
			continue
		}
		if same, err := r.equal(pair[1], other, deepest); err == nil && !same {
			fmt.Fprintf(&out, "\n  at [%s]: %s, %s", object.Repr(pair[0]), cut(object.Repr(pair[1]), 200),
				cut(object.Repr(other), 200))
		}
	}
	for _, pair := range b.Items() {
		if _, found, err := a.Get(pair[0]); err == nil && !found {
			fmt.Fprintf(&out, "\n  only right has [%s]", object.Repr(pair[0]))
		}
	}
	return out.String()
}

// failure is why a test ends that failed by a check.
type failure struct{ text string }

func (f *failure) Error() string { return f.text }

// fail notes what was not so, and where; unless soft the test ends.
func (r *run) fail(c *script.Call, class Class, text string, soft bool) error {
	file, at := c.Thread.Where(1)
	p := Problem{Class: class, Text: text, File: file, Line: at, Phase: r.phase, Fixture: r.building,
		Nearest: r.compared.nearest, Wanted: r.compared.wanted, Got: r.compared.got}
	r.compared = compared{}
	if r.expectsFailure > 0 {
		return script.RaiseArgs("AssertionError", &failure{text}, text)
	}
	p.Event = r.tell(checked, "", text).n + 1
	r.problems = append(r.problems, p)
	if soft {
		return nil
	}
	return script.RaiseArgs("AssertionError", &failure{text}, text)
}

// tell notes what the test does at the place where it stands. The lock is held.
func (r *run) tell(kind event.Kind, device, text string) record {
	return r.world.log.add(own, event.Event{Layer: event.Harness, Kind: kind, Device: device, Text: text,
		Where: r.in.Place()}, nil)
}

// compared is what a failure compares, for Problem.
type compared struct {
	nearest     int
	wanted, got string
}

// mostCompared is how many bytes of a text are compared.
const mostCompared = 64 << 10

// textToCompare is a value as a text to be compared: lines of JSON where it has parts.
func textToCompare(v starlark.Value) string {
	text, ok := textOf(v)
	if _, parts := v.(starlark.Iterable); parts && !ok {
		if lines, err := json.MarshalIndent(plainOf(v), "", "  "); err == nil {
			return cut(string(lines), mostCompared)
		}
	}
	if !ok {
		text = object.Repr(v)
	}
	return cut(text, mostCompared)
}

// raisesCall is raises(type=None, text=None): for with in .py files.
func raisesCall(c *script.Call) (any, error) {
	r := runOf(c)
	r.checks++
	x := &raising{}
	if c.Given(0) {
		x.class = c.Args[0]
		x.name = nameOf(c.Args[0])
	}
	if c.Given(1) {
		x.text = containing(c.Args[1])
	}
	return classes.raises.NewInstance(c.Interp, x), nil
}

// builtin calls a builtin function of Python's.
func (r *run) builtin(c *script.Call, name string, args ...any) (starlark.Value, error) {
	fn, ok := r.in.Runtime().Builtin(name)
	if !ok {
		return nil, fmt.Errorf("there is no builtin %s", name)
	}
	return c.Invoke(fn, args...)
}

// raising is what a with block is to raise.
type raising struct {
	class starlark.Value
	name  string
	text  *want
	value starlark.Value // what it raised
}

func nameOf(v starlark.Value) string {
	if fn, ok := v.(starlark.Callable); ok {
		return fn.Name()
	}
	if text, ok := textOf(v); ok {
		return text
	}
	return object.Repr(v)
}

// raisesExit is the end of the with block.
func raisesExit(c *script.Call) (any, error) {
	r := runOf(c)
	x := c.Self.(*raising)
	if !c.Given(0) {
		what := x.name
		if what == "" {
			what = "an exception"
		}
		return nil, r.fail(c, Assertion, fmt.Sprintf("raises(%s): nothing was raised", what), false)
	}
	x.value = starlark.None
	if c.Given(1) {
		x.value = c.Args[1]
	}
	if x.class != nil {
		is, err := r.builtin(c, "issubclass", c.Args[0], x.class)
		if err != nil || !bool(is.Truth()) {
			return false, err // it goes on as it came
		}
	}
	if x.text == nil {
		return true, nil
	}
	text, err := r.builtin(c, "str", x.value)
	if err != nil {
		return nil, err
	}
	ok, _, err := x.text.match(r, text)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, r.fail(c, Assertion, fmt.Sprintf("raises(%s): its text should have %s, and is %s", x.name, x.text.show,
			object.Repr(text)), false)
	}
	return true, nil
}
