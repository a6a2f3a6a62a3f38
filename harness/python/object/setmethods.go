package object

import "go.starlark.net/starlark"

// setMethod is a method of sets; one that changes the set is none of a frozenset's.
type setMethod struct {
	Method[*Set]
	changes bool
}

var setMethods = map[string]setMethod{
	"add":     {Method[*Set]{Min: 1, Max: 1, Fn: func(s *Set, a *Args) (starlark.Value, error) { return starlark.None, s.add(a.Pos[0]) }}, true},
	"clear":   {Method[*Set]{Fn: func(s *Set, _ *Args) (starlark.Value, error) { return starlark.None, s.d.d.Clear() }}, true},
	"copy":    {Method[*Set]{Fn: func(s *Set, _ *Args) (starlark.Value, error) { return s.copy() }}, false},
	"discard": {Method[*Set]{Min: 1, Max: 1, Fn: setDiscard}, true},
	"remove":  {Method[*Set]{Min: 1, Max: 1, Fn: setRemove}, true},
	"pop":     {Method[*Set]{Fn: setPop}, true},

	"union":                       {Method[*Set]{Max: -1, Fn: setCombine("union", false)}, false},
	"intersection":                {Method[*Set]{Max: -1, Fn: setCombine("intersection", false)}, false},
	"difference":                  {Method[*Set]{Max: -1, Fn: setCombine("difference", false)}, false},
	"symmetric_difference":        {Method[*Set]{Min: 1, Max: 1, Fn: setCombine("symmetric_difference", false)}, false},
	"update":                      {Method[*Set]{Max: -1, Fn: setCombine("union", true)}, true},
	"intersection_update":         {Method[*Set]{Max: -1, Fn: setCombine("intersection", true)}, true},
	"difference_update":           {Method[*Set]{Max: -1, Fn: setCombine("difference", true)}, true},
	"symmetric_difference_update": {Method[*Set]{Min: 1, Max: 1, Fn: setCombine("symmetric_difference", true)}, true},

	"isdisjoint": {Method[*Set]{Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) {
		both, err := s.combine("intersection", o)
		return err == nil && both.Len() == 0, err
	})}, false},
	"issubset":   {Method[*Set]{Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) { return s.subset(o) })}, false},
	"issuperset": {Method[*Set]{Min: 1, Max: 1, Fn: setRelation(func(s, o *Set) (bool, error) { return o.subset(s) })}, false},
}

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

func setCombine(name string, inPlace bool) func(s *Set, a *Args) (starlark.Value, error) {
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
			if out, err = out.combine(name, o); err != nil {
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
