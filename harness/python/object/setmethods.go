package object

import "go.starlark.net/starlark"

// setMethod is a method of sets; one that changes the set is none of a frozenset's.
type setMethod struct {
	method[*Set]
	changes bool
}

var setMethods = map[string]setMethod{
	"add":     {method[*Set]{min: 1, max: 1, fn: func(s *Set, a *args) (starlark.Value, error) { return starlark.None, s.add(a.pos[0]) }}, true},
	"clear":   {method[*Set]{fn: func(s *Set, _ *args) (starlark.Value, error) { return starlark.None, s.d.d.Clear() }}, true},
	"copy":    {method[*Set]{fn: func(s *Set, _ *args) (starlark.Value, error) { return &Set{d: s.d.copy(), frozen: s.frozen}, nil }}, false},
	"discard": {method[*Set]{min: 1, max: 1, fn: setDiscard}, true},
	"remove":  {method[*Set]{min: 1, max: 1, fn: setRemove}, true},
	"pop":     {method[*Set]{fn: setPop}, true},

	"union":                       {method[*Set]{max: -1, fn: setCombine("union", false)}, false},
	"intersection":                {method[*Set]{max: -1, fn: setCombine("intersection", false)}, false},
	"difference":                  {method[*Set]{max: -1, fn: setCombine("difference", false)}, false},
	"symmetric_difference":        {method[*Set]{min: 1, max: 1, fn: setCombine("symmetric_difference", false)}, false},
	"update":                      {method[*Set]{max: -1, fn: setCombine("union", true)}, true},
	"intersection_update":         {method[*Set]{max: -1, fn: setCombine("intersection", true)}, true},
	"difference_update":           {method[*Set]{max: -1, fn: setCombine("difference", true)}, true},
	"symmetric_difference_update": {method[*Set]{min: 1, max: 1, fn: setCombine("symmetric_difference", true)}, true},

	"isdisjoint": {method[*Set]{min: 1, max: 1, fn: setRelation(func(s, o *Set) (bool, error) {
		both, err := s.combine("intersection", o)
		return err == nil && both.Len() == 0, err
	})}, false},
	"issubset":   {method[*Set]{min: 1, max: 1, fn: setRelation(func(s, o *Set) (bool, error) { return s.subset(o) })}, false},
	"issuperset": {method[*Set]{min: 1, max: 1, fn: setRelation(func(s, o *Set) (bool, error) { return o.subset(s) })}, false},
}

func setDiscard(s *Set, a *args) (starlark.Value, error) {
	_, _, err := s.d.remove(a.pos[0])
	return starlark.None, err
}

func setRemove(s *Set, a *args) (starlark.Value, error) {
	_, found, err := s.d.remove(a.pos[0])
	if err == nil && !found {
		err = &Error{Class: "KeyError", Args: []starlark.Value{a.pos[0]}}
	}
	return starlark.None, err
}

func setPop(s *Set, _ *args) (starlark.Value, error) {
	keys := s.d.d.Keys()
	if len(keys) == 0 {
		return nil, &Error{Class: "KeyError", Args: []starlark.Value{NewStr("pop from an empty set")}}
	}
	_, _, err := s.d.remove(keys[0])
	return keys[0], err
}

func setCombine(name string, inPlace bool) func(s *Set, a *args) (starlark.Value, error) {
	return func(s *Set, a *args) (starlark.Value, error) {
		out := &Set{d: s.d.copy(), frozen: s.frozen}
		for _, v := range a.pos {
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

func setRelation(holds func(s, o *Set) (bool, error)) func(s *Set, a *args) (starlark.Value, error) {
	return func(s *Set, a *args) (starlark.Value, error) {
		o, err := newSet(a.pos[0])
		if err != nil {
			return nil, err
		}
		b, err := holds(s, o)
		return Bool(b), err
	}
}
