package suite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
	"quecstar/harness/wire"
)

// duration is a time as tests write it: "300ms", "5s", "2m", "1h30m", "1d", or a number of seconds.
func duration(v starlark.Value, what string) (time.Duration, error) {
	if text, ok := textOf(v); ok {
		d, err := parseDuration(text)
		if err != nil || d < 0 {
			return 0, script.Raise("ValueError", "%s: %q is no time such as \"300ms\", \"5s\", \"2m\" or \"1h30m\"", what, text)
		}
		return d, nil
	}
	if f, ok := starlark.AsFloat(v); ok && f >= 0 && f < 1e9 {
		return script.Seconds(f), nil
	}
	return 0, script.Raise("TypeError", "%s should be a time such as \"5s\" or a number of seconds, not %s", what,
		object.Repr(v))
}

func parseDuration(text string) (time.Duration, error) {
	if days, rest, ok := strings.Cut(text, "d"); ok {
		var n float64
		if _, err := fmt.Sscanf(days, "%g", &n); err != nil {
			return 0, err
		}
		var more time.Duration
		if rest != "" {
			var err error
			if more, err = time.ParseDuration(rest); err != nil {
				return 0, err
			}
		}
		return time.Duration(n*float64(24*time.Hour)) + more, nil
	}
	return time.ParseDuration(text)
}

// textOf is the text of a str or bytes, in either language.
func textOf(v starlark.Value) (string, bool) {
	switch v := v.(type) {
	case starlark.String:
		return string(v), true
	case starlark.Bytes:
		return string(v), true
	case *object.Bytes, *object.Bytearray:
		b, ok := object.AsBytes(v)
		return string(b), ok
	}
	if s, ok := object.AsString(v); ok {
		return s, true
	}
	if typeName(v) == "bytes" {
		b, ok := object.AsBytes(v)
		return string(b), ok
	}
	return "", false
}

// want is what a value is to be: a value itself, a pattern, a function that says so.
type want struct {
	show  string
	match func(r *run, v starlark.Value) (bool, string, error)
}

// wantOf is what a test wrote where a value is expected.
func wantOf(v starlark.Value) *want {
	if o, ok := script.NativeOf(v); ok {
		if w, ok := o.Self().(*want); ok {
			return w
		}
	}
	if fn, ok := v.(starlark.Callable); ok {
		return &want{show: fn.Name(), match: func(r *run, got starlark.Value) (bool, string, error) {
			ok, err := r.says(fn, got)
			return ok, "", err
		}}
	}
	return equals(v)
}

// says asks a function of the test's whether something is what it wants.
func (r *run) says(fn starlark.Callable, of starlark.Value) (bool, error) {
	out, err := r.thread.Invoke(fn, of)
	if err != nil {
		return false, err
	}
	if why := alwaysTrue(out); why != "" {
		r.class = Harness
		return false, script.Raise("TypeError", "%s is asked whether an event or value is wanted, and returns %s", fn.Name(),
			why)
	}
	return bool(out.Truth()), nil
}

// equals wants a value itself; a text equals bytes of the same, and a pattern in it what it wants.
func equals(v starlark.Value) *want {
	return &want{show: object.Repr(v), match: func(r *run, got starlark.Value) (bool, string, error) {
		same, err := r.equal(v, got, deepest)
		return same, "", err
	}}
}

// deepest is how many parts within parts are looked at: a list may hold itself.
const deepest = 50

// pattern is the pattern that a value is; nil for another value.
func pattern(v starlark.Value) *want {
	w, _ := selfOf(v).(*want)
	return w
}

// patterned reports whether a value has a pattern in it.
func patterned(v starlark.Value, deep int) bool {
	if pattern(v) != nil {
		return true
	}
	if _, text := textOf(v); text || deep == 0 {
		return false
	}
	within := func(v starlark.Value) bool { return patterned(v, deep-1) }
	switch v := v.(type) {
	case starlark.IterableMapping:
		return slices.ContainsFunc(v.Items(), func(pair starlark.Tuple) bool { return within(pair[1]) })
	case starlark.Indexable:
		for i := 0; listed(v) && i < v.Len(); i++ {
			if within(v.Index(i)) {
				return true
			}
		}
	}
	return false
}

// listed reports whether a value is a list or tuple, whose elements may be patterns.
func listed(v starlark.Value) bool {
	name := typeName(v)
	return name == "list" || name == "tuple"
}

func (r *run) equal(x, y starlark.Value, deep int) (bool, error) {
	if w := pattern(x); w != nil {
		is, _, err := w.match(r, y)
		return is, err
	}
	if w := pattern(y); w != nil {
		is, _, err := w.match(r, x)
		return is, err
	}
	if a, ok := textOf(x); ok {
		b, ok := textOf(y)
		return ok && a == b, nil
	}
	if deep > 0 {
		if same, known, err := r.equalParts(x, y, deep-1); known || err != nil {
			return same, err
		}
	}
	return starlark.Equal(x, y)
}

// equalParts compares what has parts, in which a text may stand for bytes.
func (r *run) equalParts(x, y starlark.Value, deep int) (same, known bool, err error) {
	if a, ok := x.(starlark.IterableMapping); ok {
		b, ok := y.(starlark.IterableMapping)
		if !ok {
			return false, false, nil
		}
		left, right := a.Items(), b.Items()
		if len(left) != len(right) {
			return false, true, nil
		}
		for _, pair := range left {
			other, found, err := b.Get(pair[0])
			if err != nil || !found {
				return false, true, nil //nolint:nilerr // what is no key is not there
			}
			if same, err := r.equal(pair[1], other, deep); err != nil || !same {
				return false, true, err
			}
		}
		return true, true, nil
	}
	a, ok := x.(starlark.Indexable)
	b, both := y.(starlark.Indexable)
	if !ok || !both || !listed(x) || typeName(x) != typeName(y) || a.Len() != b.Len() {
		return false, false, nil
	}
	for i := range a.Len() {
		if same, err := r.equal(a.Index(i), b.Index(i), deep); err != nil || !same {
			return false, true, err
		}
	}
	return true, true, nil
}

// likeWant wants a text that fits a pattern.
func likeWant(pattern string) *want {
	return &want{show: fmt.Sprintf("like(%q)", pattern), match: func(_ *run, got starlark.Value) (bool, string, error) {
		text, ok := textOf(got)
		if !ok {
			text = object.Repr(got)
		}
		return wire.Glob(pattern, text), "", nil
	}}
}

// matchesWant wants a text in which a regular expression (Go's, package regexp) is found.
func matchesWant(pattern string) (*want, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, script.Raise("ValueError", "matches: %w", err)
	}
	return &want{show: fmt.Sprintf("matches(%q)", pattern), match: func(_ *run, got starlark.Value) (bool, string, error) {
		text, ok := textOf(got)
		if !ok {
			text = object.Repr(got)
		}
		return re.MatchString(text), "", nil
	}}, nil
}

// betweenWant wants a number within bounds, which are part of it.
func betweenWant(low, high starlark.Value) *want {
	return &want{show: fmt.Sprintf("between(%s, %s)", object.Repr(low), object.Repr(high)), match: func(_ *run,
		got starlark.Value) (bool, string, error) {
		a, ok1 := starlark.AsFloat(low)
		b, ok2 := starlark.AsFloat(high)
		f, ok := starlark.AsFloat(got)
		return ok && ok1 && ok2 && a <= f && f <= b, "", nil
	}}
}

// anyOf wants what one of several wants.
func anyOf(all []*want) *want {
	var shown []string
	for _, w := range all {
		shown = append(shown, w.show)
	}
	return &want{show: "any_of(" + strings.Join(shown, ", ") + ")", match: func(r *run, got starlark.Value) (bool, string,
		error) {
		for _, w := range all {
			if ok, _, err := w.match(r, got); ok || err != nil {
				return ok, "", err
			}
		}
		return false, "", nil
	}}
}

var anything = &want{show: "anything()", match: func(*run, starlark.Value) (bool, string, error) {
	return true, "",
		nil
}}

// field is one part of what a value is to have.
type field struct {
	name string
	want *want
}

// likeMapping wants what hasWant wants, of fields by the keys of a mapping, and so on within.
func likeMapping(m starlark.IterableMapping) (*want, error) {
	var fields []field
	for _, pair := range m.Items() {
		name, ok := textOf(pair[0])
		if !ok {
			return nil, script.Raise("TypeError", "like: a key should be a str, not %s", object.Repr(pair[0]))
		}
		w := wantOf(pair[1])
		if inner, ok := pair[1].(starlark.IterableMapping); ok {
			var err error
			if w, err = likeMapping(inner); err != nil {
				return nil, err
			}
		}
		fields = append(fields, field{name, w})
	}
	w := hasWant(fields)
	w.show = "like(" + object.Repr(m) + ")"
	return w, nil
}

// hasWant wants a mapping that has fields, or a text that is one in JSON; others may be there.
func hasWant(fields []field) *want {
	return &want{show: "has(" + showFields(fields) + ")", match: func(r *run, got starlark.Value) (bool, string, error) {
		if text, ok := textOf(got); ok {
			if v, ok := decodeJSON([]byte(text)); ok {
				got = r.value(v)
			}
		}
		m, ok := got.(starlark.Mapping)
		if !ok {
			return false, "it is no mapping, nor one in JSON", nil
		}
		return matchFields(r, fields, func(name string) (starlark.Value, bool) {
			v, found, err := m.Get(r.in.Value(name))
			return v, found && err == nil
		})
	}}
}

func showFields(fields []field) string {
	var parts []string
	for _, f := range fields {
		parts = append(parts, f.name+" = "+f.want.show)
	}
	return strings.Join(parts, ", ")
}

// matchFields matches fields, and says of the first that does not fit why.
func matchFields(r *run, fields []field, get func(name string) (starlark.Value, bool)) (bool, string, error) {
	for _, f := range fields {
		got, found := get(f.name)
		if !found {
			return false, fmt.Sprintf("%s: want %s, and there is none", f.name, f.want.show), nil
		}
		ok, why, err := f.want.match(r, got)
		if err != nil {
			return false, "", err
		}
		if !ok {
			if why != "" {
				why = " (" + why + ")"
			}
			return false, fmt.Sprintf("%s: want %s, got %s%s", f.name, f.want.show, cut(object.Repr(got), 400), why), nil
		}
	}
	return true, "", nil
}

// cut shortens a text that is shown to people.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + fmt.Sprintf("… (%d bytes)", len(s))
}
