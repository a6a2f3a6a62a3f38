// Package queue is the script module queue: queues between threads, as QuecPython documents them
// (python.quectel.com, API reference, queue).
//
// put(data) returns False when max_size elements wait already; get() waits for an element, without
// end as on a module. Who waits longest gets the next element.
package queue

import (
	"context"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// queue is a script's queue. The interpreter lock guards it.
type queue struct {
	most    int
	items   []starlark.Value
	waiting []chan starlark.Value // who waits in get, the oldest first; each holds one element
}

// Module is the table of queue.
func Module() *script.Module {
	return &script.Module{
		Name: "queue", Lang: script.Python, Doc: "Queues between threads.",
		Classes: []*script.Class{{
			Name: "Queue", Doc: "A queue.",
			Init: script.Func{Params: "max_size=100, maxsize=None", Doc: "Makes a queue of at most max_size elements.", Call: newQueue},
			Methods: []script.Func{
				{Name: "put", Params: "data=None", Doc: "Puts data in: True, or False when the queue is full.", Call: put},
				{Name: "get", Doc: "Takes the oldest element out; waits for one.", Call: get},
				{Name: "empty", Doc: "Whether nothing is in.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*queue).items) == 0, nil }},
				{Name: "size", Doc: "How many elements are in.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*queue).items), nil }},
			},
		}},
	}
}

// newQueue takes the size under the name of the documentation and that of the vendor's source.
func newQueue(c *script.Call) (any, error) {
	q := &queue{most: 100}
	return q, c.Unpack(&q.most, &q.most)
}

func put(c *script.Call) (any, error) {
	q := c.Self.(*queue)
	var v starlark.Value = starlark.None
	if c.Args[0] != nil {
		v = c.Args[0]
	}
	if len(q.waiting) > 0 {
		q.waiting[0] <- v
		q.waiting = q.waiting[1:]
		return true, nil
	}
	if len(q.items) >= q.most {
		return false, nil
	}
	q.items = append(q.items, v)
	return true, nil
}

func get(c *script.Call) (any, error) {
	q := c.Self.(*queue)
	if len(q.items) > 0 {
		v := q.items[0]
		q.items = q.items[1:]
		return v, nil
	}
	place := make(chan starlark.Value, 1)
	q.waiting = append(q.waiting, place)
	var v starlark.Value
	err := c.Block(func(ctx context.Context) error {
		select {
		case v = <-place:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	if err != nil {
		q.leave(place, v)
		return nil, err
	}
	return v, nil
}

// leave takes a thread that must end out of the line; an element that it got already goes back to
// the front.
func (q *queue) leave(place chan starlark.Value, got starlark.Value) {
	for i, w := range q.waiting {
		if w == place {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return
		}
	}
	if got == nil {
		got = <-place
	}
	if len(q.waiting) > 0 {
		q.waiting[0] <- got
		q.waiting = q.waiting[1:]
		return
	}
	q.items = append([]starlark.Value{got}, q.items...)
}
