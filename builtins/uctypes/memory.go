package uctypes

import (
	"unsafe"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// firstAddress is that of the first buffer which is asked for its address, where many microcontrollers
// have their memory.
const firstAddress = 0x20000000

// What the memory with addresses may come to, in bytes and buffers: it stays until the run ends.
const (
	maxBytes   = 64 << 20
	maxRegions = 1 << 16
)

// memory is what has an address.
type memory struct {
	class   *script.Class // of what lies on it
	regions []region
	next    int64
	held    int
}

// region is memory with an address. of is the immutable value whose copy it is, if any.
type region struct {
	addr  int64
	bytes []byte
	of    starlark.Value
}

func (m *memory) room(n int) error {
	if m.held+n > maxBytes || len(m.regions) == maxRegions {
		return script.Raise("MemoryError", "uctypes: too much memory has an address")
	}
	return nil
}

func (m *memory) add(r region) error {
	if err := m.room(len(r.bytes)); err != nil {
		return err
	}
	m.held += len(r.bytes)
	m.regions = append(m.regions, r)
	return nil
}

// at returns n bytes of memory at an address, that of the newest buffer which has them all.
func (m *memory) at(addr int64, n int) ([]byte, bool) {
	for i := len(m.regions) - 1; i >= 0; i-- {
		r := m.regions[i]
		if off := addr - r.addr; off >= 0 && off+int64(n) <= int64(len(r.bytes)) {
			return r.bytes[off : off+int64(n)], true
		}
	}
	return nil, false
}

// addressOf returns the address of memory, which may be part of what has one already.
func (m *memory) addressOf(b []byte) (int64, error) {
	p := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	for i := len(m.regions) - 1; i >= 0; i-- {
		r := m.regions[i]
		start := uintptr(unsafe.Pointer(unsafe.SliceData(r.bytes)))
		if p >= start && p+uintptr(len(b)) <= start+uintptr(len(r.bytes)) && len(r.bytes) > 0 {
			return r.addr + int64(p-start), nil
		}
	}
	return m.place(region{bytes: b})
}

// addressOfConstant returns the address of a copy of what a bytes or str holds.
func (m *memory) addressOfConstant(v starlark.Value, b []byte) (int64, error) {
	for _, r := range m.regions {
		if r.of == v {
			return r.addr, nil
		}
	}
	return m.place(region{bytes: b, of: v})
}

// place gives a region the next free address, a multiple of 16.
func (m *memory) place(r region) (int64, error) {
	r.addr = m.next
	if err := m.add(r); err != nil {
		return 0, err
	}
	m.next += int64(len(r.bytes)+31) &^ 15
	return r.addr, nil
}
