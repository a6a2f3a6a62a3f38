package micropython

import (
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxRing is how many bytes a RingIO's memory may have (py/ringbuf.h: 16 bits).
const maxRing = 1<<16 - 1

// ring is a script's RingIO: bytes that one side writes and another reads. One byte of its memory stays
// free, as in MicroPython.
type ring struct {
	held []byte
	most int
}

func ringClass() *script.Class {
	return &script.Class{
		Name: "RingIO", Doc: "A stream of bytes in memory, between a callback and the rest of a script.",
		Init: script.Func{Params: "size, /", Doc: "Makes one of size bytes, or in the memory of a buffer, of which one byte stays free.", Call: newRing},
		Methods: []script.Func{
			{Name: "any", Params: "/", Doc: "How many bytes there are to read.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*ring).held), nil }},
			{Name: "read", Params: "nbytes=-1, /", Doc: "Reads what there is, nbytes at most; never waits.", Call: ringRead},
			{Name: "readinto", Params: "buf, nbytes=-1, /", Doc: "Reads into a buffer; returns how many bytes.", Call: ringReadInto},
			{Name: "readline", Params: "nbytes=-1, /", Doc: "Reads to the end of the line, nbytes at most, or what there is.", Call: ringReadLine},
			{Name: "write", Params: "buf, /", Doc: "Writes what there is room for; returns how many bytes.", Call: ringWrite},
			{Name: "close", Params: "/", Doc: "Does nothing.", Call: func(*script.Call) (any, error) { return nil, nil }},
		},
		Show: func(any) string { return "<RingIO>" },
	}
}

func newRing(c *script.Call) (any, error) {
	memory := 0
	if buf, ok := object.AsBuffer(c.Args[0]); ok {
		memory = len(buf)
	} else if err := c.Unpack(&memory); err != nil {
		return nil, err
	} else {
		memory++
	}
	if memory < 2 || memory > maxRing {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	return &ring{most: memory - 1}, nil
}

// take takes n bytes out, all when n is less than nothing.
func (r *ring) take(n int) []byte {
	if n < 0 || n > len(r.held) {
		n = len(r.held)
	}
	out := r.held[:n:n]
	r.held = r.held[n:]
	return out
}

func ringRead(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	return c.Self.(*ring).take(n), nil
}

func ringReadInto(c *script.Call) (any, error) {
	into, ok := object.AsBuffer(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	n := -1
	if err := c.Unpack(nil, &n); err != nil {
		return nil, err
	}
	if n < 0 || n > len(into) {
		n = len(into)
	}
	return copy(into, c.Self.(*ring).take(n)), nil
}

func ringReadLine(c *script.Call) (any, error) {
	r, n := c.Self.(*ring), -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 || n > len(r.held) {
		n = len(r.held)
	}
	for i, b := range r.held[:n] {
		if b == '\n' {
			n = i + 1
			break
		}
	}
	return r.take(n), nil
}

func ringWrite(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	r := c.Self.(*ring)
	n := min(len(data), r.most-len(r.held))
	r.held = append(r.held, data[:n]...)
	return n, nil
}
