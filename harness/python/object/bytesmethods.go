package object

import (
	"bytes"
	"encoding/hex"
	"slices"

	"go.starlark.net/starlark"
)

func newBytesValue(s string) starlark.Value     { return &Bytes{b: []byte(s)} }
func newBytearrayValue(s string) starlark.Value { return &Bytearray{b: []byte(s)} }

var bytesMethods = func() map[string]Method[*Bytes] {
	all := map[string]Method[*Bytes]{
		"decode": {Min: 0, Max: 2, Kw: true, Fn: func(b *Bytes, a *Args) (starlark.Value, error) { return decodeAny(b.b, a) }},
		"encode": {Min: 0, Max: 2, Kw: true, Fn: bytesEncode},
		"hex":    {Min: 0, Max: 1, Fn: func(b *Bytes, a *Args) (starlark.Value, error) { return bytesHex(b.b, a) }},
	}
	for name, m := range textMethods {
		all[name] = Method[*Bytes]{Min: m.min, Max: m.max, Kw: m.kw, Fn: func(b *Bytes, a *Args) (starlark.Value, error) {
			if err := RoomLeft(len(b.b)); err != nil {
				return nil, err
			}
			return m.fn(text{s: string(b.b), bytes: true, like: newBytesValue, self: b}, a)
		}}
	}
	return all
}()

var bytearrayMethods = func() map[string]Method[*Bytearray] {
	all := map[string]Method[*Bytearray]{
		"decode":  {Min: 0, Max: 2, Kw: true, Fn: func(b *Bytearray, a *Args) (starlark.Value, error) { return decodeAny(b.b, a) }},
		"hex":     {Min: 0, Max: 1, Fn: func(b *Bytearray, a *Args) (starlark.Value, error) { return bytesHex(b.b, a) }},
		"append":  {Min: 1, Max: 1, Fn: bytearrayAppend},
		"extend":  {Min: 1, Max: 1, Fn: bytearrayExtend},
		"insert":  {Min: 2, Max: 2, Fn: bytearrayInsert},
		"pop":     {Min: 0, Max: 1, Fn: bytearrayPop},
		"remove":  {Min: 1, Max: 1, Fn: bytearrayRemove},
		"clear":   {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { b.b = nil; return starlark.None, nil }},
		"reverse": {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { slices.Reverse(b.b); return starlark.None, nil }},
		"copy":    {Fn: func(b *Bytearray, _ *Args) (starlark.Value, error) { return NewBytearray(bytes.Clone(b.b)), nil }},
	}
	for name, m := range textMethods {
		all[name] = Method[*Bytearray]{Min: m.min, Max: m.max, Kw: m.kw, Fn: func(b *Bytearray, a *Args) (starlark.Value, error) {
			return m.fn(text{s: string(b.b), bytes: true, like: newBytearrayValue, self: b}, a)
		}}
	}
	return all
}()

func bytesDecode(b []byte, a *Args) (starlark.Value, error) {
	for i, name := range []string{"encoding", "errors"} {
		if v := a.Named(i, name); v != nil {
			if _, ok := strOf(v); !ok {
				return nil, Errorf("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
			}
		}
	}
	return decode(b)
}

func bytesHex(b []byte, a *Args) (starlark.Value, error) {
	const texts = 2 // while one is made of the other
	if err := RoomLeft(hex.EncodedLen(len(b)) * texts); err != nil {
		return nil, err
	}
	if a.At(0) == nil {
		return NewStr(hex.EncodeToString(b)), nil
	}
	sep, err := a.Str(0)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i, c := range b {
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

func bytearrayAppend(b *Bytearray, a *Args) (starlark.Value, error) {
	c, err := lowByte(a.Pos[0])
	if err != nil {
		return nil, err
	}
	if err := roomToGrow(cap(b.b), len(b.b)+1); err != nil {
		return nil, err
	}
	b.b = append(b.b, c)
	return starlark.None, nil
}

func bytearrayExtend(b *Bytearray, a *Args) (starlark.Value, error) {
	v := a.Pos[0]
	if s, ok := strOf(v); ok { // which has a buffer
		v = NewBytes([]byte(s.s))
	}
	more, err := makeBytes(v, lowByte)
	if err != nil {
		return nil, err
	}
	if err := roomToGrow(cap(b.b), len(b.b)+len(more)); err != nil {
		return nil, err
	}
	b.b = append(b.b, more...)
	return starlark.None, nil
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
	if err := roomToGrow(cap(b.b), len(b.b)+1); err != nil {
		return nil, err
	}
	b.b = slices.Insert(b.b, clampIndex(i, len(b.b)), c)
	return starlark.None, nil
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

// makeBytes is what bytes(v) and bytearray(v) hold: v zeros, the bytes of a bytes-like value, or
// what the ints are that v yields.
func makeBytes(v starlark.Value, element func(starlark.Value) (byte, error)) ([]byte, error) {
	if b, ok := bytesOf(v); ok {
		if err := RoomLeft(len(b)); err != nil {
			return nil, err
		}
		return bytes.Clone(b), nil
	}
	if n, ok := number(v).(starlark.Int); ok {
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
	if _, ok := strOf(v); ok {
		return nil, Errorf("TypeError", "string argument without an encoding")
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
