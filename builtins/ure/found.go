package ure

import "quecstar/harness/script"

func matchClass() *script.Class {
	return &script.Class{Name: "Match", Doc: "A match.", Methods: []script.Func{
		{Name: "group", Params: "index=0", Doc: "What a group matched; 0 is everything.", Call: func(c *script.Call) (any, error) {
			f, i, err := groupOf(c)
			if err != nil {
				return nil, err
			}
			return f.text.part(f.spans[2*i], f.spans[2*i+1]), nil
		}},
		{Name: "groups", Doc: "What all groups matched.", Call: groups},
		{Name: "start", Params: "index=0", Doc: "Where a group begins.", Call: span(func(from, _ int) any { return from })},
		{Name: "end", Params: "index=0", Doc: "Where a group ends.", Call: span(func(_, to int) any { return to })},
		{Name: "span", Params: "index=0", Doc: "Both.", Call: span(func(from, to int) any { return script.Tuple{from, to} })},
	}}
}

// groupOf is the match and the group that a method was called with.
func groupOf(c *script.Call) (*found, int, error) {
	f, i := c.Self.(*found), 0
	if err := c.Unpack(&i); err != nil {
		return nil, 0, err
	}
	if i < 0 || 2*i >= len(f.spans) {
		return nil, 0, script.RaiseArgs("IndexError", nil, i)
	}
	return f, i, nil
}

func groups(c *script.Call) (any, error) {
	f := c.Self.(*found)
	out := script.Tuple{}
	for i := 2; i < len(f.spans); i += 2 {
		out = append(out, f.text.part(f.spans[i], f.spans[i+1]))
	}
	return out, nil
}

func span(pick func(from, to int) any) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		f, i, err := groupOf(c)
		if err != nil {
			return nil, err
		}
		return pick(f.spans[2*i], f.spans[2*i+1]), nil
	}
}
