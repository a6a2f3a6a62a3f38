package object

import (
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

var setMethods = map[string]Method[*Set]{
	"add":     {Min: 1, Max: 1, Fn: func(s *Set, a *Args) (starlark.Value, error) { return starlark.None, s.add(a.Pos[0]) }},
	"clear":   {Fn: func(s *Set, _ *Args) (starlark.Value, error) { return starlark.None, s.d.d.Clear() }},
	"copy":    {Fn: func(s *Set, _ *Args) (starlark.Value, error) { return s.copy() }},
	"discard": {Min: 1, Max: 1, Fn: setDiscard},
	"remove":  {Min: 1, Max: 1, Fn: setRemove},
	"pop":     {Fn: setPop},

	"union":                       {Max: -1, Fn: setCombine(syntax.PIPE, false)},
	"intersection":                {Max: -1, Fn: setCombine(syntax.AMP, false)},
	"difference":                  {Max: -1, Fn: setCombine(syntax.MINUS, false)},
	"symmetric_difference":        {Min: 1, Max: 1, Fn: setCombine(syntax.CIRCUMFLEX, false)},
	"update":                      {Max: -1, Fn: setCombine(syntax.PIPE, true)},
	"intersection_update":         {Max: -1, Fn: setCombine(syntax.AMP, true)},
	"difference_update":           {Max: -1, Fn: setCombine(syntax.MINUS, true)},
	"symmetric_difference_update": {Min: 1, Max: 1, Fn: setCombine(syntax.CIRCUMFLEX, true)},

	"isdisjoint": {Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) {
		both, err := s.combine(syntax.AMP, o)
		return err == nil && both.Len() == 0, err
	})},
	"issubset":   {Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) { return s.subset(o) })},
	"issuperset": {Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) { return o.subset(s) })},
}

// frozenMethods are those that do not change a set.
var frozenMethods = func() map[string]Method[*Set] {
	all := maps.Clone(setMethods)
	for name := range all {
		if strings.HasSuffix(name, "update") || slices.Contains([]string{"add", "clear", "discard", "remove", "pop"}, name) {
			delete(all, name)
		}
	}
	return all
}()

func (s *Set) copy() (*Set, error) {
	d, err := s.d.copy()
	return &Set{d: d, frozen: s.frozen}, err
}

func setDiscard(s *Set, a *Args) (starlark.Value, error) {
	_, _, err := s.d.remove(a.Pos[0])
	return starlark.None, err
}

func setRemove(s *Set, a *Args) (starlark.Value, error) {
	_, found, err := s.d.remove(a.Pos[0])
	if err == nil && !found {
		err = KeyError(a.Pos[0])
	}
	return starlark.None, err
}

func setPop(s *Set, _ *Args) (starlark.Value, error) {
	keys := s.d.d.Keys()
	if len(keys) == 0 {
		return nil, KeyError(NewStr("pop from an empty set"))
	}
	_, _, err := s.d.remove(keys[0])
	return keys[0], err
}

func setCombine(op syntax.Token, inPlace bool) func(s *Set, a *Args) (starlark.Value, error) {
	return func(s *Set, a *Args) (starlark.Value, error) {
		out, err := s.copy()
		if err != nil {
			return nil, err
		}
		for _, v := range a.Pos {
			o, err := newSet(v)
			if err != nil {
				return nil, err
			}
			if out, err = out.combine(op, o); err != nil {
				return nil, err
			}
		}
		if inPlace {
			s.d = out.d
			return starlark.None, nil
		}
		return out, nil
	}
}

func setRelation(holds func(s, o *Set) (bool, error)) func(s *Set, a *Args) (starlark.Value, error) {
	return func(s *Set, a *Args) (starlark.Value, error) {
		o, err := newSet(a.Pos[0])
		if err != nil {
			return nil, err
		}
		b, err := holds(s, o)
		return Bool(b), err
	}
}
