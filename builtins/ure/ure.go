// Package ure is the script module ure, also called re: regular expressions of MicroPython's
// dialect. compile, match, search and sub take a pattern, and a compiled one has split too; a match
// has group, groups, start, end and span.
//
// As in MicroPython, patterns work on the bytes of a text: a dot is one byte, and a str that a match
// cuts within a character raises a UnicodeError.
package ure

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// text is what a pattern is matched against.
type text struct {
	s     string
	bytes bool
}

// textOf takes a str or bytes, and nothing else, as MicroPython does.
func textOf(v starlark.Value) (text, error) {
	n := object.Native(v)
	if s, ok := object.AsString(n); ok {
		return text{s: s}, nil
	}
	switch n := n.(type) {
	case *object.Bytes:
		b, _ := object.AsBytes(n)
		return text{s: string(b), bytes: true}, nil
	case starlark.Bytes:
		return text{s: string(n), bytes: true}, nil
	}
	return text{}, script.Raise("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(v))
}

// part is a piece of the text as scripts have it.
func (t text) part(from, to int) (any, error) { return t.value(t.s[from:to]) }

func (t text) value(s string) (any, error) {
	switch {
	case t.bytes:
		return []byte(s), nil
	case !utf8.ValidString(s):
		return nil, script.RaiseArgs("UnicodeError", nil)
	}
	return s, nil
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
			{Name: "compile", Params: "regex, flags=0, /", Doc: "A compiled pattern.", Call: func(c *script.Call) (any, error) {
				p, err := compileText(c.Args[0])
				if err != nil {
					return nil, err
				}
				return m.regex.NewInstance(c.Interp, p), nil
			}},
			{Name: "match", Params: "regex, string, pos=0, endpos=0, /", Doc: "A match at the beginning, or None.", Call: of(m.find(true))},
			{Name: "search", Params: "regex, string, pos=0, endpos=0, /", Doc: "The first match, or None.", Call: of(m.find(false))},
			{Name: "sub", Params: "regex, replace, string, count=0, flags=0, /", Doc: "The string with matches replaced.", Call: of(m.sub)},
		},
		Classes: []*script.Class{m.regex, m.match},
		Consts: []script.Const{
			{Name: "error", Doc: "What a bad pattern raises.", Value: func(in *script.Interp) any {
				v, _ := in.Runtime().Builtin("ValueError")
				return v
			}},
			{Name: "DEBUG", Value: 0x1000},
		},
	}
}

func compiled(v starlark.Value) (*pattern, bool) {
	if o, ok := script.NativeOf(v); ok {
		p, ok := o.Self().(*pattern)
		return p, ok
	}
	return nil, false
}

func patternOf(v starlark.Value) (*pattern, error) {
	if p, ok := compiled(v); ok {
		return p, nil
	}
	return compileText(v)
}

func compileText(v starlark.Value) (*pattern, error) {
	t, err := textOf(v)
	if err != nil {
		return nil, err
	}
	p, err := compile(t.s)
	if errors.Is(err, errDeep) {
		return nil, script.Raise("RuntimeError", "%w", err)
	}
	if err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	return p, nil
}

func (m *module) regexClass() *script.Class {
	on := func(f func(c *script.Call, p *pattern, rest int) (any, error)) func(c *script.Call) (any, error) {
		return func(c *script.Call) (any, error) { return f(c, c.Self.(*pattern), 0) }
	}
	return &script.Class{Name: "re", Doc: "A compiled pattern.", Hidden: true,
		Show: func(self any) string { return fmt.Sprintf("<re %p>", self.(*pattern)) },
		Methods: []script.Func{
			{Name: "match", Params: "string, pos=0, endpos=0, /", Doc: "A match at the beginning, or None.", Call: on(m.find(true))},
			{Name: "search", Params: "string, pos=0, endpos=0, /", Doc: "The first match, or None.", Call: on(m.find(false))},
			{Name: "sub", Params: "replace, string, count=0, flags=0, /", Doc: "The string with matches replaced.", Call: on(m.sub)},
			{Name: "split", Params: "string, max_split=0, /", Doc: "The parts between matches.", Call: on(split)},
		}}
}

// find is match and search. Only a compiled pattern heeds pos and endpos, which count bytes.
func (m *module) find(anchored bool) func(c *script.Call, p *pattern, rest int) (any, error) {
	return func(c *script.Call, p *pattern, rest int) (any, error) {
		t, err := textOf(c.Args[rest])
		if err != nil {
			return nil, err
		}
		s := &subject{text: t.s, end: len(t.s), work: c.Work}
		if err := s.limit(c, rest); err != nil {
			return nil, err
		}
		spans, err := p.search(s, anchored)
		if err != nil || spans == nil {
			return nil, err
		}
		return m.match.NewInstance(c.Interp, &found{t, spans}), nil
	}
}

// limit narrows the subject to what pos and endpos say.
func (s *subject) limit(c *script.Call, rest int) error {
	if rest > 0 {
		if _, ok := compiled(c.Args[0]); !ok {
			return nil
		}
	}
	for i, to := range []*int{&s.begin, &s.end} {
		v := c.Args[rest+1+i]
		if v == nil {
			return nil
		}
		n, err := object.ToInt(v)
		if err != nil {
			return err
		}
		*to = max(s.begin, min(n, len(s.text)))
	}
	return nil
}

func split(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest])
	if err != nil {
		return nil, err
	}
	most := 0
	if c.Args[rest+1] != nil {
		if most, err = object.ToInt(c.Args[rest+1]); err != nil {
			return nil, err
		}
	}
	out := script.List{}
	s := &subject{text: t.s, end: len(t.s), work: c.Work}
	for {
		spans, err := p.search(s, false)
		if err != nil {
			return nil, err
		}
		if spans == nil || spans[0] == spans[1] {
			break // MicroPython stops at a match of nothing
		}
		part, err := t.part(s.begin, spans[0])
		if err != nil {
			return nil, err
		}
		if p.groups > 1 {
			return nil, script.Raise("NotImplementedError", "splitting with sub-captures")
		}
		out = append(out, part)
		s.begin = spans[1]
		if most--; most == 0 {
			break
		}
	}
	part, err := t.part(s.begin, s.end)
	return append(out, part), err
}

// maxText is how long a text sub makes, far more than a module holds.
const maxText = 1 << 24

func (m *module) sub(c *script.Call, p *pattern, rest int) (any, error) {
	t, err := textOf(c.Args[rest+1])
	if err != nil {
		return nil, err
	}
	count := 0
	if c.Args[rest+2] != nil {
		if count, err = object.ToInt(c.Args[rest+2]); err != nil {
			return nil, err
		}
	}
	var b strings.Builder
	s, changed := &subject{text: t.s, end: len(t.s), work: c.Work}, false
	for {
		spans, err := p.search(s, false)
		if err != nil {
			return nil, err
		}
		if spans == nil || spans[0] == spans[1] {
			break
		}
		changed = true
		b.WriteString(t.s[s.begin:spans[0]])
		if err := m.replacement(c, &b, c.Args[rest], &found{t, spans}); err != nil {
			return nil, err
		}
		if b.Len() > maxText {
			return nil, script.Raise("MemoryError", "memory allocation failed, sub makes at most %d characters", maxText)
		}
		s.begin = spans[1]
		if count--; count == 0 {
			break
		}
	}
	if !changed {
		return c.Args[rest+1], nil
	}
	b.WriteString(t.s[s.begin:])
	return t.value(b.String())
}

// replacement writes what stands for a match: a text with its groups put in, or what a function
// makes of the match.
func (m *module) replacement(c *script.Call, b *strings.Builder, with starlark.Value, f *found) error {
	if object.IsCallable(with) {
		v, err := c.Invoke(with, m.match.NewInstance(c.Interp, f))
		if err != nil {
			return err
		}
		with = v
	}
	t, err := textOf(with)
	if err != nil {
		return err
	}
	repl, _, _ := strings.Cut(t.s, "\x00")
	for repl != "" {
		var part string
		if part, repl, err = f.expand(repl); err != nil {
			return err
		}
		b.WriteString(part)
	}
	return nil
}

// expand reads one element of a replacement: a byte, \1, \g<1> or an escaped backslash. The
// backslash before anything else is left out.
func (f *found) expand(repl string) (part, rest string, err error) {
	if repl[0] != '\\' {
		return repl[:1], repl[1:], nil
	}
	repl = repl[1:]
	named := strings.HasPrefix(repl, "g<")
	if named {
		repl = repl[2:]
	}
	if repl == "" {
		return "", "", nil
	}
	if repl[0] == '\\' {
		return `\`, repl[1:], nil
	}
	n, digits := 0, 0
	for digits < len(repl) && digit(repl[digits]) {
		n = min(n*10+int(repl[digits]-'0'), 1<<30)
		digits++
	}
	if digits == 0 {
		return "", repl, nil
	}
	repl = repl[digits:]
	if named {
		repl = strings.TrimPrefix(repl, ">")
	}
	if 2*n >= len(f.spans) {
		return "", "", script.RaiseArgs("IndexError", nil, n)
	}
	if f.spans[2*n] < 0 {
		return "", repl, nil
	}
	return f.text.s[f.spans[2*n]:f.spans[2*n+1]], repl, nil
}
