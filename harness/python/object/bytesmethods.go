package object

import (
	"bytes"
	"encoding/hex"
	"slices"

	"go.starlark.net/starlark"
)

func newBytesValue(s string) starlark.Value     { return &Bytes{b: []byte(s)} }
func newBytearrayValue(s string) starlark.Value { return &Bytearray{b: []byte(s)} }

var bytesMethods = func() map[string]method[*Bytes] {
	all := map[string]method[*Bytes]{
		"decode": {min: 0, max: 2, kw: true, fn: func(b *Bytes, a *args) (starlark.Value, error) { return decodeAny(b.b, a) }},
		"encode": {min: 0, max: 2, kw: true, fn: bytesEncode},
		"hex":    {min: 0, max: 1, fn: func(b *Bytes, a *args) (starlark.Value, error) { return bytesHex(b.b, a) }},
	}
	for name, m := range textMethods {
		all[name] = method[*Bytes]{min: m.min, max: m.max, kw: m.kw, fn: func(b *Bytes, a *args) (starlark.Value, error) {
			return m.fn(text{s: string(b.b), bytes: true, like: newBytesValue, self: b}, a)
		}}
	}
	return all
}()

var bytearrayMethods = func() map[string]method[*Bytearray] {
	all := map[string]method[*Bytearray]{
		"decode":  {min: 0, max: 2, kw: true, fn: func(b *Bytearray, a *args) (starlark.Value, error) { return decodeAny(b.b, a) }},
		"hex":     {min: 0, max: 1, fn: func(b *Bytearray, a *args) (starlark.Value, error) { return bytesHex(b.b, a) }},
		"append":  {min: 1, max: 1, fn: bytearrayAppend},
		"extend":  {min: 1, max: 1, fn: bytearrayExtend},
		"insert":  {min: 2, max: 2, fn: bytearrayInsert},
		"pop":     {min: 0, max: 1, fn: bytearrayPop},
		"remove":  {min: 1, max: 1, fn: bytearrayRemove},
		"clear":   {fn: func(b *Bytearray, _ *args) (starlark.Value, error) { b.b = nil; return starlark.None, nil }},
		"reverse": {fn: func(b *Bytearray, _ *args) (starlark.Value, error) { slices.Reverse(b.b); return starlark.None, nil }},
		"copy":    {fn: func(b *Bytearray, _ *args) (starlark.Value, error) { return NewBytearray(bytes.Clone(b.b)), nil }},
	}
	for name, m := range textMethods {
		all[name] = method[*Bytearray]{min: m.min, max: m.max, kw: m.kw, fn: func(b *Bytearray, a *args) (starlark.Value, error) {
			return m.fn(text{s: string(b.b), bytes: true, like: newBytearrayValue, self: b}, a)
		}}
	}
	return all
}()

func bytesDecode(b []byte, a *args) (starlark.Value, error) {
	for i, name := range []string{"encoding", "errors"} {
		if v := a.named(i, name); v != nil {
			if _, ok := strOf(v); !ok {
				return nil, newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
			}
		}
	}
	return decode(b)
}

func bytesHex(b []byte, a *args) (starlark.Value, error) {
	if a.at(0) == nil {
		return NewStr(hex.EncodeToString(b)), nil
	}
	sep, err := a.str(0)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i, c := range b {
		if i > 0 {
			out = append(out, sep...)
		}
		out = hex.AppendEncode(out, []byte{c})
	}
	return NewStr(string(out)), nil
}

func bytearrayAppend(b *Bytearray, a *args) (starlark.Value, error) {
	c, err := lowByte(a.pos[0])
	if err != nil {
		return nil, err
	}
	b.b = append(b.b, c)
	return starlark.None, nil
}

func bytearrayExtend(b *Bytearray, a *args) (starlark.Value, error) {
	v := a.pos[0]
	if s, ok := strOf(v); ok { // which has a buffer
		v = NewBytes([]byte(s.s))
	}
	more, err := makeBytes(v, lowByte)
	if err != nil {
		return nil, err
	}
	if err := roomFor(len(b.b) + len(more)); err != nil {
		return nil, err
	}
	b.b = append(b.b, more...)
	return starlark.None, nil
}

func bytearrayInsert(b *Bytearray, a *args) (starlark.Value, error) {
	i, err := a.int(0, 0)
	if err != nil {
		return nil, err
	}
	c, err := lowByte(a.pos[1])
	if err != nil {
		return nil, err
	}
	b.b = slices.Insert(b.b, clampIndex(i, len(b.b)), c)
	return starlark.None, nil
}

func bytearrayPop(b *Bytearray, a *args) (starlark.Value, error) {
	i, err := a.int(0, -1)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += len(b.b)
	}
	if i < 0 || i >= len(b.b) {
		return nil, newError("IndexError", "bytearray index out of range")
	}
	c := b.b[i]
	b.b = slices.Delete(b.b, i, i+1)
	return starlark.MakeInt(int(c)), nil
}

func bytearrayRemove(b *Bytearray, a *args) (starlark.Value, error) {
	c, err := lowByte(a.pos[0])
	if err != nil {
		return nil, err
	}
	i := bytes.IndexByte(b.b, c)
	if i < 0 {
		return nil, newError("ValueError", "value not found in bytearray")
	}
	b.b = slices.Delete(b.b, i, i+1)
	return starlark.None, nil
}

// makeBytes is what bytes(v) and bytearray(v) hold: v zeros, the bytes of a bytes-like value, or
// what the ints are that v yields.
func makeBytes(v starlark.Value, element func(starlark.Value) (byte, error)) ([]byte, error) {
	if b, ok := bytesOf(v); ok {
		return bytes.Clone(b), nil
	}
	if n, ok := number(v).(starlark.Int); ok {
		count, ok := n.Int64()
		if !ok {
			return nil, newError("OverflowError", "overflow converting long int to machine word")
		}
		if count < 0 {
			return nil, newError("ValueError", "negative count")
		}
		if count > maxRepeat {
			return nil, newError("MemoryError", "memory allocation failed, allocating %s bytes", n)
		}
		return make([]byte, count), nil
	}
	if _, ok := strOf(v); ok {
		return nil, newError("TypeError", "string argument without an encoding")
	}
	out := []byte{}
	err := each(v, func(e starlark.Value) error {
		c, err := element(e)
		out = append(out, c)
		return err
	})
	return out, err
}
