// Package heapq is the script module heapq, also called uheapq: a list as a priority queue, the least
// element first (docs.micropython.org, heapq). The order of equal elements is that of MicroPython's module, which is
// CPython's.
package heapq

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of heapq.
func Module() *script.Module {
	return &script.Module{
		Name: "heapq", Aliases: []string{"uheapq"}, Lang: script.Python, Doc: "A list as a priority queue.",
		Funcs: []script.Func{
			{Name: "heappush", Params: "heap, item, /", Doc: "Adds item to the heap.", Call: push},
			{Name: "heappop", Params: "heap, /", Doc: "Takes the least element out; IndexError when there is none.", Call: pop},
			{Name: "heapify", Params: "x, /", Doc: "Makes a heap of a list, in place.", Call: heapify},
		},
	}
}

// heap is a list whose element i is not greater than its elements 2i+1 and 2i+2.
type heap struct{ *starlark.List }

func heapOf(c *script.Call) (heap, error) {
	l, ok := object.Native(c.Args[0]).(*starlark.List)
	if !ok {
		return heap{}, script.Raise("TypeError", "heap must be a list")
	}
	return heap{l}, c.Work(1)
}

// up moves the element at i towards the root, no further than start, until its parent is not greater.
func (h heap) up(start, i int) error {
	v := h.Index(i)
	for i > start {
		parent := (i - 1) / 2
		smaller, err := object.Less(v, h.Index(parent))
		if err != nil {
			return err
		}
		if !smaller {
			break
		}
		if err := h.SetIndex(i, h.Index(parent)); err != nil {
			return err
		}
		i = parent
	}
	return h.SetIndex(i, v)
}

// down moves the element at i to a leaf along the lesser children, and up from there to its place:
// most belong near the leaves, so that this compares less often than stopping on the way.
func (h heap) down(i int) error {
	start, v := i, h.Index(i)
	for child := 2*i + 1; child < h.Len(); child = 2*i + 1 {
		if right := child + 1; right < h.Len() {
			smaller, err := object.Less(h.Index(child), h.Index(right))
			if err != nil {
				return err
			}
			if !smaller {
				child = right
			}
		}
		if err := h.SetIndex(i, h.Index(child)); err != nil {
			return err
		}
		i = child
	}
	if err := h.SetIndex(i, v); err != nil {
		return err
	}
	return h.up(start, i)
}

func push(c *script.Call) (any, error) {
	h, err := heapOf(c)
	if err != nil {
		return nil, err
	}
	if err := h.Append(c.Args[1]); err != nil {
		return nil, err
	}
	return nil, h.up(0, h.Len()-1)
}

func pop(c *script.Call) (any, error) {
	h, err := heapOf(c)
	if err != nil {
		return nil, err
	}
	n := h.Len()
	if n == 0 {
		return nil, script.Raise("IndexError", "empty heap")
	}
	last, err := c.InvokeMethod(h.List, "pop")
	if err != nil || n == 1 {
		return last, err
	}
	least := h.Index(0)
	if err := h.SetIndex(0, last); err != nil {
		return nil, err
	}
	return least, h.down(0)
}

func heapify(c *script.Call) (any, error) {
	h, err := heapOf(c)
	if err != nil {
		return nil, err
	}
	for i := h.Len()/2 - 1; i >= 0; i-- {
		if err := h.down(i); err != nil {
			return nil, err
		}
		if err := c.Work(1); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
