// Package ure is the script module ure, also called re: regular expressions of MicroPython's
// dialect. compile, match, search, sub and split take a pattern; a match has group, groups, start,
// end and span. Patterns and texts are both str or both bytes.
package ure

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// text is what a pattern is matched against.
type text struct {
	runes []rune
	bytes bool
}

func textOf(v starlark.Value) (text, error) {
	if s, ok := object.AsString(v); ok {
		return text{runes: []rune(s)}, nil
	}
	b, ok := object.AsBytes(v)
	if !ok {
		return text{}, script.Raise("TypeError", "a str or bytes is wanted, not %s", object.TypeName(v))
	}
	t := text{runes: make([]rune, len(b)), bytes: true}
	for i, c := range b {
		t.runes[i] = rune(c)
	}
	return t, nil
}

// part is a piece of the text as scripts have it.
func (t text) part(from, to int) any {
	if from < 0 {
		return nil
	}
	return t.value(t.runes[from:to])
}

func (t text) value(r []rune) any {
	if !t.bytes {
		return string(r)
	}
	b := make([]byte, len(r))
	for i, c := range r {
		b[i] = byte(c)
	}
	return b
}

// found is a match.
type found struct {
	text  text
	spans []int
}

type module struct{ regex, match *script.Class }

// Module is the table of ure.
func Module() *script.Module {
	m := &module{match: matchClass()}
	m.regex = m.regexClass()
	of := func(f func(c *script.Call, p *pattern, rest int) (any, error)) func(c *script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			p, err := patternOf(c.Args[0])
			if err != nil {
				return nil, err
			}
			return f(c, p, 1)
		}
	}
	return &script.Module{
		Name: "ure", Aliases: []string{"re"}, Lang: script.Python, Doc: "Regular expressions.",
		Funcs: []script.Func{
			{Name: "compile", Params: "regex, flags=0", Doc: "A compiled pattern.", Call: func(c *script.Call) (any, error) {
				p, err := patternOf(c.Args[0])
				if err != nil {
					return nil, err
				}
				return m.regex.NewInstance(c.Interp, p), nil
			}},
			{Name: "match", Params: "regex, string", Doc: "A match at the beginning, or None.", Call: of(m.matchAt)},
			{Name: "search", Params: "regex, string", Doc: "The first match, or None.", Call: of(m.search)},
			{Name: "sub", Params: "regex, replace, string, count=0", Doc: "The string with matches replaced.", Call: of(m.sub)},
			{Name: "split", Params: "regex, string, max_split=-1", Doc: "The parts between matches.", Call: of(m.split)},
		},
		Classes: []*script.Class{m.regex, m.match},
		Consts: []script.Const{
			{Name: "error", Value: func(in *script.Interp) any {
				v, _ := in.Runtime().Builtin("ValueError")
				return v
			}},
			{Name: "DEBUG", Value: 128},
		},
	}
}

func patternOf(v starlark.Value) (*pattern, error) {
	if o, ok := script.NativeOf(v); ok {
		if p, ok := o.Self().(*pattern); ok {
			return p, nil
		}
	}
	t, err := textOf(v)
	if err != nil {
		return nil, err
	}
	p, err := compile(string(t.runes))
	if err != nil {
		return nil, script.Raise("ValueError", "error in regex: %w", err)
	}
	return p, nil
}

func (m *module) regexClass() *script.Class {
	on := func(f func(c *script.Call, p *pattern, rest int) (any, error)) func(c *script.Call) (any, error) {
		return func(c *script.Call) (any, error) { return f(c, c.Self.(*pattern), 0) }
	}
	return &script.Class{Name: "Regex", Doc: "A compiled pattern.", Methods: []script.Func{
		{Name: "match", Params: "string", Doc: "A match at the beginning, or None.", Call: on(m.matchAt)},
		{Name: "search", Params: "string", Doc: "The first match, or None.", Call: on(m.search)},
		{Name: "sub", Params: "replace, string, count=0", Doc: "The string with matches replaced.", Call: on(m.sub)},
		{Name: "split", Params: "string, max_split=-1", Doc: "The parts between matches.", Call: on(m.split)},
	}}
}

// wrap turns a result of the matcher into a script's match or None.
func (m *module) wrap(c *script.Call, t text, spans []int, err error) (any, error) {
	if err != nil {
		return nil, script.Raise("RuntimeError", "%w", err)
	}
	if spans == nil {
		return nil, nil
	}
	return m.match.NewInstance(c.Interp, &found{t, spans}), nil
}

func (m *module) matchAt(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest])
	if err != nil {
		return nil, err
	}
	steps := 0
	spans, err := p.run(t.runes, 0, &steps)
	return m.wrap(c, t, spans, err)
}

func (m *module) search(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest])
	if err != nil {
		return nil, err
	}
	spans, err := p.search(t.runes, 0)
	return m.wrap(c, t, spans, err)
}

// maxText is how long a text sub makes, far more than a module holds.
const maxText = 1 << 24

func (m *module) sub(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest+1])
	if err != nil {
		return nil, err
	}
	count, err := optionalInt(c, rest+2, 0)
	if err != nil {
		return nil, err
	}
	var out []rune
	at := 0
	for n := 0; count <= 0 || n < count; n++ {
		spans, err := p.search(t.runes, at)
		if err != nil {
			return nil, script.Raise("RuntimeError", "%w", err)
		}
		if spans == nil {
			break
		}
		out = append(out, t.runes[at:spans[0]]...)
		with, err := m.replacement(c, c.Args[rest], &found{t, spans})
		if err != nil {
			return nil, err
		}
		if len(out)+len(with) > maxText {
			return nil, script.Raise("MemoryError", "memory allocation failed, sub makes at most %d characters", maxText)
		}
		out = append(out, with...)
		at = spans[1]
		if spans[0] == spans[1] {
			if at >= len(t.runes) {
				return t.value(out), nil
			}
			out = append(out, t.runes[at])
			at++
		}
	}
	return t.value(append(out, t.runes[at:]...)), nil
}

// replacement is what takes the place of a match: of a function its result, of a text itself with
// \1 and \g<1> replaced by groups.
func (m *module) replacement(c *script.Call, with starlark.Value, f *found) ([]rune, error) {
	if object.IsCallable(with) {
		v, err := c.Invoke(with, m.match.NewInstance(c.Interp, f))
		if err != nil {
			return nil, err
		}
		with = v
	}
	t, err := textOf(with)
	if err != nil {
		return nil, err
	}
	s := string(t.runes)
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			out.WriteByte(s[i])
			continue
		}
		group, width := groupReference(s[i+1:])
		if width == 0 {
			out.WriteByte(s[i])
			continue
		}
		if 2*group >= len(f.spans) {
			return nil, script.Raise("IndexError", "no such group")
		}
		if from := f.spans[2*group]; from >= 0 {
			out.WriteString(string(f.text.runes[from:f.spans[2*group+1]]))
		}
		i += width
	}
	return []rune(out.String()), nil
}

// groupReference reads 1 or g<1>; width is 0 for something else.
func groupReference(s string) (group, width int) {
	digits, extra := s, 0
	if inner, ok := strings.CutPrefix(s, "g<"); ok {
		digits, extra = inner, 2
	}
	n := 0
	for n < len(digits) && n < 2 && digits[n] >= '0' && digits[n] <= '9' {
		group = 10*group + int(digits[n]-'0')
		n++
	}
	if n == 0 {
		return 0, 0
	}
	if extra > 0 {
		if n >= len(digits) || digits[n] != '>' {
			return 0, 0
		}
		extra++
	}
	return group, n + extra
}

func optionalInt(c *script.Call, i, def int) (int, error) {
	if !c.Given(i) {
		return def, nil
	}
	n, ok := object.AsInt(c.Args[i])
	if !ok {
		return 0, script.Raise("TypeError", "an int is wanted, not %s", object.TypeName(c.Args[i]))
	}
	v, _ := n.Int64()
	return int(v), nil
}

func (m *module) split(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest])
	if err != nil {
		return nil, err
	}
	most, err := optionalInt(c, rest+1, -1)
	if err != nil {
		return nil, err
	}
	parts := script.List{}
	at := 0
	for n := 0; most < 0 || n < most; n++ {
		spans, err := p.search(t.runes, at)
		if err != nil {
			return nil, script.Raise("RuntimeError", "%w", err)
		}
		if spans == nil || spans[0] == spans[1] {
			break
		}
		parts = append(parts, t.part(at, spans[0]))
		at = spans[1]
	}
	return append(parts, t.part(at, len(t.runes))), nil
}
