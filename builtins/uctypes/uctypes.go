// Package uctypes is the script module uctypes: memory seen through the layout of a C structure
// (docs.micropython.org, uctypes; the numbers of a descriptor are those of extmod/moductypes.c).
//
// Addresses are made up: addressof gives the memory of a buffer one, of 32 bits, and struct, bytes_at and
// bytearray_at reach what has one. Elsewhere is no memory: a read or write there is a ValueError where a
// module would hang or break; bytes_at and bytearray_at find zeros.
package uctypes

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of uctypes.
func Module() *script.Module {
	class := &script.Class{Name: "struct", Hidden: true, Doc: "What struct returns: its fields, or elements, are read and set."}
	return &script.Module{
		Name: "uctypes", Aliases: []string{"ctypes"}, Lang: script.Python, Doc: "Memory as a C structure.",
		New: func(*script.Interp) (any, error) { return &memory{next: firstAddress, class: class}, nil },
		Funcs: []script.Func{
			{Name: "struct", Params: "addr, descriptor, layout=2, /", Doc: "The memory at addr as the descriptor lays it out.", Call: newStruct},
			{Name: "sizeof", Params: "struct, layout=2, /", Doc: "The size of a structure or descriptor in bytes.", Call: sizeOf},
			{Name: "addressof", Params: "obj, /", Doc: "The address of a buffer's memory.", Call: addressOf},
			{Name: "bytes_at", Params: "addr, size, /", Doc: "A copy of memory.", Call: bytesAt},
			{Name: "bytearray_at", Params: "addr, size, /", Doc: "Memory as a bytearray that shares it.", Call: bytearrayAt},
		},
		Classes: []*script.Class{class},
		Consts:  constants(),
	}
}

// constants are the layouts, the types of C and what makes up a descriptor.
func constants() []script.Const {
	out := []script.Const{
		{Name: "LITTLE_ENDIAN", Value: int(little), Doc: "Packed, the low byte first."},
		{Name: "BIG_ENDIAN", Value: int(big), Doc: "Packed, the high byte first."},
		{Name: "NATIVE", Value: int(native), Doc: "Aligned, the low byte first."},
		{Name: "BF_POS", Value: bitPosShift, Doc: "By how much the place of a bit field is shifted."},
		{Name: "BF_LEN", Value: bitLenShift, Doc: "By how much the length of a bit field is shifted."},
		{Name: "PTR", Value: signed(aggPointer << aggShift), Doc: "A pointer."},
		{Name: "ARRAY", Value: signed(aggArray << aggShift), Doc: "An array."},
	}
	for i, name := range []string{"UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64",
		"BFUINT8", "BFINT8", "BFUINT16", "BFINT16", "BFUINT32", "BFINT32", "FLOAT32", "FLOAT64"} {
		out = append(out, script.Const{Name: name, Value: signed(i << typeShift), Doc: "A type of that size."})
	}
	for _, c := range []struct {
		name string
		of   int
	}{{"VOID", 0}, {"SHORT", 3}, {"USHORT", 2}, {"INT", 5}, {"UINT", 4}, {"LONG", 5}, {"ULONG", 4}, {"LONGLONG", 7}, {"ULONGLONG", 6}} {
		out = append(out, script.Const{Name: c.name, Value: signed(c.of << typeShift), Doc: "C's type of that name."})
	}
	return out
}

// signed is a number of 31 bits as the small int that scripts see.
func signed(n int) int { return int(int32(uint32(n)<<1)) >> 1 }

func newStruct(c *script.Call) (any, error) {
	addr, how := int64(0), int(native)
	if err := c.Unpack(&addr, nil, &how); err != nil {
		return nil, err
	}
	return view{in: c.Interp, mem: c.State().(*memory), addr: addr, how: layout(how), desc: c.Args[1]}.value(), nil
}

func sizeOf(c *script.Call) (any, error) {
	how := int(native)
	if err := c.Unpack(nil, &how); err != nil {
		return nil, err
	}
	if s, ok := c.Args[0].(viewer); ok {
		if c.Args[1] != nil {
			return nil, errDescriptor()
		}
		n, _, err := layoutOf(s.seen().desc, s.seen().how)
		return n, err
	}
	if b, ok := c.Args[0].(*object.Bytearray); ok {
		return b.Len(), nil // an array of UINT8
	}
	if _, isInt := object.AsInt(c.Args[0]); isInt {
		return nil, errDescriptor()
	}
	n, _, err := layoutOf(c.Args[0], layout(how))
	return n, err
}

func addressOf(c *script.Call) (any, error) {
	m := c.State().(*memory)
	if s, ok := c.Args[0].(viewer); ok {
		return s.seen().addr, nil
	}
	b, ok := object.AsBuffer(c.Args[0])
	if !ok {
		if b, ok = object.AsBytes(c.Args[0]); !ok {
			return nil, script.Raise("TypeError", "object with buffer protocol required")
		}
		return m.addressOfConstant(c.Args[0], b)
	}
	return m.addressOf(b)
}

func bytesAt(c *script.Call) (any, error) {
	b, err := memoryAt(c)
	return append([]byte{}, b...), err
}

func bytearrayAt(c *script.Call) (any, error) {
	b, err := memoryAt(c)
	return object.NewBytearray(b), err
}

func memoryAt(c *script.Call) ([]byte, error) {
	addr, n := int64(0), 0
	if err := c.Unpack(&addr, &n); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	m := c.State().(*memory)
	if b, ok := m.at(addr, n); ok {
		return b, nil
	}
	if err := m.room(n); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	return b, m.add(region{addr: addr, bytes: b})
}

func errDescriptor() error { return script.Raise("TypeError", "syntax error in uctypes descriptor") }

// field returns what a structure's descriptor says of a name.
func field(desc starlark.Value, name string) (starlark.Value, error) {
	d, ok := object.Native(desc).(starlark.Mapping)
	if !ok {
		return nil, script.Raise("TypeError", "struct: no fields")
	}
	v, found, err := d.Get(object.NewStr(name))
	if err == nil && !found {
		return nil, script.RaiseArgs("KeyError", nil, name)
	}
	return v, err
}
