package suite

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// fixture is what a test file's own fixture is.
type fixture struct {
	fn     starlark.Callable
	scope  string
	leases []string // what one test at a time may use
}

// cases are a test that is run with several sets of arguments.
type cases struct {
	fn    starlark.Callable
	names []string
	args  map[string]starlark.Value // a mapping each
}

// decorator waits for its function, as @mark(tags = …) in a .py file.
func decorator(apply func(fn starlark.Value) (starlark.Value, error)) starlark.Value {
	return starlark.NewBuiltin("decorator", func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple,
		_ []starlark.Tuple) (starlark.Value, error) {
		if len(args) != 1 {
			return nil, script.Raise("TypeError", "a decorator should be given one function, not %d arguments", len(args))
		}
		return apply(args[0])
	})
}

// fixtureCall is fixture(fn=None, scope="test", lease=None).
func fixtureCall(c *script.Call) (any, error) {
	scope := "test"
	leases, err := leasesOf(c.Args[2])
	if err != nil {
		return nil, err
	}
	if err := c.Unpack(nil, &scope); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"test", "file", "suite"}, scope) {
		return nil, script.Raise("ValueError", "fixture: scope %q: want \"test\", \"file\" or \"suite\"", scope)
	}
	wrap := func(v starlark.Value) (starlark.Value, error) {
		fn, ok := v.(starlark.Callable)
		if !ok {
			return nil, script.Raise("TypeError", "fixture should be given a function, not %s", typeName(v))
		}
		return classes.fixture.NewInstance(c.Interp, &fixture{fn: fn, scope: scope, leases: leases}), nil
	}
	if !c.Given(0) {
		return decorator(wrap), nil
	}
	return wrap(c.Args[0])
}

// casesCall is cases(fn=None, **cases).
func casesCall(c *script.Call) (any, error) {
	k := &cases{args: map[string]starlark.Value{}}
	for _, kw := range c.Keywords {
		name, _ := textOf(kw[0])
		if _, ok := kw[1].(starlark.IterableMapping); !ok {
			return nil, script.Raise("TypeError", "cases: %s should be a dict of arguments, not %s", name, typeName(kw[1]))
		}
		if strings.TrimSpace(name) == "" || strings.ContainsFunc(name, unicode.IsControl) {
			return nil, script.Raise("ValueError", "cases: %q is no name for a case: it is part of the test's id", name)
		}
		k.names, k.args[name] = append(k.names, name), kw[1]
	}
	if len(k.names) == 0 {
		return nil, script.Raise("ValueError", "cases: there are none; write cases(fn, name = dict(arg = value), …)")
	}
	wrap := func(v starlark.Value) (starlark.Value, error) {
		fn, ok := v.(starlark.Callable)
		if !ok {
			return nil, script.Raise("TypeError", "cases should be given a function, not %s", typeName(v))
		}
		done := *k
		done.fn = fn
		return classes.cases.NewInstance(c.Interp, &done), nil
	}
	if !c.Given(0) {
		return decorator(wrap), nil
	}
	return wrap(c.Args[0])
}

// markCall is mark(fn=None, **marks).
func markCall(c *script.Call) (any, error) {
	r := runOf(c)
	set, err := marksOf(c.Keywords)
	if err != nil {
		return nil, err
	}
	wrap := func(v starlark.Value) (starlark.Value, error) {
		fn := v
		if k, ok := selfOf(v).(*cases); ok {
			fn = k.fn
		}
		if _, ok := fn.(starlark.Callable); !ok {
			return nil, script.Raise("TypeError", "mark should be given a test, not %s", typeName(v))
		}
		r.marks[fn] = append(r.marks[fn], set)
		return v, nil
	}
	if !c.Given(0) {
		return decorator(wrap), nil
	}
	return wrap(c.Args[0])
}

// suiteCall is suite(**marks): those of all tests of the file.
func suiteCall(c *script.Call) (any, error) {
	set, err := marksOf(c.Keywords)
	if err != nil {
		return nil, err
	}
	r := runOf(c)
	r.ofFile = append(r.ofFile, set)
	return nil, nil
}

// markNames are the marks, for near matches.
var markNames = []string{"tags", "devices", "needs", "skip", "xfail", "quarantine", "owner", "until", "timeout",
	"clock", "retries"}

// marksOf reads marks: what sets each on a test's.
func marksOf(keywords []starlark.Tuple) (func(m *Marks), error) {
	var set []func(m *Marks)
	for _, kw := range keywords {
		name, _ := textOf(kw[0])
		one, err := markOf(name, kw[1])
		if err != nil {
			return nil, err
		}
		set = append(set, one)
	}
	return func(m *Marks) {
		for _, one := range set {
			one(m)
		}
	}, nil
}

func markOf(name string, v starlark.Value) (func(m *Marks), error) {
	text := func(to func(m *Marks) *string) (func(m *Marks), error) {
		s, ok := textOf(v)
		if !ok {
			return nil, script.Raise("TypeError", "mark: %s should be a str, not %s", name, typeName(v))
		}
		return func(m *Marks) { *to(m) = s }, nil
	}
	list := func(to func(m *Marks) *[]string, add bool) (func(m *Marks), error) {
		all, err := texts(v, name)
		if err != nil {
			return nil, err
		}
		return func(m *Marks) {
			if !add {
				*to(m) = nil
			}
			*to(m) = append(*to(m), all...)
		}, nil
	}
	switch name {
	case "tags":
		return list(func(m *Marks) *[]string { return &m.Tags }, true)
	case "devices":
		kinds, err := texts(v, name)
		for i := 0; i < len(kinds) && err == nil; i++ {
			if wrong := session.CheckKind(kinds[i]); wrong != nil {
				err = script.Raise("ValueError", "devices: %w", wrong)
			}
		}
		if err != nil {
			return nil, err
		}
		return list(func(m *Marks) *[]string { return &m.Devices }, false)
	case "needs":
		all, err := texts(v, name)
		for _, one := range all {
			if err == nil {
				err = checkNeed(one)
			}
		}
		if err != nil {
			return nil, err
		}
		return list(func(m *Marks) *[]string { return &m.Needs }, true)
	case "skip":
		return text(func(m *Marks) *string { return &m.Skip })
	case "xfail":
		return text(func(m *Marks) *string { return &m.XFail })
	case "quarantine":
		return text(func(m *Marks) *string { return &m.Quarantine })
	case "owner":
		return text(func(m *Marks) *string { return &m.Owner })
	case "until":
		if s, ok := textOf(v); ok {
			if _, err := time.Parse(time.DateOnly, s); err != nil {
				return nil, script.Raise("ValueError", "mark: until %q: want a day such as \"2026-12-31\"", s)
			}
		}
		return text(func(m *Marks) *string { return &m.Until })
	case "clock":
		if s, ok := textOf(v); ok && s != "virtual" && s != "real" {
			return nil, script.Raise("ValueError", "mark: clock %q: want \"virtual\" or \"real\"", s)
		}
		return text(func(m *Marks) *string { return &m.Clock })
	case "timeout":
		d, err := duration(v, name)
		return func(m *Marks) { m.Timeout = d }, err
	case "retries":
		n, err := starlark.AsInt32(v)
		if err != nil || n < 0 {
			return nil, script.Raise("ValueError", "mark: retries should be an int from 0 on, not %s", object.Repr(v))
		}
		return func(m *Marks) { m.Retries = &n }, nil
	}
	return nil, script.Raise("TypeError", "there is no mark %s%s", name, orNear(name, markNames))
}

// texts is a str or a list of them.
func texts(v starlark.Value, name string) ([]string, error) {
	if s, ok := textOf(v); ok {
		return []string{s}, nil
	}
	it, ok := v.(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "%s should be a list of str, not %s", name, typeName(v))
	}
	var out []string
	iter := it.Iterate()
	defer iter.Done()
	var one starlark.Value
	for iter.Next(&one) {
		s, ok := textOf(one)
		if !ok {
			return nil, script.Raise("TypeError", "%s should be a list of str, not with %s", name, typeName(one))
		}
		out = append(out, s)
	}
	return out, nil
}

// testPrefix is how the name of a test begins.
const testPrefix = "test_"

// found is a test function of a file.
type found struct {
	name string
	fn   *starlark.Function
	with *cases
	line int
}

// tests lists the test functions of a file, in its order.
func tests(g script.Globals) ([]found, error) {
	var out []found
	for _, name := range g.Names() {
		if !isTest(name) {
			continue
		}
		f, ok, err := testOf(g, name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b found) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return strings.Compare(a.name, b.name)
	})
	return out, nil
}

// testOf is the test that a variable is; not ok for one that is none.
func testOf(g script.Globals, name string) (f found, ok bool, err error) {
	v, ok := g.Get(name)
	if !ok {
		return f, false, nil
	}
	f.name = name
	if k, ok := selfOf(v).(*cases); ok {
		f.with, v = k, k.fn
	}
	if made, isFixture := selfOf(v).(*fixture); isFixture {
		p := Problem{Class: Harness, Text: name + " is a fixture, but its name is that of a test"}
		if fn, ok := made.fn.(*starlark.Function); ok {
			p.Line = int(fn.Position().Line)
		}
		return f, false, &CollectError{Problem: p}
	}
	if typeName(v) == "module" {
		return f, false, nil
	}
	if f.fn, ok = v.(*starlark.Function); !ok {
		return f, false, fmt.Errorf("%s is a %s, which nobody runs: a test is a function, or what cases returns", name,
			typeName(v))
	}
	f.line = int(f.fn.Position().Line)
	return f, true, nil
}

// plan makes the tests of a file of its test functions.
func (r *run) plan(file string, g script.Globals, devices []string) ([]Test, error) {
	all, err := tests(g)
	if err != nil {
		return nil, err
	}
	var out []Test
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no test: a test is a function whose name begins with test_", file)
	}
	for _, f := range all {
		if err := r.checkParams(f, g); err != nil {
			return nil, err
		}
		base := Test{File: file, Name: f.name, Line: f.line, Doc: f.fn.Doc(), Leases: leased(f.fn, g)}
		for _, set := range r.ofFile {
			set(&base.Marks)
		}
		for _, set := range r.marks[starlark.Value(f.fn)] {
			set(&base.Marks)
		}
		on := devices
		if len(base.Devices) > 0 {
			on = eachOnce(base.Devices)
		}
		names := []string{""}
		if f.with != nil {
			names = f.with.names
		}
		for _, name := range names {
			for _, d := range on {
				t := base
				t.Case, t.Device = name, d
				t.ID = testID(file, t, len(on) > 1)
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// eachOnce is a list without what stands in it a second time.
func eachOnce(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func testID(file string, t Test, several bool) string {
	var of []string
	if t.Case != "" {
		of = append(of, t.Case)
	}
	if several {
		of = append(of, t.Device)
	}
	id := file + "::" + t.Name
	if len(of) > 0 {
		id += "[" + strings.Join(of, ",") + "]"
	}
	return id
}

// checkParams is an error for a parameter that nothing gives, or a case that gives one that there is not.
func (r *run) checkParams(f found, g script.Globals) error {
	mistake := func(name, format string, args ...any) error {
		return &CollectError{Problem: Problem{Class: Harness, Phase: "setup", Line: f.line, Fixture: name,
			Text: f.name + ": " + fmt.Sprintf(format, args...)}}
	}
	if f.with != nil {
		if name, of := f.with.stray(f.fn); name != "" {
			return mistake(name, "the case %s gives %s, which it does not take", of, name)
		}
	}
	for _, name := range params(f.fn) {
		lacking := f.with.lacking(r, name)
		if f.with != nil && len(lacking) == 0 || isFixture(name, g) {
			continue
		}
		if f.with != nil && len(lacking) < len(f.with.names) {
			return mistake(name, "the case %s gives no %s, as others do, and there is no such fixture", lacking[0], name)
		}
		return mistake(name, "there is no fixture %s%s", name, orNear(name, fixtureNames(g)))
	}
	return nil
}

// isFixture reports whether a name is that of a fixture.
func isFixture(name string, g script.Globals) bool {
	v, _ := g.Get(name)
	_, is := selfOf(v).(*fixture)
	return is || builtinFixtures[name] != nil
}

// lacking are the cases that do not give a parameter.
func (k *cases) lacking(r *run, name string) (out []string) {
	if k == nil {
		return nil
	}
	for _, one := range k.names {
		if _, has, _ := k.args[one].(starlark.Mapping).Get(r.in.Value(name)); !has {
			out = append(out, one)
		}
	}
	return out
}

// stray is an argument of a case that a function does not take.
func (k *cases) stray(fn *starlark.Function) (name, of string) {
	if fn.HasKwargs() {
		return "", ""
	}
	known := map[string]bool{}
	for i := range fn.NumParams() {
		param, _ := fn.Param(i)
		known[param] = true
	}
	for _, one := range k.names {
		for _, pair := range k.args[one].(starlark.IterableMapping).Items() {
			if text, ok := textOf(pair[0]); !ok || !known[text] {
				return object.Repr(pair[0]), one
			}
		}
	}
	return "", ""
}

// params are the names of a function's parameters that must be given.
func params(fn *starlark.Function) []string {
	var out []string
	n := fn.NumParams()
	if fn.HasVarargs() {
		n--
	}
	if fn.HasKwargs() {
		n--
	}
	for i := range n {
		name, _ := fn.Param(i)
		if fn.ParamDefault(i) == nil {
			out = append(out, name)
		}
	}
	return out
}

// fixtureNames are the names of all fixtures that a file has.
func fixtureNames(g script.Globals) []string {
	var out []string
	for name := range builtinFixtures {
		out = append(out, name)
	}
	for _, name := range g.Names() {
		v, _ := g.Get(name)
		if _, is := selfOf(v).(*fixture); is {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
