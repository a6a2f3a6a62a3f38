package ustruct

import (
	"encoding/binary"
	"math"
	"math/big"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxSize is how many bytes a format takes at most, more than a module's memory.
const maxSize = 64 << 20

// field is an element of a format: count values of a kind from an offset on, or one of "s" with
// count bytes.
type field struct {
	kind   byte
	count  int
	width  int
	offset int
}

// layout is a parsed format.
type layout struct {
	order  binary.ByteOrder
	fields []field
	size   int
}

// width is how many bytes a value of a kind takes on a module of 32 bits, 0 for an unknown kind.
func width(kind byte) int {
	switch kind {
	case 'x', 'b', 'B', 's', '?':
		return 1
	case 'h', 'H', 'e':
		return 2
	case 'i', 'I', 'l', 'L', 'f', 'P':
		return 4
	case 'q', 'Q', 'd':
		return 8
	}
	return 0
}

func parse(format string) (*layout, error) {
	l := &layout{order: binary.LittleEndian}
	align := true
	if format != "" {
		switch format[0] {
		case '<':
			align, format = false, format[1:]
		case '>', '!':
			l.order = binary.BigEndian
			align, format = false, format[1:]
		case '@':
			format = format[1:]
		}
	}
	for format != "" {
		rest, err := l.add(format, align)
		if err != nil {
			return nil, err
		}
		format = rest
	}
	return l, nil
}

// add reads one element and returns what follows it.
func (l *layout) add(format string, align bool) (string, error) {
	f := field{count: 1}
	digits := 0
	for n := 0; digits < len(format) && format[digits] >= '0' && format[digits] <= '9'; digits++ {
		n = min(n*10+int(format[digits]-'0'), maxSize+1)
		f.count = n
	}
	if digits == len(format) {
		return "", errKind()
	}
	f.kind = format[digits]
	if f.width = width(f.kind); f.width == 0 {
		return "", errKind()
	}
	if f.count == 0 && f.kind != 's' {
		return format[digits+1:], nil // which is not even aligned
	}
	if align && l.size%f.width != 0 {
		l.size += f.width - l.size%f.width
	}
	f.offset = l.size
	l.size += f.count * f.width
	if l.size > maxSize {
		return "", script.Raise("MemoryError", "memory allocation failed, a format takes at most %d bytes", maxSize)
	}
	l.fields = append(l.fields, f)
	return format[digits+1:], nil
}

func errKind() error { return script.Raise("ValueError", "bad typecode") }

// pack writes values into out, which has the layout's size.
func (l *layout) pack(out []byte, values starlark.Tuple) error {
	next := func() starlark.Value {
		if len(values) == 0 {
			return nil
		}
		v := values[0]
		values = values[1:]
		return v
	}
	for _, f := range l.fields {
		switch f.kind {
		case 'x':
			clear(out[f.offset : f.offset+f.count])
			continue
		case 's':
			if err := putBytes(out[f.offset:f.offset+f.count], next()); err != nil {
				return err
			}
			continue
		}
		for i := range f.count {
			v := next()
			if v == nil {
				return nil
			}
			at := f.offset + i*f.width
			if err := l.put(out[at:at+f.width], f.kind, v); err != nil {
				return err
			}
		}
	}
	return nil
}

func putBytes(out []byte, v starlark.Value) error {
	if v == nil {
		return nil
	}
	b, ok := object.AsBytes(v)
	if !ok {
		return script.Raise("TypeError", "object with buffer protocol required")
	}
	clear(out[copy(out, b):])
	return nil
}

func (l *layout) put(out []byte, kind byte, v starlark.Value) error {
	switch kind {
	case 'e', 'f', 'd':
		x, err := script.ExactFloat(v)
		if err != nil {
			return err
		}
		l.putBits(out, floatBits(x, len(out)))
		return nil
	case '?':
		if out[0] = 0; object.Truth(v) {
			out[0] = 1
		}
		return nil
	}
	n, ok := object.AsInt(v)
	if !ok {
		return script.Raise("TypeError", "can't convert %s to int", object.TypeName(v))
	}
	l.putBits(out, lowBits(n))
	return nil
}

// lowBits are the lower 64 bits of an int in two's complement.
func lowBits(n starlark.Int) uint64 {
	if v, ok := n.Int64(); ok {
		return uint64(v)
	}
	mask := new(big.Int).SetUint64(math.MaxUint64)
	return mask.And(mask, n.BigInt()).Uint64()
}

func floatBits(x float64, width int) uint64 {
	switch width {
	case 2:
		return uint64(halfBits(x))
	case 4:
		return uint64(math.Float32bits(float32(x)))
	}
	return math.Float64bits(x)
}

func (l *layout) putBits(out []byte, bits uint64) {
	switch len(out) {
	case 1:
		out[0] = byte(bits)
	case 2:
		l.order.PutUint16(out, uint16(bits))
	case 4:
		l.order.PutUint32(out, uint32(bits))
	default:
		l.order.PutUint64(out, bits)
	}
}

// unpack reads the values of data, which has at least the layout's size.
func (l *layout) unpack(data []byte) script.Tuple {
	out := script.Tuple{}
	for _, f := range l.fields {
		switch f.kind {
		case 'x':
			continue
		case 's':
			out = append(out, data[f.offset:f.offset+f.count])
			continue
		}
		for i := range f.count {
			at := f.offset + i*f.width
			out = append(out, l.value(data[at:at+f.width], f.kind))
		}
	}
	return out
}

func (l *layout) value(b []byte, kind byte) any {
	bits := l.bits(b)
	switch kind {
	case 'e':
		return halfValue(uint16(bits))
	case 'f':
		return float64(math.Float32frombits(uint32(bits)))
	case 'd':
		return math.Float64frombits(bits)
	case '?':
		return bits != 0
	case 'b', 'h', 'i', 'l', 'q':
		shift := 64 - 8*len(b)
		return int64(bits<<shift) >> shift
	}
	return bits
}

func (l *layout) bits(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(l.order.Uint16(b))
	case 4:
		return uint64(l.order.Uint32(b))
	}
	return l.order.Uint64(b)
}
