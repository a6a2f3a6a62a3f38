package object

import (
	"encoding/binary"
	"math"
	"math/big"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Array is array.array: numbers of one type in the machine's form, little-endian as on every module.
type Array struct {
	code byte
	b    []byte
}

var (
	_ starlark.HasSetIndex = (*Array)(nil)
	_ starlark.Sliceable   = (*Array)(nil)
	_ starlark.HasBinary   = (*Array)(nil)
	_ starlark.Comparable  = (*Array)(nil)
	_ starlark.HasAttrs    = (*Array)(nil)
)

// itemSizes are the sizes of the type codes in bytes, as on a 32-bit module: l and L take four.
var itemSizes = map[byte]int{'b': 1, 'B': 1, 'h': 2, 'H': 2, 'i': 4, 'I': 4, 'l': 4, 'L': 4, 'q': 8, 'Q': 8, 'f': 4, 'd': 8}

// ArrayClass is the class array.array.
func ArrayClass() starlark.Value { return valueTypes["array"] }

func makeArray(a *Args) (starlark.Value, error) {
	code, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	if code == "" || itemSizes[code[0]] == 0 { // further letters do not count
		return nil, Errorf("ValueError", "bad typecode")
	}
	arr := &Array{code: code[0]}
	if v := a.At(1); v != nil {
		if _, ok := v.(starlark.Int); ok {
			return nil, Errorf("TypeError", "'int' object isn't iterable")
		}
		return arr, arr.extend(v)
	}
	return arr, nil
}

func (a *Array) size() int { return itemSizes[a.code] }

func (a *Array) String() string {
	if a.Len() == 0 {
		return "array('" + string(a.code) + "')"
	}
	items := make([]string, a.Len())
	for i := range items {
		items[i] = Repr(a.Index(i))
	}
	return "array('" + string(a.code) + "', [" + strings.Join(items, ", ") + "])"
}
func (a *Array) Type() string         { return "array" }
func (a *Array) Freeze()              {}
func (a *Array) Truth() starlark.Bool { return len(a.b) > 0 }
func (a *Array) Len() int             { return len(a.b) / a.size() }

// Hash fails: an array changes.
func (a *Array) Hash() (uint32, error) {
	return 0, Errorf("TypeError", "unsupported type for __hash__: 'array'")
}

// Index returns the i-th number.
func (a *Array) Index(i int) starlark.Value {
	n := a.size()
	return loadItem(a.code, a.b[i*n:(i+1)*n])
}

// loadItem reads a number in its machine form.
func loadItem(code byte, b []byte) starlark.Value {
	switch code {
	case 'b':
		return starlark.MakeInt(int(int8(b[0])))
	case 'B':
		return starlark.MakeInt(int(b[0]))
	case 'h':
		return starlark.MakeInt(int(int16(binary.LittleEndian.Uint16(b))))
	case 'H':
		return starlark.MakeInt(int(binary.LittleEndian.Uint16(b)))
	case 'i', 'l':
		return starlark.MakeInt(int(int32(binary.LittleEndian.Uint32(b))))
	case 'I', 'L':
		return starlark.MakeInt(int(binary.LittleEndian.Uint32(b)))
	case 'q':
		return starlark.MakeInt64(int64(binary.LittleEndian.Uint64(b)))
	case 'Q':
		return starlark.MakeUint64(binary.LittleEndian.Uint64(b))
	case 'f':
		return starlark.Float(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return starlark.Float(math.Float64frombits(binary.LittleEndian.Uint64(b)))
}

// storeItem appends the machine form of a number; too large an int loses its high bits, as on a
// module.
func storeItem(out []byte, code byte, v starlark.Value) ([]byte, error) {
	switch code {
	case 'f', 'd':
		f, err := toFloat(v)
		if err != nil {
			return out, err
		}
		if code == 'f' {
			return binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(f))), nil
		}
		return binary.LittleEndian.AppendUint64(out, math.Float64bits(f)), nil
	}
	i, ok := number(Native(v)).(starlark.Int)
	if !ok {
		return out, Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
	low := new(big.Int).And(i.BigInt(), new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	for range itemSizes[code] {
		out = append(out, byte(low))
		low >>= 8
	}
	return out, nil
}

// SetIndex stores a number.
func (a *Array) SetIndex(i int, v starlark.Value) error {
	item, err := storeItem(nil, a.code, v)
	if err == nil {
		copy(a.b[i*a.size():], item)
	}
	return err
}

// Slice returns a copy of a part.
func (a *Array) Slice(start, end, step int) starlark.Value {
	out := &Array{code: a.code}
	n := a.size()
	for i := start; step > 0 && i < end || step < 0 && i > end; i += step {
		out.b = append(out.b, a.b[i*n:(i+1)*n]...)
	}
	return out
}

// setSlice replaces a part by that of an array whose numbers have the same size, or by bytes where
// they have one byte.
func (a *Array) setSlice(from, to int, w starlark.Value) error {
	switch w.(type) {
	case *Array, *Bytes, *Bytearray, *Memoryview:
	default:
		return Errorf("NotImplementedError", "array/bytes required on right side")
	}
	if sizeOf(w) != a.size() {
		return Errorf("ValueError", "lhs and rhs should be compatible")
	}
	part, _ := AsBytes(w)
	n := a.size()
	tail := append(part, a.b[max(from, to)*n:]...)
	a.b = append(a.b[:from*n:from*n], tail...)
	return nil
}

// Iterate yields the numbers.
func (a *Array) Iterate() starlark.Iterator { return &indexIterator{of: a} }

// CompareSameType compares the memory, as MicroPython does: arrays of floats and those whose numbers
// differ in size do not compare, and only unsigned ones have an order.
func (a *Array) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	b := y.(*Array)
	x, code := a.code|0x20, b.code|0x20
	ordered := op != syntax.EQL && op != syntax.NEQ
	if x != code || x == 'f' || x == 'd' || ordered && (x == a.code || code == b.code) {
		return false, Errorf("NotImplementedError", "")
	}
	return compareBytes(op, a.b, NewBytes(b.b))
}

// Binary is + with an array or what has a buffer, and in.
func (a *Array) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch {
	case op == syntax.IN && side == starlark.Right:
		if _, isNumber := AsFloat(y); isNumber {
			return nil, Errorf("NotImplementedError", "")
		}
		return starlark.False, nil
	case op == syntax.PLUS && side == starlark.Left:
		out := &Array{code: a.code, b: append([]byte(nil), a.b...)}
		return out, out.add(y)
	}
	return nil, nil
}

// add appends raw memory, for + and +=.
func (a *Array) add(y starlark.Value) error {
	b, ok := AsBytes(y)
	if _, isText := strOf(y); !ok || isText {
		return Errorf("TypeError", "object with buffer protocol required")
	}
	return a.addBytes(b)
}

// addBytes appends bytes, as many as make whole numbers.
func (a *Array) addBytes(b []byte) error {
	if err := roomToGrow(cap(a.b), len(a.b)+len(b)); err != nil {
		return err
	}
	a.b = append(a.b, b[:len(b)/a.size()*a.size()]...)
	return nil
}

// append appends a number.
func (a *Array) append(v starlark.Value) error {
	if err := roomToGrow(cap(a.b), len(a.b)+a.size()); err != nil {
		return err
	}
	b, err := storeItem(a.b, a.code, v)
	if err == nil {
		a.b = b
	}
	return err
}

func (a *Array) extend(v starlark.Value) error {
	switch v.(type) {
	case *Bytes, *Bytearray: // raw memory
		b, _ := bytesOf(v)
		return a.addBytes(b)
	}
	return Each(v, a.append)
}

var arrayMethods = map[string]Method[*Array]{
	"append": {Min: 1, Max: 1, Fn: func(a *Array, x *Args) (starlark.Value, error) {
		return starlark.None, a.append(x.Pos[0])
	}},
	"extend": {Min: 1, Max: 1, Fn: func(a *Array, x *Args) (starlark.Value, error) {
		_, isRaw := bytesOf(x.Pos[0])
		if _, isText := strOf(x.Pos[0]); isRaw && !isText {
			return starlark.None, a.add(x.Pos[0]) // raw memory, of another array too
		}
		return starlark.None, a.extend(x.Pos[0])
	}},
	"decode": {Max: 2, Fn: func(a *Array, _ *Args) (starlark.Value, error) { return NewStr(string(a.b)), nil }},
}

// Attr returns a method.
func (a *Array) Attr(name string) (starlark.Value, error) { return MethodOf(arrayMethods, a, name) }

// AttrNames lists the methods.
func (a *Array) AttrNames() []string { return MethodNames(arrayMethods) }
