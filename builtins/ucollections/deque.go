package ucollections

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// deque is a script's deque.
type deque struct {
	items []starlark.Value
	most  int
	full  bool // raise when it is full
}

func dequeClass() *script.Class {
	return &script.Class{
		Name: "deque", Doc: "A queue with two ends.",
		Show: func(any) string { return "<deque>" },
		Init: script.Func{Params: "iterable, maxlen, flag=0, /", Doc: "Makes a deque of at most maxlen elements.", Call: newDeque},
		Methods: []script.Func{
			{Name: "append", Params: "data, /", Doc: "Puts data at the right end.", Call: appendRight},
			{Name: "appendleft", Params: "data, /", Doc: "Puts data at the left end.", Call: appendLeft},
			{Name: "extend", Params: "iterable, /", Doc: "Appends all of an iterable.", Call: extend},
			{Name: "pop", Params: "/", Doc: "Takes the rightmost element; IndexError when there is none.", Call: popRight},
			{Name: "popleft", Params: "/", Doc: "Takes the leftmost element; IndexError when there is none.", Call: popLeft},
		},
	}
}

func newDeque(c *script.Call) (any, error) {
	d := &deque{}
	if err := c.Unpack(nil, &d.most, &d.full); err != nil {
		return nil, err
	}
	if d.most < 0 {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	return d, d.extend(c.Args[0])
}

// Len is how many elements there are.
func (d *deque) Len() int { return len(d.items) }

// Index returns an element.
func (d *deque) Index(i int) starlark.Value { return d.items[i] }

// SetIndex replaces an element.
func (d *deque) SetIndex(i int, v starlark.Value) error {
	d.items[i] = v
	return nil
}

// Iterate goes over the elements as they come to be.
func (d *deque) Iterate() starlark.Iterator { return &dequeIterator{of: d} }

type dequeIterator struct {
	of *deque
	at int
}

func (it *dequeIterator) Next(p *starlark.Value) bool {
	if it.at >= len(it.of.items) {
		return false
	}
	*p = it.of.items[it.at]
	it.at++
	return true
}

func (it *dequeIterator) Done() {}

func (d *deque) append(v starlark.Value) error {
	if len(d.items) < d.most {
		d.items = append(d.items, v)
		return nil
	}
	if d.full {
		return script.Raise("IndexError", "full")
	}
	if d.most > 0 {
		d.items = append(d.items[1:], v)
	}
	return nil
}

func (d *deque) extend(from starlark.Value) error {
	it := starlark.Iterate(object.Native(from))
	if it == nil {
		return script.Raise("TypeError", "'%s' object isn't iterable", object.TypeName(from))
	}
	defer it.Done()
	var v starlark.Value
	for it.Next(&v) {
		if err := d.append(v); err != nil {
			return err
		}
	}
	return nil
}

func appendRight(c *script.Call) (any, error) { return nil, c.Self.(*deque).append(c.Args[0]) }

func appendLeft(c *script.Call) (any, error) {
	d := c.Self.(*deque)
	if len(d.items) >= d.most {
		if d.full {
			return nil, script.Raise("IndexError", "full")
		}
		if d.most == 0 {
			return nil, nil
		}
		d.items = d.items[:len(d.items)-1]
	}
	d.items = append([]starlark.Value{c.Args[0]}, d.items...)
	return nil, nil
}

func extend(c *script.Call) (any, error) { return nil, c.Self.(*deque).extend(c.Args[0]) }

func popRight(c *script.Call) (any, error) {
	d := c.Self.(*deque)
	last := len(d.items) - 1
	if last < 0 {
		return nil, script.Raise("IndexError", "empty")
	}
	v := d.items[last]
	d.items = d.items[:last]
	return v, nil
}

func popLeft(c *script.Call) (any, error) {
	d := c.Self.(*deque)
	if len(d.items) == 0 {
		return nil, script.Raise("IndexError", "empty")
	}
	v := d.items[0]
	d.items = d.items[1:]
	return v, nil
}
