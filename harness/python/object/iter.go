package object

import (
	"go.starlark.net/starlark"
)

// iterate returns an iterator over any iterable. Unlike Starlark's own, those over lists let the
// list change meanwhile.
func iterate(v starlark.Value) (starlark.Iterator, error) {
	switch v := v.(type) {
	case *starlark.List:
		return &indexIterator{of: v}, nil
	case *Range:
		return &polledRange{rangeIterator: rangeIterator{next: v.start, step: v.step, left: v.n}, in: v.in}, nil
	case starlark.Iterable:
		it := v.Iterate()
		if vm, ok := it.(vmIterator); ok {
			it = vm.Iterator
		}
		return it, nil
	}
	return nil, Errorf("TypeError", "'%s' object isn't iterable", TypeName(v))
}

// indexIterator goes over anything by index, as long as it lasts.
type indexIterator struct {
	of starlark.Indexable
	at int
}

func (it *indexIterator) Next(p *starlark.Value) bool {
	if it.at >= it.of.Len() {
		return false
	}
	*p = it.of.Index(it.at)
	it.at++
	return true
}

func (it *indexIterator) Done() {}

// failing is an iterator that may end with an error, which Starlark's loops ask for.
type failing interface{ Err() error }

// Each calls f with every element of an iterable.
func Each(v starlark.Value, f func(e starlark.Value) error) error {
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
type loopable struct {
	Opaque
	of *starlark.List
}

func (l loopable) Iterate() starlark.Iterator { return &indexIterator{of: l.of} }

// LoopOver is ·iter[x], what a for loop goes over.
func LoopOver(x starlark.Value) (starlark.Value, error) {
	switch v := x.(type) {
	case *starlark.List:
		return loopable{of: v}, nil
	case *Instance:
		if v.Lookup("__iter__") == nil && v.Lookup("__getitem__") == nil && v.native == nil {
			return nil, Errorf("TypeError", "'%s' object isn't iterable", TypeName(v))
		}
		return v, nil
	case starlark.Iterable:
		return v, nil
	}
	return nil, Errorf("TypeError", "'%s' object isn't iterable", TypeName(x))
}

// iterateInstance goes over an instance by __iter__ and __next__, as the builtin type that its class derives
// from, or by __getitem__.
func iterateInstance(i *Instance) starlark.Iterator {
	if v, has, err := CallSpecial(i, "__iter__"); has {
		if inst, ok := v.(*Instance); ok {
			return steps(i.class.in, "StopIteration", func() (starlark.Value, error) { return Next(inst) })
		}
		var it starlark.Iterator
		if err == nil {
			it, err = iterate(v)
		}
		if err != nil {
			return &lazy{err: err}
		}
		return it
	}
	if i.native != nil {
		if it, err := iterate(i.native); err == nil {
			return it
		}
	}
	if i.Lookup("__getitem__") == nil {
		return &lazy{err: Errorf("TypeError", "'%s' object isn't iterable", TypeName(i))}
	}
	at := -1
	return steps(i.class.in, "IndexError", func() (starlark.Value, error) {
		at++
		v, _, err := i.Get(starlark.MakeInt(at))
		return v, err
	})
}

// steps is an iterator that calls a script's method for each element; StopIteration or an exception of another
// class is the regular end.
func steps(in *Interpreter, end string, step func() (starlark.Value, error)) starlark.Iterator {
	l := &lazy{}
	l.next = func() (starlark.Value, bool, error) {
		v, err := step()
		if err == nil {
			return v, true, nil
		}
		switch r := in.Exception(err); {
		case r == nil:
		case end == "StopIteration" && r.IsA(end):
			l.stop, err = err, nil
		case r.IsA(end), r.IsA("StopIteration"): // whose value nobody asks for
			err = nil
		}
		return nil, false, err
	}
	return l
}

// iterator is what iter() returns for types whose iterators are no script values.
type iterator struct {
	Plain
	in   *Interpreter
	it   starlark.Iterator
	kind string // the name of its type
	done bool
	n    uint  // elements that it gave
	err  error // of a poll
}

// vmIterator is an iterator in the hands of Starlark, which does not ask whether it failed.
type vmIterator struct {
	in *Interpreter
	starlark.Iterator
}

// Next has the thread fail when the iterator did.
func (v vmIterator) Next(p *starlark.Value) bool {
	if v.Iterator.Next(p) {
		return true
	}
	if f, ok := v.Iterator.(failing); ok && f.Err() != nil {
		v.in.failLater(f.Err())
	}
	return false
}

// LoopIterator is an iterator for Starlark's loops, which do not ask whether it failed: an error that
// its method Err returns is raised at the script's next step.
func (in *Interpreter) LoopIterator(it starlark.Iterator) starlark.Iterator {
	return vmIterator{in, it}
}

// pendingReason is the reason of a thread that was cancelled by failLater.
const pendingReason = "pending exception"

// failLater makes the running script code fail at its next step, for operations to which Starlark
// gives no way to return an error.
func (in *Interpreter) failLater(err error) {
	if in == nil || in.current == nil || in.pending != nil {
		return
	}
	in.pending = err
	in.current.Cancel(pendingReason)
}

// takePending returns the error of failLater and lets the thread go on.
func (in *Interpreter) takePending() error {
	err := in.pending
	in.pending = nil
	if in.current != nil {
		in.current.Uncancel()
	}
	return err
}

func (i *iterator) String() string { return "<" + i.kind + ">" }
func (i *iterator) Type() string   { return "iterator" }
func (i *iterator) Hash() (uint32, error) {
	return IdentityHash(i)
}

// Attr returns a method.
func (i *iterator) Attr(name string) (starlark.Value, error) {
	return MethodOf(iteratorMethods, i, name)
}

// AttrNames lists the methods.
func (i *iterator) AttrNames() []string { return MethodNames(iteratorMethods) }

var iteratorMethods = map[string]Method[*iterator]{
	"__next__": {Fn: func(i *iterator, _ *Args) (starlark.Value, error) { return Next(i) }},
	"__iter__": {Fn: func(i *iterator, _ *Args) (starlark.Value, error) { return i, nil }},
}

// Iterate goes on with the iterator.
func (i *iterator) Iterate() starlark.Iterator { return vmIterator{i.in, i} }

// Next stores the next element.
func (i *iterator) Next(p *starlark.Value) bool {
	if i.n++; i.n%elementsPerPoll == 0 && i.err == nil {
		i.err = i.in.poll()
	}
	if i.done || i.err != nil {
		i.done = true
		return false
	}
	if i.in != nil {
		if i.in.iterating > maxNative {
			i.err, i.done = Errorf("RuntimeError", TooDeep), true
			return false
		}
		i.in.iterating++
	}
	i.done = !i.it.Next(p)
	if i.in != nil {
		i.in.iterating--
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

// Iter is iter(v).
func (in *Interpreter) Iter(v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *iterator, SelfIterator:
		return v, nil
	case *Instance:
		if fn := v.Lookup("__iter__"); fn != nil {
			return v.call(fn)
		}
	}
	it, err := iterate(v)
	if failed, ok := it.(*lazy); ok && err == nil {
		err = failed.err
	}
	if err != nil {
		return nil, err
	}
	return &iterator{in: in, it: it, kind: "iterator"}, nil
}

// SelfIterator is a value of a module that is its own iterator, such as an open file.
type SelfIterator interface {
	starlark.Value
	// NextValue is next(v); a StopIteration is its error at the end.
	NextValue() (starlark.Value, error)
}

// nextOf is next(v); a StopIteration is its error at the end.
func Next(v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *Instance:
		if fn := v.Lookup("__next__"); fn != nil {
			return v.call(fn)
		}
		if g, ok := v.native.(*iterator); ok {
			return Next(g)
		}
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
	return nil, Errorf("TypeError", "'%s' object isn't an iterator", TypeName(v))
}
