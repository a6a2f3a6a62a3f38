package suite

import (
	_ "embed" // of the manual
	"sync"

	"go.starlark.net/starlark"

	"quecstar/builtins"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// catalog is what a test file can use: all that any script can, and the table of tests.
var catalog = sync.OnceValue(func() *script.Catalog {
	c, err := builtins.Catalog().With(Module(), rewritten())
	if err != nil {
		panic(err) // a mistake in the table, which every test of this package finds
	}
	return c
})

//go:embed test.txt
var manualText string

// kit is the classes of the objects that tests have.
type kit struct {
	t, cloud, broker, identity, order, device, link, fault, module, port, clock, rand, event, want, matcher, fixture,
	cases, raises *script.Class
}

var classes *kit

func init() { classes = makeClasses() }

// Module is the table of what test files have beside what any script has, under no module's name.
var Module = sync.OnceValue(func() *script.Module {
	m := &script.Module{Name: "test", Flat: true, Doc: "What a test file has: fixtures, what is expected, checks and " +
		"marks.", Manual: manualText,
		Funcs: append(functions(), matcherFuncs()...),
		Classes: []*script.Class{classes.t, classes.cloud, classes.broker, classes.identity, classes.order, classes.device,
			classes.link, classes.fault,
			classes.module, classes.port, classes.clock, classes.rand, classes.event, classes.want, classes.matcher,
			classes.fixture, classes.cases, classes.raises}}
	for _, f := range m.Funcs {
		m.Builtins = append(m.Builtins, f.Name)
	}
	return m
})

// rewritten are the functions that checks are rewritten to call.
func rewritten() *script.Module {
	return &script.Module{Name: "·test", Flat: true, Builtins: []string{sidesName, shownName, checkedName, failedName,
		hiddenName, testsName, fitsName}, Funcs: []script.Func{
		{Name: sidesName, Params: "op, x, y, same", Call: sidesCall},
		{Name: shownName, Params: "name, x", Call: shownCall},
		{Name: checkedName, Params: "test", Call: checkedCall},
		{Name: fitsName, Params: "x, y", Call: fitsCall},
		{Name: failedName, Params: "source, message=None", Call: failedCall},
		{Name: hiddenName, Params: "text", Call: hiddenCall},
		{Name: testsName, Params: "*sets", Call: testsCall},
	}}
}

func functions() []script.Func {
	return []script.Func{
		{Name: "fixture", Params: "fn=None, scope=\"test\", lease=None",
			Doc: "Makes a fixture of a function: tests that have a " +
				"parameter of its name get what it returns. What a .py file's yields is given, and the rest of it tidies up. " +
				"With scope \"file\" or \"suite\" it is called once for each worker process, and gives data alone. What lease names " +
				"is for one test at a time.", Call: fixtureCall},
		{Name: "cases", Params: "fn=None, **cases", Doc: "Makes a test of a function for each case: name = dict(arg = " +
			"value), where name is part of the test's id.", Call: casesCall},
		{Name: "mark", Params: "fn=None, **marks", Doc: "Says of a test: tags, devices, needs, skip, xfail, quarantine, " +
			"owner, until, timeout, clock, retries.", Call: markCall},
		{Name: "suite", Params: "**marks", Doc: "Says of all tests of the file what mark says of one.", Call: suiteCall},
		{Name: "check", Params: "value, note=None, source=None", Doc: "Fails the test where value is not true, with both " +
			"sides of its comparisons, and goes on. Returns whether it is.", Call: checkCall(true)},
		{Name: "require", Params: "value, note=None, source=None", Doc: "Fails and ends the test where value is not true.",
			Call: checkCall(false)},
		{Name: "expect", Params: "subject, matcher, within=\"5s\", since=None, soft=False, note=None", Returns: "Event",
			Doc: "Waits until the subject tells what matcher wants, from the last event on that an expect matched on it, and " +
				"returns the Event; fails the test when it does not come in time.", Call: expectCall},
		{Name: "expect_all", Params: "*pairs, **within", Doc: "Waits for several (subject, matcher) in any order; within = " +
			"time. Returns their Events.", Call: expectAllCall},
		{Name: "expect_none", Params: "subject, matcher, during=\"5s\", since=None",
			Doc: "Fails the test where it comes in that time.", Call: expectNoneCall},
		{Name: "raises", Params: "type=None, text=None", Doc: "with raises(OSError): in .py files: the block must raise it.",
			Call: raisesCall, Returns: "Raises"},
		{Name: "seconds", Params: "time", Doc: "A time such as \"1h30m\" as a number of seconds.", Call: secondsCall},
		{Name: "like", Params: "pattern", Doc: "A text that fits a pattern, in which * is any text. Of a dict: a mapping, " +
			"or one in JSON as text or bytes, that has all that the dict has, beside others.",
			Call: func(c *script.Call) (any, error) {
				if text, ok := textOf(c.Args[0]); ok {
					return wantValue(c, likeWant(text), nil)
				}
				m, ok := c.Args[0].(starlark.IterableMapping)
				if !ok {
					return nil, script.Raise("TypeError", "like should be given a str or a dict, not %s", typeName(c.Args[0]))
				}
				w, err := likeMapping(m)
				return wantValue(c, w, err)
			}},
		{Name: "matches", Params: "pattern", Doc: "A text in which a regular expression is found (RE2).",
			Call: func(c *script.Call) (any, error) {
				text, ok := textOf(c.Args[0])
				if !ok {
					return nil, script.Raise("TypeError", "matches should be given a str, not %s", typeName(c.Args[0]))
				}
				w, err := matchesWant(text)
				return wantValue(c, w, err)
			}},
		{Name: "between", Params: "low, high", Doc: "A number from low to high.", Call: func(c *script.Call) (any, error) {
			return wantValue(c, betweenWant(c.Args[0], c.Args[1]), nil)
		}},
		{Name: "any_of", Params: "*wanted", Doc: "What any of these is.", Call: func(c *script.Call) (any, error) {
			var all []*want
			for _, v := range c.Rest {
				all = append(all, wantOf(v))
			}
			return wantValue(c, anyOf(all), nil)
		}},
		{Name: "has", Params: "**fields",
			Doc: "A mapping, or one in JSON as text or bytes, that has these fields, beside others.",
			Call: func(c *script.Call) (any, error) {
				return wantValue(c, hasWant(keywordFields(c, func(_ string, v starlark.Value) *want { return wantOf(v) })), nil)
			}},
		{Name: "anything", Doc: "Any value.", Call: func(c *script.Call) (any, error) { return wantValue(c, anything, nil) }},
	}
}

func wantValue(c *script.Call, w *want, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return classes.want.NewInstance(c.Interp, w), nil
}

// matcherFuncs are the functions that make matchers.
func matcherFuncs() []script.Func {
	of := func(name, params, doc string, m matcher, first map[string]func(starlark.Value) *want) script.Func {
		return script.Func{Name: name, Params: params, Doc: doc, Returns: "Matcher", Call: func(c *script.Call) (any, error) {
			out := m
			out.name, out.kinds = name, plainKinds[name]
			for i, p := range paramNames(params) {
				if i < len(c.Args) && c.Given(i) {
					make := wantOf
					if first[p] != nil {
						make = first[p]
					}
					out.fields = append(out.fields, field{p, make(c.Args[i])})
				}
			}
			out.fields = append(out.fields, keywordFields(c, func(_ string, v starlark.Value) *want { return wantOf(v) })...)
			if name == "reported" {
				out.whole = services(out.fields)
			}
			return classes.matcher.NewInstance(c.Interp, &out), nil
		}}
	}
	topic := map[string]func(starlark.Value) *want{"topic": fitting, "service": fitting}
	text := map[string]func(starlark.Value) *want{"text": containing}
	return []script.Func{
		of("published", "topic=None, payload=None, qos=None, dup=None, json=None",
			"The device sent a message; * in topic is any text.", matcher{}, topic),
		of("received", "topic=None, payload=None, qos=None, json=None", "The device got a message.", matcher{}, topic),
		of("subscribed", "topic=None, qos=None", "The device asked for a topic.", matcher{}, topic),
		of("connected", "text=None", "The device has a connection.", matcher{}, text),
		of("disconnected", "text=None", "A connection ended.", matcher{}, text),
		of("refused", "text=None", "A connection was refused; text is in the reason.", matcher{either: true}, text),
		of("printed", "text=None", "The script wrote a line in which text is.", matcher{}, text),
		of("exited", "ok=None, status=None, text=None", "The script ended.", matcher{}, text),
		of("raised", "type=None, text=None", "The script, or a thread of it, failed with an exception.", matcher{whole: nil,
			look: raisedField}, text),
		of("line", "text=None", "The module sent a line on its port.", matcher{}, text),
		of("sent", "text=None", "The host sent a line on the module's port.", matcher{}, text),
		of("warned", "text=None", "A warning was told.", matcher{either: true}, text),
		of("reported", "service=None, **properties", "The cloud took a report of properties.", matcher{cloud: true}, topic),
		of("responded", "code=None, **fields", "The device answered; the fields are those of the answer, or of its paras.",
			matcher{cloud: true, look: answerField}, nil),
		of("commanded", "topic=None, json=None", "The cloud sent a command or message.", matcher{cloud: true}, topic),
		{Name: "happened", Params: "kind, **fields", Doc: "Any event of a kind, such as \"sms.sent\"; the fields are those " +
			"of Event.", Returns: "Matcher", Call: func(c *script.Call) (any, error) {
			kind, ok := textOf(c.Args[0])
			if !ok {
				return nil, script.Raise("TypeError", "happened: kind should be a str, not %s", typeName(c.Args[0]))
			}
			if err := checkHappened(kind, c.Keywords); err != nil {
				return nil, err
			}
			m := &matcher{name: "happened", kinds: []event.Kind{event.Kind(kind)}, either: true,
				fields: keywordFields(c, func(name string, v starlark.Value) *want {
					if name == "text" {
						return containing(v)
					}
					return wantOf(v)
				})}
			return classes.matcher.NewInstance(c.Interp, m), nil
		}},
	}
}

// raisedField is attribute, of what ended with an exception alone.
func raisedField(r *run, rec record, name string) (starlark.Value, bool) {
	if rec.Traceback == "" {
		return nil, false
	}
	return attribute(r, rec, name)
}
