package ure

import (
	"fmt"
	"unicode/utf8"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// found is a match.
type found struct {
	text  text
	spans []int
}

func matchClass() *script.Class {
	return &script.Class{Name: "match", Doc: "A match.", Hidden: true,
		Show: func(self any) string { return fmt.Sprintf("<match num=%d>", len(self.(*found).spans)/2) },
		Methods: []script.Func{
			{Name: "group", Params: "index=0, /", Doc: "What a group matched; 0 is everything.", Call: func(c *script.Call) (any, error) {
				i, err := groupOf(c)
				if err != nil {
					return nil, err
				}
				return c.Self.(*found).group(i)
			}},
			{Name: "groups", Params: "/", Doc: "What all groups matched.", Call: groups},
			{Name: "start", Params: "index=0, /", Doc: "Where a group begins.", Call: span(func(from, _ int) any { return from })},
			{Name: "end", Params: "index=0, /", Doc: "Where a group ends.", Call: span(func(_, to int) any { return to })},
			{Name: "span", Params: "index=0, /", Doc: "Both.", Call: span(func(from, to int) any { return script.Tuple{from, to} })},
		}}
}

// groupOf is the group that a method was called with.
func groupOf(c *script.Call) (int, error) {
	if c.Args[0] == nil {
		return 0, nil
	}
	i, err := object.ToInt(c.Args[0])
	if err != nil {
		return 0, err
	}
	if i < 0 || 2*i >= len(c.Self.(*found).spans) {
		return 0, script.RaiseArgs("IndexError", nil, c.Args[0])
	}
	return i, nil
}

func (f *found) group(i int) (any, error) {
	if f.spans[2*i] < 0 {
		return nil, nil
	}
	return f.text.part(f.spans[2*i], f.spans[2*i+1])
}

func groups(c *script.Call) (any, error) {
	f := c.Self.(*found)
	out := script.Tuple{}
	for i := 1; 2*i < len(f.spans); i++ {
		v, err := f.group(i)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func span(pick func(from, to int) any) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		i, err := groupOf(c)
		if err != nil {
			return nil, err
		}
		f := c.Self.(*found)
		return pick(f.text.index(f.spans[2*i]), f.text.index(f.spans[2*i+1])), nil
	}
}

// index is a position as scripts count it: of a str in characters.
func (t text) index(at int) int {
	if at < 0 || t.bytes {
		return at
	}
	return utf8.RuneCountInString(t.s[:at])
}
