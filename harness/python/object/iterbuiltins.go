package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

func quantifier(stopAt bool) func(x starlark.Value) (starlark.Value, error) {
	return func(x starlark.Value) (starlark.Value, error) {
		found, err := some(x, func(e starlark.Value) (bool, error) { return Truth(e) == stopAt, nil })
		return Bool(found == stopAt), err
	}
}

// lazy is an iterator made of a function; the function's error ends it.
type lazy struct {
	next func() (v starlark.Value, more bool, err error)
	of   []starlark.Iterator // what it draws from
	err  error
	stop error // the StopIteration that ended it, which may have a value
}

// Stop is the StopIteration that ended the iterator, or one that it draws from.
func (l *lazy) Stop() error {
	if l.err != nil || l.stop != nil {
		return l.stop
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
	if l.err != nil {
		return false
	}
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

func lazily(a *Args, kind string, next func() (starlark.Value, bool, error), of ...starlark.Iterator) starlark.Value {
	return &iterator{in: interpreterOf(a.Thread), kind: kind, it: &lazy{next: next, of: of}}
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

func enumerate(a *Args) (starlark.Value, error) {
	if err := a.Only("iterable", "start"); err != nil {
		return nil, err
	}
	of := a.Named(0, "iterable")
	if of == nil {
		return nil, Errorf("TypeError", "function missing 1 required positional arguments")
	}
	it, err := iterate(of)
	if err != nil {
		return nil, err
	}
	n := 0
	if v := a.Named(1, "start"); v != nil {
		if n, err = ToInt(v); err != nil {
			return nil, err
		}
	}
	return lazily(a, "enumerate", func() (starlark.Value, bool, error) {
		v, more, err := advance(it)
		n++
		return starlark.Tuple{starlark.MakeInt(n - 1), v}, more, err
	}, it), nil
}

func filter(a *Args) (starlark.Value, error) {
	it, err := iterate(a.Pos[1])
	if err != nil {
		return nil, err
	}
	return lazily(a, "filter", func() (starlark.Value, bool, error) {
		for {
			v, more, err := advance(it)
			if !more || err != nil {
				return nil, false, err
			}
			keep := v
			if a.Pos[0] != starlark.None {
				if keep, err = starlark.Call(a.Thread, a.Pos[0], starlark.Tuple{v}, nil); err != nil {
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

func mapping(a *Args) (starlark.Value, error) {
	its, err := iterators(a.Pos[1:])
	if err != nil {
		return nil, err
	}
	return lazily(a, "map", func() (starlark.Value, bool, error) {
		vs, more, err := row(its)
		if !more || err != nil {
			return nil, false, err
		}
		v, err := starlark.Call(a.Thread, a.Pos[0], vs, nil)
		return v, true, err
	}, its...), nil
}

func zip(a *Args) (starlark.Value, error) {
	its, err := iterators(a.Pos)
	if err != nil {
		return nil, err
	}
	return lazily(a, "zip", func() (starlark.Value, bool, error) {
		vs, more, err := row(its)
		return vs, more, err
	}, its...), nil
}

func builtinNext(a *Args) (starlark.Value, error) {
	v, err := Next(a.Pos[0])
	if err == nil || a.At(1) == nil {
		return v, err
	}
	if r := interpreterOf(a.Thread).Exception(err); r != nil && r.IsA("StopIteration") {
		return a.At(1), nil
	}
	return nil, err
}

func reversed(a *Args) (starlark.Value, error) {
	if r, has, err := CallSpecial(a.Pos[0], "__reversed__"); has {
		return r, err
	}
	n, err := Length(a.Pos[0])
	if err != nil {
		return nil, err
	}
	return lazily(a, "reversed", func() (starlark.Value, bool, error) {
		n--
		if n < 0 {
			return nil, false, nil
		}
		v, err := GetItem(a.Pos[0], starlark.MakeInt(n))
		return v, true, err
	}), nil
}

func builtinSorted(a *Args) (starlark.Value, error) {
	elems, err := ToSlice(a.Pos[0])
	if err != nil {
		return nil, err
	}
	out, err := sorted(a.Thread, elems, a)
	if err != nil {
		return nil, err
	}
	return starlark.NewList(out), nil
}

func builtinSum(a *Args) (starlark.Value, error) {
	var total starlark.Value = starlark.MakeInt(0)
	if v := a.Named(1, "start"); v != nil {
		total = v
	}
	err := Each(a.Pos[0], func(e starlark.Value) error {
		next, err := starlark.Binary(syntax.PLUS, number(total), number(e))
		if err == nil {
			total = next
		}
		return err
	})
	return total, err
}

func extreme(op syntax.Token) func(a *Args) (starlark.Value, error) {
	return func(a *Args) (starlark.Value, error) {
		if err := a.Only("key", "default"); err != nil {
			return nil, err
		}
		elems := []starlark.Value(a.Pos)
		if len(elems) == 1 {
			var err error
			if elems, err = ToSlice(a.Pos[0]); err != nil {
				return nil, err
			}
		}
		var best, bestKey starlark.Value
		key := a.Named(len(a.Pos), "key")
		for _, e := range elems {
			k := e
			if key != nil && key != starlark.None {
				var err error
				if k, err = starlark.Call(a.Thread, key, starlark.Tuple{e}, nil); err != nil {
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
		if v := a.Named(len(a.Pos), "default"); v != nil {
			return v, nil
		}
		return nil, Errorf("ValueError", "arg is an empty sequence")
	}
}
