package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// sleep lets time pass for the test.
func (r *run) sleep(d time.Duration) error {
	return r.thread.Block(func(ctx context.Context) error { return script.HostClock{}.Sleep(ctx, d) })
}

func tLog(c *script.Call) (any, error) {
	text := ""
	for i, v := range c.Rest {
		if i > 0 {
			text += " "
		}
		if s, ok := textOf(v); ok {
			text += s
		} else {
			text += object.Repr(v)
		}
	}
	runOf(c).tell(logged, "", text)
	return nil, nil
}

// tCleanup is t.cleanup(fn, *args).
func tCleanup(c *script.Call) (any, error) {
	r := runOf(c)
	fn, ok := c.Args[0].(starlark.Callable)
	if !ok {
		return nil, script.Raise("TypeError", "cleanup should be given a function, not %s", typeName(c.Args[0]))
	}
	args := c.Rest
	r.cleanup(fn.Name(), func() error {
		_, err := starlark.Call(r.in.Runtime().Thread(), fn, args, nil)
		return err
	})
	return nil, nil
}

// tidying is something to do behind the test.
type tidying struct {
	name string
	fn   func() error
}

func (r *run) cleanup(name string, fn func() error) { r.tidy = append(r.tidy, tidying{name, fn}) }

// skipped ends a test that is not for here.
type skipped struct{ why string }

func (s *skipped) Error() string { return "skipped: " + s.why }

func tSkip(c *script.Call) (any, error) {
	var why string
	if err := c.Unpack(&why); err != nil {
		return nil, err
	}
	runOf(c).skip = &skipped{why}
	return nil, script.RaiseArgs("SystemExit", &skipped{why})
}

// tSub is t.sub(name, fn, *args): a failure in it is told with its name, and the test goes on.
func tSub(c *script.Call) (any, error) {
	r := runOf(c)
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	before, checks := len(r.problems), r.checks
	_, raised, err := c.Attempt(c.Args[1], c.Rest, nil)
	if err != nil {
		return nil, err
	}
	if raised != nil && r.skip != nil { // of this part alone
		r.world.log.add(own, event.Event{Layer: event.Harness, Kind: logged, Text: name + ": " + r.skip.Error()}, nil)
		r.skip = nil
		return false, nil
	}
	if raised == nil && r.checks == checks && len(r.problems) == before {
		return nil, r.fail(c, Assertion, name+": "+nameOf(c.Args[1])+" checks nothing", true)
	}
	if raised != nil && len(r.problems) == before {
		r.problems = append(r.problems, Problem{Class: Script, Phase: r.phase, Text: raised.Class + ": " + raised.Text})
	}
	for i := before; i < len(r.problems); i++ {
		r.problems[i].Text = name + ": " + r.problems[i].Text
	}
	return raised == nil, nil
}

// tFails is t.fails(fn, *args): the text of what it raises, which it must.
func tFails(c *script.Call) (any, error) {
	r := runOf(c)
	r.checks++
	r.expectsFailure++
	_, raised, err := c.Attempt(c.Args[0], c.Rest, nil)
	r.expectsFailure--
	if err != nil {
		return nil, err
	}
	if raised == nil {
		return nil, r.fail(c, Assertion, fmt.Sprintf("t.fails(%s): it did not fail", nameOf(c.Args[0])), false)
	}
	if misspelt(raised) {
		return nil, r.fail(c, Harness, fmt.Sprintf("t.fails(%s): that is a mistake of the test, not a failure: %s",
			nameOf(c.Args[0]),
			raised.Text), false)
	}
	return raised.Text, nil
}

// misspelt reports whether what was raised is that there is no such name, in either language.
func misspelt(raised *script.Attempted) bool {
	return raised.Class == "NameError" || raised.Class == "AttributeError"
}

// tFile is t.file(name): the bytes of a file beside the test.
func tFile(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(runOf(c).world.path(name))
	if err != nil {
		return nil, script.Raise("OSError", "t.file: %w", err)
	}
	return data, nil
}

// goldenBytes is a value as a golden file has it: a list or mapping as JSON in lines.
func goldenBytes(v starlark.Value) ([]byte, error) {
	if got, ok := object.AsBytes(v); ok {
		return got, nil
	}
	_, parts := v.(starlark.Iterable)
	if text, err := json.MarshalIndent(plainOf(v), "", "  "); err == nil && parts {
		return append(text, '\n'), nil
	}
	return nil, script.Raise("TypeError", "golden: the value should be a str, bytes, or lists and dicts that JSON has, "+
		"not %s", typeName(v))
}

// tGolden is t.golden(name, value): the value is what the file beside the test has.
func tGolden(c *script.Call) (any, error) {
	r := runOf(c)
	r.checks++
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	if !filepath.IsLocal(name) {
		return nil, script.Raise("ValueError", "golden: %q: want the name of a file beneath testdata", name)
	}
	got, err := goldenBytes(c.Args[1])
	if err != nil {
		return nil, err
	}
	if len(got) == 0 {
		return nil, r.fail(c, Assertion, fmt.Sprintf("golden: the value for testdata/%s is empty: that compares nothing",
			name), false)
	}
	path := r.world.path(filepath.Join("testdata", name))
	if r.world.opts.Update {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, got, 0o644)
		}
		if err != nil {
			return nil, script.Raise("OSError", "golden: %w", err)
		}
		return nil, nil
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, r.fail(c, Assertion, fmt.Sprintf("golden: there is no file testdata/%s yet: run with --update to write "+
			"it", name), false)
	}
	if err != nil {
		return nil, script.Raise("OSError", "golden: %w", err)
	}
	if bytes.Equal(got, want) {
		return nil, nil
	}
	r.compared = compared{wanted: cut(golden(want), mostCompared), got: cut(golden(got), mostCompared)}
	return nil, r.fail(c, Assertion, fmt.Sprintf("golden: testdata/%s differs (run with --update to write it anew)\n  "+
		"wrote: %s\n  file:  %s%s", name,
		cut(printable(got), mostShown), cut(printable(want), mostShown), r.difference(starlark.String(got),
			starlark.String(want))), false)
}

// golden is the content of a golden file as a text to compare; bytes that are no text are shown.
func golden(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	return printable(data)
}

func tReached(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	r := runOf(c)
	r.reached = append(r.reached, name)
	return nil, nil
}

// clockSleep is clock.advance(time) and clock.sleep(time).
func clockSleep(c *script.Call) (any, error) {
	d, err := duration(c.Args[0], "time")
	if err != nil {
		return nil, err
	}
	return nil, runOf(c).sleep(d)
}

func clockNow(c *script.Call) (any, error) {
	return time.Since(runOf(c).world.log.begin), nil
}

// clockDate is clock.date(), to milliseconds: what a test itself takes of virtual time is not seen.
func clockDate(*script.Call) (any, error) {
	return time.Now().UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano), nil
}

// seconds is seconds("1h"): as a number.
func secondsCall(c *script.Call) (any, error) {
	d, err := duration(c.Args[0], "time")
	return d, err
}

func randInt(c *script.Call) (any, error) {
	var low, high int64
	if err := c.Unpack(&low, &high); err != nil {
		return nil, err
	}
	if high < low {
		return nil, script.Raise("ValueError", "rand.int: %d is above %d", low, high)
	}
	return low + runOf(c).world.chance.Int64N(high-low+1), nil
}

func randBytes(c *script.Call) (any, error) {
	var n int
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 || n > 1<<24 {
		return nil, script.Raise("ValueError", "rand.bytes: %d: want 0 to %d", n, 1<<24)
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(runOf(c).world.chance.Uint32())
	}
	return out, nil
}

func randFloat(c *script.Call) (any, error) { return runOf(c).world.chance.Float64(), nil }

func randChoice(c *script.Call) (any, error) {
	seq, ok := c.Args[0].(starlark.Indexable)
	if !ok || seq.Len() == 0 {
		return nil, script.Raise("ValueError", "rand.choice wants a sequence that is not empty, not %s",
			object.Repr(c.Args[0]))
	}
	return seq.Index(runOf(c).world.chance.IntN(seq.Len())), nil
}
