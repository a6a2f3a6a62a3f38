package uctypes

import (
	"encoding/binary"
	"math"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// layout says how a structure lies in memory.
type layout int

const (
	little layout = iota // packed
	big                  // packed
	native               // aligned
)

func (l layout) order() binary.ByteOrder {
	if l == big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// How the 31 bits of a descriptor's number are shared out.
const (
	typeShift   = 27
	aggShift    = 29
	bitPosShift = 17
	bitLenShift = 22
)

// The kinds of aggregates.
const (
	aggStruct = iota
	aggPointer
	aggArray
)

// The types of scalars: even ones are unsigned up to the bit fields' end.
const (
	typeUint8  = 0
	typeBits   = 8 // the first bit field
	typeFloat  = 14
	typeDouble = 15
)

// pointerSize is that of a microcontroller.
const pointerSize = 4

// scalar is a number in memory.
type scalar struct {
	kind   int
	offset int64
	// pos and bits say where a bit field is in its number.
	pos, bits int
}

func scalarOf(n int64) scalar {
	n &= 1<<31 - 1
	s := scalar{kind: int(n >> typeShift), offset: n & (1<<typeShift - 1)}
	if s.isBits() {
		s.pos, s.bits = int(n>>bitPosShift&31), int(n>>bitLenShift&31)
		s.offset = n & (1<<bitPosShift - 1)
		if s.bits == 0 {
			s.bits = 32
		}
	}
	return s
}

func (s scalar) isBits() bool { return s.kind >= typeBits && s.kind < typeFloat }

func (s scalar) isSigned() bool { return s.kind&1 == 1 }

// size is how many bytes the number has.
func (s scalar) size() int {
	switch {
	case s.kind >= typeFloat:
		return 4 << (s.kind - typeFloat)
	case s.isBits():
		return 1 << ((s.kind - typeBits) / 2)
	}
	return 1 << (s.kind / 2)
}

func uintAt(b []byte, order binary.ByteOrder) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}

func putUint(b []byte, order binary.ByteOrder, n uint64) {
	switch len(b) {
	case 1:
		b[0] = byte(n)
	case 2:
		order.PutUint16(b, uint16(n))
	case 4:
		order.PutUint32(b, uint32(n))
	default:
		order.PutUint64(b, n)
	}
}

// load reads the number from its bytes.
func (s scalar) load(b []byte, order binary.ByteOrder) starlark.Value {
	n := uintAt(b, order)
	switch s.kind {
	case typeFloat:
		return starlark.Float(math.Float32frombits(uint32(n)))
	case typeDouble:
		return starlark.Float(math.Float64frombits(n))
	}
	width := 8 * len(b)
	if s.isBits() {
		width = s.bits
		n = n >> s.pos & (1<<width - 1)
	}
	if s.isSigned() {
		return starlark.MakeInt64(int64(n<<(64-width)) >> (64 - width))
	}
	return starlark.MakeUint64(n)
}

// store writes a number to its bytes: the low bits of an int, as C casts it.
func (s scalar) store(b []byte, order binary.ByteOrder, v starlark.Value) error {
	if s.kind >= typeFloat {
		f, ok := object.AsFloat(v)
		if !ok {
			return script.Raise("TypeError", "can't convert %s to float", object.TypeName(v))
		}
		if s.kind == typeFloat {
			putUint(b, order, uint64(math.Float32bits(float32(f))))
		} else {
			putUint(b, order, math.Float64bits(f))
		}
		return nil
	}
	i, ok := object.AsInt(v)
	if !ok {
		return script.Raise("TypeError", "can't convert %s to int", object.TypeName(v))
	}
	n := i.And(starlark.MakeUint64(math.MaxUint64))
	low, _ := n.Uint64()
	if s.isBits() {
		mask := uint64(1<<s.bits-1) << s.pos
		low = uintAt(b, order)&^mask | low<<s.pos&mask
	}
	putUint(b, order, low)
	return nil
}

// aggregate is a structure, pointer or array in a descriptor.
type aggregate struct {
	kind   int
	offset int64
	count  int            // of an array's elements
	elem   starlark.Value // the descriptor of an element, or of what is pointed to; of a structure, its fields
}

// isByte reports whether the elements are UINT8.
func (a aggregate) isByte() bool {
	n, ok := intOf(a.elem)
	return ok && scalarOf(n).kind == typeUint8
}

func intOf(v starlark.Value) (int64, bool) {
	n, ok := v.(starlark.Int)
	if !ok {
		return 0, false
	}
	return n.Int64()
}

// aggregateOf reads the tuple of a descriptor.
func aggregateOf(t starlark.Tuple) (aggregate, error) {
	if len(t) < 2 || len(t) > 3 {
		return aggregate{}, errDescriptor()
	}
	n, ok := intOf(t[0])
	if !ok {
		return aggregate{}, errDescriptor()
	}
	n &= 1<<31 - 1
	a := aggregate{kind: int(n >> aggShift), offset: n & (1<<aggShift - 1), elem: t[1]}
	if a.kind != aggArray {
		if len(t) != 2 || a.kind > aggArray {
			return a, errDescriptor()
		}
		return a, nil
	}
	second, ok := intOf(t[1])
	if !ok {
		return a, errDescriptor()
	}
	second &= 1<<31 - 1
	if len(t) == 3 {
		a.count, a.elem = int(second), t[2]
		return a, nil
	}
	a.count = int(second & (1<<typeShift - 1))
	a.elem = starlark.MakeInt64(second &^ (1<<typeShift - 1))
	return a, nil
}

// maxDepth bounds how deep descriptors nest.
const maxDepth = 50

// layoutOf returns the size of what a descriptor describes and to what it is aligned, in bytes.
func layoutOf(desc starlark.Value, how layout) (size, align int, err error) {
	return layoutIn(desc, how, 0)
}

func layoutIn(desc starlark.Value, how layout, depth int) (size, align int, err error) {
	if depth > maxDepth {
		return 0, 0, errDescriptor()
	}
	switch d := object.Native(desc).(type) {
	case starlark.Int:
		n, _ := d.Int64()
		size = scalarOf(n).size()
		return size, size, nil
	case starlark.Tuple:
		a, err := aggregateOf(d)
		switch {
		case err != nil:
			return 0, 0, err
		case a.kind == aggPointer:
			return pointerSize, pointerSize, nil
		}
		size, align, err = layoutIn(a.elem, how, depth+1)
		if a.kind == aggArray {
			size *= a.count
		}
		return size, align, err
	case starlark.IterableMapping:
		return fieldsLayout(d, how, depth)
	}
	return 0, 0, errDescriptor()
}

// fieldsLayout is that of a structure: up to the end of the last field, and when it is aligned up to where
// the next one in an array would begin.
func fieldsLayout(fields starlark.IterableMapping, how layout, depth int) (size, align int, err error) {
	align = 1
	for _, kv := range fields.Items() {
		n, a, err := layoutIn(kv[1], how, depth+1)
		if err != nil {
			return 0, 0, err
		}
		size, align = max(size, int(offsetOf(kv[1]))+n), max(align, a)
	}
	if how == native {
		size = (size + align - 1) / align * align
	}
	return size, align, nil
}

// offsetOf is where in its structure a field begins.
func offsetOf(desc starlark.Value) int64 {
	if n, ok := intOf(desc); ok {
		return scalarOf(n).offset
	}
	if t, ok := desc.(starlark.Tuple); ok {
		if a, err := aggregateOf(t); err == nil {
			return a.offset
		}
	}
	return 0
}
