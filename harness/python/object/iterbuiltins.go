package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

func (rt *Runtime) iterBuiltins() map[string]builtin {
	return map[string]builtin{
		"all":    {1, 1, false, quantifier(false)},
		"any":    {1, 1, false, quantifier(true)},
		"iter":   {1, 1, false, func(a *args) (starlark.Value, error) { return rt.iterOf(a.pos[0]) }},
		"max":    {1, -1, true, extreme(syntax.GT)},
		"min":    {1, -1, true, extreme(syntax.LT)},
		"next":   {1, 2, false, rt.nextValue},
		"sorted": {1, 1, true, builtinSorted},
		"sum":    {1, 2, true, builtinSum},
	}
}

func quantifier(stopAt bool) func(a *args) (starlark.Value, error) {
	return func(a *args) (starlark.Value, error) {
		found := false
		err := each(a.pos[0], func(e starlark.Value) error {
			if Truth(e) == stopAt {
				found = true
				return errStop
			}
			return nil
		})
		if err == errStop {
			err = nil
		}
		return Bool(found == stopAt), err
	}
}

// lazy is an iterator made of a function; the function's error ends it.
type lazy struct {
	next func() (v starlark.Value, more bool, err error)
	of   []starlark.Iterator // what it draws from
	err  error
}

// Stop is what ended the iterator that it draws from.
func (l *lazy) Stop() error {
	if l.err != nil {
		return nil
	}
	for _, it := range l.of {
		if err := stopOf(it); err != nil {
			return err
		}
	}
	return nil
}

// stopOf is the StopIteration with a value that ended an iterator, nil for none.
func stopOf(it starlark.Iterator) error {
	if s, ok := it.(interface{ Stop() error }); ok {
		return s.Stop()
	}
	return nil
}

func (l *lazy) Next(p *starlark.Value) bool {
	v, more, err := l.next()
	l.err = err
	if more && err == nil {
		*p = v
		return true
	}
	return false
}

func (l *lazy) Done() {}

// Err is what ended the iteration other than its regular end.
func (l *lazy) Err() error { return l.err }

func (rt *Runtime) lazy(kind string, next func() (starlark.Value, bool, error), of ...starlark.Iterator) starlark.Value {
	return &iterator{rt: rt, kind: kind, it: &lazy{next: next, of: of}}
}

// advance is the next element of an iterator, whose failure is an error.
func advance(it starlark.Iterator) (v starlark.Value, more bool, err error) {
	if it.Next(&v) {
		return v, true, nil
	}
	if f, ok := it.(failing); ok {
		err = f.Err()
	}
	return nil, false, err
}

func (rt *Runtime) enumerate(a *args) (starlark.Value, error) {
	if err := a.check(0, 2, true); err != nil {
		return nil, err
	}
	if err := a.only("iterable", "start"); err != nil {
		return nil, err
	}
	of := a.named(0, "iterable")
	if of == nil {
		return nil, newError("TypeError", "function missing 1 required positional arguments")
	}
	it, err := iterate(of)
	if err != nil {
		return nil, err
	}
	n := 0
	if v := a.named(1, "start"); v != nil {
		if n, err = toInt(v); err != nil {
			return nil, err
		}
	}
	return rt.lazy("enumerate", func() (starlark.Value, bool, error) {
		v, more, err := advance(it)
		n++
		return starlark.Tuple{starlark.MakeInt(n - 1), v}, more, err
	}, it), nil
}

func (rt *Runtime) filter(a *args) (starlark.Value, error) {
	if err := a.check(2, 2, false); err != nil {
		return nil, err
	}
	it, err := iterate(a.pos[1])
	if err != nil {
		return nil, err
	}
	return rt.lazy("filter", func() (starlark.Value, bool, error) {
		for {
			v, more, err := advance(it)
			if !more || err != nil {
				return nil, false, err
			}
			keep := v
			if a.pos[0] != starlark.None {
				if keep, err = starlark.Call(rt.Thread(), a.pos[0], starlark.Tuple{v}, nil); err != nil {
					return nil, false, err
				}
			}
			if Truth(keep) {
				return v, true, nil
			}
		}
	}, it), nil
}

// row is the next element of each of several iterators; more is false once one has ended.
func row(its []starlark.Iterator) (starlark.Tuple, bool, error) {
	out := make(starlark.Tuple, len(its))
	for i, it := range its {
		v, more, err := advance(it)
		if !more || err != nil {
			return nil, false, err
		}
		out[i] = v
	}
	return out, len(its) > 0, nil
}

func iterators(of starlark.Tuple) ([]starlark.Iterator, error) {
	its := make([]starlark.Iterator, len(of))
	for i, v := range of {
		it, err := iterate(v)
		if err != nil {
			return nil, err
		}
		its[i] = it
	}
	return its, nil
}

func (rt *Runtime) mapping(a *args) (starlark.Value, error) {
	if err := a.check(2, -1, false); err != nil {
		return nil, err
	}
	its, err := iterators(a.pos[1:])
	if err != nil {
		return nil, err
	}
	return rt.lazy("map", func() (starlark.Value, bool, error) {
		vs, more, err := row(its)
		if !more || err != nil {
			return nil, false, err
		}
		v, err := starlark.Call(rt.Thread(), a.pos[0], vs, nil)
		return v, true, err
	}, its...), nil
}

func (rt *Runtime) zip(a *args) (starlark.Value, error) {
	if err := a.check(0, -1, false); err != nil {
		return nil, err
	}
	its, err := iterators(a.pos)
	if err != nil {
		return nil, err
	}
	return rt.lazy("zip", func() (starlark.Value, bool, error) {
		vs, more, err := row(its)
		return vs, more, err
	}, its...), nil
}

func (rt *Runtime) nextValue(a *args) (starlark.Value, error) {
	v, err := nextOf(a.pos[0])
	if err == nil || a.at(1) == nil {
		return v, err
	}
	if r := rt.Exception(err); r != nil && r.IsA("StopIteration") {
		return a.at(1), nil
	}
	return nil, err
}

func (rt *Runtime) reversed(a *args) (starlark.Value, error) {
	if err := a.check(1, 1, false); err != nil {
		return nil, err
	}
	if i, ok := a.pos[0].(*Instance); ok {
		if fn := i.lookup("__reversed__"); fn != nil {
			return i.call(fn)
		}
	}
	n, err := length(a.pos[0])
	if err != nil {
		return nil, err
	}
	return rt.lazy("reversed", func() (starlark.Value, bool, error) {
		n--
		if n < 0 {
			return nil, false, nil
		}
		v, err := getItem(a.pos[0], starlark.MakeInt(n))
		return v, true, err
	}), nil
}

func builtinSorted(a *args) (starlark.Value, error) {
	elems, err := toSlice(a.pos[0])
	if err != nil {
		return nil, err
	}
	out, err := sorted(a.thread, elems, a)
	if err != nil {
		return nil, err
	}
	return starlark.NewList(out), nil
}

func builtinSum(a *args) (starlark.Value, error) {
	var total starlark.Value = starlark.MakeInt(0)
	if v := a.named(1, "start"); v != nil {
		total = v
	}
	err := each(a.pos[0], func(e starlark.Value) error {
		next, err := starlark.Binary(syntax.PLUS, number(total), number(e))
		if err == nil {
			total = next
		}
		return err
	})
	return total, err
}

func extreme(op syntax.Token) func(a *args) (starlark.Value, error) {
	return func(a *args) (starlark.Value, error) {
		if err := a.only("key", "default"); err != nil {
			return nil, err
		}
		elems := []starlark.Value(a.pos)
		if len(elems) == 1 {
			var err error
			if elems, err = toSlice(a.pos[0]); err != nil {
				return nil, err
			}
		}
		var best, bestKey starlark.Value
		key := a.named(len(a.pos), "key")
		for _, e := range elems {
			k := e
			if key != nil && key != starlark.None {
				var err error
				if k, err = starlark.Call(a.thread, key, starlark.Tuple{e}, nil); err != nil {
					return nil, err
				}
			}
			if best != nil {
				better, err := compare(op, k, bestKey)
				if err != nil {
					return nil, err
				}
				if !better {
					continue
				}
			}
			best, bestKey = e, k
		}
		if best != nil {
			return best, nil
		}
		if v := a.named(len(a.pos), "default"); v != nil {
			return v, nil
		}
		return nil, newError("ValueError", "arg is an empty sequence")
	}
}
