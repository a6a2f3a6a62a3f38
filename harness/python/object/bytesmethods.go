package object

import (
	"bytes"
	"encoding/hex"
	"slices"

	"go.starlark.net/starlark"
)

// QuecPython's firmware up to 2025 is built without Unicode (QuecPython/microPython,
// ports/quectel/core/source/mpconfigport.h leaves MICROPY_PY_BUILTINS_STR_UNICODE at 0). A str there is
// a string of bytes and shares its methods with bytes (py/objstr.c, str8_locals_dict_table): it has
// decode, bytes have encode, decode takes bytes of any kind, and a bytearray is made of a str. Scripts
// count on these; a str counts characters here all the same, as in MicroPython elsewhere.

var strMethods = withText(map[string]Method[*Str]{
	"encode": {Max: 2, Kw: true, Fn: func(s *Str, a *Args) (starlark.Value, error) { return NewBytes([]byte(s.s)), a.encoding(0) }},
	"decode": {Max: 2, Kw: true, Fn: func(s *Str, _ *Args) (starlark.Value, error) { return s, nil }},
	"format": {Max: -1, Kw: true, Fn: strFormat},
})

var bytesMethods = withText(map[string]Method[*Bytes]{
	"decode": {Max: 2, Kw: true, Fn: bytesDecode},
	"encode": {Max: 2, Kw: true, Fn: func(b *Bytes, _ *Args) (starlark.Value, error) { return b, nil }},
	"hex":    {Max: 1, Fn: bytesHex},
})

var bytearrayMethods = withText(map[string]Method[*Bytearray]{
	"decode":  {Max: 2, Kw: true, Fn: ofBytes(bytesDecode)},
	"hex":     {Max: 1, Fn: ofBytes(bytesHex)},
	"append":  {Min: 1, Max: 1, Fn: bytearrayAppend},
	"extend":  {Min: 1, Max: 1, Fn: bytearrayExtend},
	"insert":  {Min: 2, Max: 2, Fn: bytearrayInsert},
	"pop":     {Max: 1, Fn: bytearrayPop},
	"remove":  {Min: 1, Max: 1, Fn: bytearrayRemove},
	"clear":   {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { b.b = nil; return starlark.None, nil }},
	"reverse": {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { slices.Reverse(b.b); return starlark.None, nil }},
	"copy":    {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { return NewBytearray(bytes.Clone(b.b)), nil }},
})

// ofBytes is a method of bytes for a bytearray.
func ofBytes(fn func(*Bytes, *Args) (starlark.Value, error)) func(*Bytearray, *Args) (starlark.Value, error) {
	return func(b *Bytearray, a *Args) (starlark.Value, error) { return fn(&b.Bytes, a) }
}

// encoding looks at the arguments encoding and errors, the first of which is the i-th: whatever they say,
// text is UTF-8, as on a module.
func (a *Args) encoding(i int) error {
	for k, name := range []string{"encoding", "errors"} {
		if v := a.Named(i+k, name); v != nil {
			if _, err := toStr(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// bytesDecode is bytes.decode, which keeps what is no UTF-8; str() refuses that.
func bytesDecode(b *Bytes, a *Args) (starlark.Value, error) {
	return NewStr(string(b.b)), a.encoding(0)
}

func bytesHex(of *Bytes, a *Args) (starlark.Value, error) {
	const texts = 2 // while one is made of the other
	if err := RoomLeft(hex.EncodedLen(len(of.b)) * texts); err != nil {
		return nil, err
	}
	if a.At(0) == nil {
		return NewStr(hex.EncodeToString(of.b)), nil
	}
	sep, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i, c := range of.b {
		if err := roomToGrow(cap(out), len(out)+len(sep)+hex.EncodedLen(1)); err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, sep...)
		}
		out = hex.AppendEncode(out, []byte{c})
	}
	return NewStr(string(out)), nil
}

// insert puts bytes at a place, where there is room.
func (b *Bytearray) insert(at int, more ...byte) error {
	if err := roomToGrow(cap(b.b), len(b.b)+len(more)); err != nil {
		return err
	}
	b.b = slices.Insert(b.b, at, more...)
	return nil
}

func bytearrayAppend(b *Bytearray, a *Args) (starlark.Value, error) {
	c, err := lowByte(a.Pos[0])
	if err != nil {
		return nil, err
	}
	return starlark.None, b.insert(len(b.b), c)
}

func bytearrayExtend(b *Bytearray, a *Args) (starlark.Value, error) {
	more, err := makeBytes(a.Pos[0], lowByte)
	if err != nil {
		return nil, err
	}
	return starlark.None, b.insert(len(b.b), more...)
}

func bytearrayInsert(b *Bytearray, a *Args) (starlark.Value, error) {
	i, err := a.Int(0, 0)
	if err != nil {
		return nil, err
	}
	c, err := lowByte(a.Pos[1])
	if err != nil {
		return nil, err
	}
	return starlark.None, b.insert(clampIndex(i, len(b.b)), c)
}

func bytearrayPop(b *Bytearray, a *Args) (starlark.Value, error) {
	i, err := a.Int(0, -1)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += len(b.b)
	}
	if i < 0 || i >= len(b.b) {
		return nil, Errorf("IndexError", "bytearray index out of range")
	}
	c := b.b[i]
	b.b = slices.Delete(b.b, i, i+1)
	return starlark.MakeInt(int(c)), nil
}

func bytearrayRemove(b *Bytearray, a *Args) (starlark.Value, error) {
	c, err := lowByte(a.Pos[0])
	if err != nil {
		return nil, err
	}
	i := bytes.IndexByte(b.b, c)
	if i < 0 {
		return nil, Errorf("ValueError", "value not found in bytearray")
	}
	b.b = slices.Delete(b.b, i, i+1)
	return starlark.None, nil
}

// bytesFrom is what bytes(…) and bytearray(…) hold.
func bytesFrom(a *Args, element func(starlark.Value) (byte, error)) ([]byte, error) {
	v := a.Named(0, "source")
	if v == nil {
		return []byte{}, nil
	}
	if s, ok := strOf(v); ok {
		if err := a.encoding(1); err != nil {
			return nil, err
		}
		if a.Name == "bytes" && len(a.Pos)+len(a.Kw) == 1 {
			return nil, Errorf("TypeError", "string argument without an encoding")
		}
		return []byte(s.s), nil
	}
	if len(a.Pos) > 1 {
		return nil, Errorf("TypeError", "wrong number of arguments")
	}
	return makeBytes(v, element)
}

// makeBytes is what bytes(v) and bytearray(v) hold: v zeros, the bytes of a bytes-like value, or
// what the ints are that v yields.
func makeBytes(v starlark.Value, element func(starlark.Value) (byte, error)) ([]byte, error) {
	if err := RoomLeft(BytesIn(v)); err != nil {
		return nil, err
	}
	if b, ok := AsBytes(v); ok {
		return b, nil
	}
	if n, ok := AsInt(v); ok {
		count, ok := n.Int64()
		if !ok {
			return nil, Errorf("OverflowError", "overflow converting long int to machine word")
		}
		if count < 0 {
			return nil, Errorf("ValueError", "negative count")
		}
		if err := RoomFor(int(count)); err != nil {
			return nil, err
		}
		return make([]byte, count), nil
	}
	out := []byte{}
	err := Each(v, func(e starlark.Value) error {
		c, err := element(e)
		if err == nil {
			err = roomToGrow(cap(out), len(out)+1)
		}
		out = append(out, c)
		return err
	})
	return out, err
}
