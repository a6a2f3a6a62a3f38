package object

import (
	"go.starlark.net/starlark"
)

// iterate returns an iterator over any iterable. Unlike Starlark's own, those over lists let the
// list change meanwhile.
func iterate(v starlark.Value) (starlark.Iterator, error) {
	switch v := v.(type) {
	case *starlark.List:
		return &listIterator{of: v}, nil
	case *Instance:
		return iterateInstance(v), nil
	case *iterator:
		return v, nil
	case *Generator:
		return &generatorIterator{g: v}, nil
	case *Range:
		return &polledRange{rangeIterator: rangeIterator{next: v.start, step: v.step, left: v.n}, rt: v.rt}, nil
	case starlark.Iterable:
		return v.Iterate(), nil
	}
	return nil, newError("TypeError", "'%s' object isn't iterable", TypeName(v))
}

// listIterator goes by index.
type listIterator struct {
	of *starlark.List
	at int
}

func (it *listIterator) Next(p *starlark.Value) bool {
	if it.at >= it.of.Len() {
		return false
	}
	*p = it.of.Index(it.at)
	it.at++
	return true
}

func (it *listIterator) Done() {}

// failing is an iterator that may end with an error, which Starlark's loops ask for.
type failing interface{ Err() error }

// each calls f with every element of an iterable.
func each(v starlark.Value, f func(e starlark.Value) error) error {
	it, err := iterate(v)
	if err != nil {
		return err
	}
	defer it.Done()
	var e starlark.Value
	for it.Next(&e) {
		if err := f(e); err != nil {
			return err
		}
	}
	if fail, ok := it.(failing); ok {
		return fail.Err()
	}
	return nil
}

// loopable is what ·iter[x] is for a list, so that a loop does not lock it.
type loopable struct{ of *starlark.List }

func (l loopable) String() string             { return "<list iterator>" }
func (l loopable) Type() string               { return "iterator" }
func (l loopable) Freeze()                    {}
func (l loopable) Truth() starlark.Bool       { return true }
func (l loopable) Hash() (uint32, error)      { return 0, nil }
func (l loopable) Iterate() starlark.Iterator { return &listIterator{of: l.of} }

// loopOver is ·iter[x], what a for loop goes over.
func (rt *Runtime) loopOver(x starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *starlark.List:
		return loopable{v}, nil
	case *Instance:
		if v.lookup("__iter__") == nil && v.lookup("__getitem__") == nil && v.native == nil {
			return nil, newError("TypeError", "'%s' object isn't iterable", TypeName(v))
		}
		return v, nil
	case starlark.Iterable:
		return v, nil
	}
	return nil, newError("TypeError", "'%s' object isn't iterable", TypeName(x))
}

// iterateInstance goes over an instance by __iter__ and __next__, as the builtin type that its class derives
// from, or by __getitem__.
func iterateInstance(i *Instance) starlark.Iterator {
	if fn := i.lookup("__iter__"); fn != nil {
		v, err := i.call(fn)
		if err != nil {
			return &instanceIterator{err: err}
		}
		if inst, ok := v.(*Instance); ok {
			return &instanceIterator{next: inst}
		}
		it, err := iterate(v)
		if err != nil {
			return &instanceIterator{err: err}
		}
		return it
	}
	if i.native != nil {
		if it, err := iterate(i.native); err == nil {
			return it
		}
	}
	if i.lookup("__getitem__") != nil {
		return &instanceIterator{items: i}
	}
	return &instanceIterator{err: newError("TypeError", "'%s' object isn't iterable", TypeName(i))}
}

type instanceIterator struct {
	next  *Instance // has __next__
	items *Instance // has __getitem__
	at    int
	err   error
	stop  error // the StopIteration of __next__
}

// Stop is the StopIteration that ended the loop, which may have a value.
func (it *instanceIterator) Stop() error { return it.stop }

func (it *instanceIterator) Next(p *starlark.Value) bool {
	var v starlark.Value
	var err error
	switch {
	case it.err != nil:
		return false
	case it.items != nil:
		v, _, err = it.items.Get(starlark.MakeInt(it.at))
		it.at++
	default:
		v, err = nextOf(it.next)
	}
	if err != nil {
		if !endsLoop(it.rt(), err, it.items != nil) {
			it.err = err
		} else if it.items == nil {
			it.stop = err
		}
		return false
	}
	*p = v
	return true
}

func (it *instanceIterator) rt() *Runtime {
	if it.items != nil {
		return it.items.class.rt
	}
	return it.next.class.rt
}

// endsLoop reports whether an error is the regular end: StopIteration, or for __getitem__ an
// IndexError.
func endsLoop(rt *Runtime, err error, byIndex bool) bool {
	r := rt.Exception(err)
	return r != nil && (r.IsA("StopIteration") || byIndex && r.IsA("IndexError"))
}

func (it *instanceIterator) Done() {}

// Err is what ended the loop other than its regular end.
func (it *instanceIterator) Err() error { return it.err }

// iterator is what iter() returns for types whose iterators are no script values.
type iterator struct {
	rt   *Runtime
	it   starlark.Iterator
	kind string // the name of its type
	done bool
	n    uint  // elements that it gave
	err  error // of a poll
}

// vmIterator is an iterator in the hands of Starlark, which does not ask whether it failed.
type vmIterator struct {
	rt *Runtime
	starlark.Iterator
}

// Next has the thread fail when the iterator did.
func (v vmIterator) Next(p *starlark.Value) bool {
	if v.Iterator.Next(p) {
		return true
	}
	if f, ok := v.Iterator.(failing); ok && f.Err() != nil {
		v.rt.failLater(f.Err())
	}
	return false
}

// LoopIterator is an iterator for Starlark's loops, which do not ask whether it failed: an error that
// its method Err returns is raised at the script's next step.
func (rt *Runtime) LoopIterator(it starlark.Iterator) starlark.Iterator { return vmIterator{rt, it} }

// pendingReason is the reason of a thread that was cancelled by failLater.
const pendingReason = "pending exception"

// failLater makes the running script code fail at its next step, for operations to which Starlark
// gives no way to return an error.
func (rt *Runtime) failLater(err error) {
	if rt == nil || rt.current == nil || rt.pending != nil {
		return
	}
	rt.pending = err
	rt.current.Cancel(pendingReason)
}

// takePending returns the error of failLater and lets the thread go on.
func (rt *Runtime) takePending() error {
	err := rt.pending
	rt.pending = nil
	if rt.current != nil {
		rt.current.Uncancel()
	}
	return err
}

func (i *iterator) String() string       { return "<" + i.kind + ">" }
func (i *iterator) Type() string         { return "iterator" }
func (i *iterator) Freeze()              {}
func (i *iterator) Truth() starlark.Bool { return true }
func (i *iterator) Hash() (uint32, error) {
	return identityHash(i)
}

// Attr returns __next__ and __iter__.
func (i *iterator) Attr(name string) (starlark.Value, error) {
	switch name {
	case "__next__":
		return starlark.NewBuiltin(name, func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			return nextOf(i)
		}), nil
	case "__iter__":
		return starlark.NewBuiltin(name, func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			return i, nil
		}), nil
	}
	return nil, noAttr(i, name)
}

// AttrNames lists __iter__ and __next__.
func (i *iterator) AttrNames() []string        { return []string{"__iter__", "__next__"} }
func (i *iterator) Iterate() starlark.Iterator { return vmIterator{i.rt, i} }

// Next stores the next element.
func (i *iterator) Next(p *starlark.Value) bool {
	if i.n++; i.n%elementsPerPoll == 0 && i.err == nil {
		i.err = i.rt.poll()
	}
	if i.done || i.err != nil {
		i.done = true
		return false
	}
	if i.rt != nil {
		if i.rt.iterating > maxNative {
			i.err, i.done = newError("RuntimeError", TooDeep), true
			return false
		}
		i.rt.iterating++
	}
	i.done = !i.it.Next(p)
	if i.rt != nil {
		i.rt.iterating--
	}
	return !i.done
}

// Done does nothing: another loop may go on with the iterator.
func (i *iterator) Done() {}

// Err is what ended the iteration other than its regular end.
func (i *iterator) Err() error {
	if i.err != nil {
		return i.err
	}
	if f, ok := i.it.(failing); ok {
		return f.Err()
	}
	return nil
}

// iterOf is iter(v).
func (rt *Runtime) iterOf(v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *iterator, *Generator, SelfIterator:
		return v, nil
	case *Instance:
		if fn := v.lookup("__iter__"); fn != nil {
			return v.call(fn)
		}
	}
	it, err := iterate(v)
	if failed, ok := it.(*instanceIterator); ok && err == nil {
		err = failed.err
	}
	if err != nil {
		return nil, err
	}
	return &iterator{rt: rt, it: it, kind: "iterator"}, nil
}

// SelfIterator is a value of a module that is its own iterator, such as an open file.
type SelfIterator interface {
	starlark.Value
	// NextValue is next(v); a StopIteration is its error at the end.
	NextValue() (starlark.Value, error)
}

// nextOf is next(v); a StopIteration is its error at the end.
func nextOf(v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *Instance:
		if fn := v.lookup("__next__"); fn != nil {
			return v.call(fn)
		}
		if g, ok := v.native.(*iterator); ok {
			return nextOf(g)
		}
	case *Generator:
		return v.send(starlark.None)
	case SelfIterator:
		return v.NextValue()
	case *iterator:
		var e starlark.Value
		if v.Next(&e) {
			return e, nil
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		if err := stopOf(v.it); err != nil {
			return nil, err
		}
		return nil, &Error{Class: "StopIteration"}
	}
	return nil, newError("TypeError", "'%s' object isn't an iterator", TypeName(v))
}
