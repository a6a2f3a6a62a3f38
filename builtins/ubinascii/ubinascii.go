// Package ubinascii is the script module ubinascii, also called binascii: bytes to and from hex and
// base64.
package ubinascii

import (
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"math/big"
	"strings"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of ubinascii.
func Module() *script.Module {
	return &script.Module{
		Name: "ubinascii", Aliases: []string{"binascii"}, Doc: "Bytes to and from hex and base64.",
		Funcs: []script.Func{
			{Name: "hexlify", Params: "data, sep='', /", Doc: "Bytes of hex digits, sep between the bytes.", Call: hexlify},
			{Name: "unhexlify", Params: "data, /", Doc: "The bytes of hex digits; ValueError for others.", Call: unhexlify},
			{Name: "a2b_base64", Params: "data, /", Doc: "The bytes of base64; ValueError for what is none.", Call: fromBase64},
			{Name: "b2a_base64", Params: "data, /, newline=True", Doc: "Base64, with a line feed at its end unless newline is false.", Call: toBase64},
			{Name: "crc32", Params: "data, value=0, /", Doc: "CRC-32, carried on from value.", Call: crc},
		},
	}
}

func hexlify(c *script.Call) (any, error) {
	var data []byte
	var text string
	if err := c.Unpack(&data, &text); err != nil {
		return nil, err
	}
	var sep []byte
	if c.Args[1] != nil { // of which only the first byte counts
		sep = append([]byte(text), 0)[:1]
	}
	out := make([]byte, 0, len(data)*(2+len(sep)))
	for i, b := range data {
		if i > 0 {
			out = append(out, sep...)
		}
		out = hex.AppendEncode(out, []byte{b})
	}
	return out, nil
}

// unhexlify reads pairs of hex digits, with white space between them if need be.
func unhexlify(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(data)/2)
	for len(data) > 0 {
		if data[0] == ' ' || data[0] >= '\t' && data[0] <= '\r' {
			data = data[1:]
			continue
		}
		var err error
		if len(data) > 1 {
			out, err = hex.AppendDecode(out, data[:2])
		}
		if len(data) == 1 || err != nil {
			return nil, script.Raise("ValueError", "non-hex digit")
		}
		data = data[2:]
	}
	return out, nil
}

// fromBase64 skips what is no character of base64; a complete padding ends the data.
func fromBase64(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(data)*3/4)
	shift, bits, padded := uint32(0), 0, false
	for _, b := range data {
		if b == '=' {
			if bits == 2 || bits == 4 && padded {
				return out, nil
			}
			padded = true
		}
		sextet := strings.IndexByte(alphabet, b)
		if sextet < 0 {
			continue
		}
		padded = false
		shift, bits = shift<<6|uint32(sextet), bits+6
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(shift>>bits))
		}
	}
	if bits > 0 {
		return nil, script.Raise("ValueError", "incorrect padding")
	}
	return out, nil
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

func toBase64(c *script.Call) (any, error) {
	var data []byte
	newline := true
	if err := c.Unpack(&data, &newline); err != nil {
		return nil, err
	}
	out := base64.StdEncoding.AppendEncode(nil, data)
	if newline {
		out = append(out, '\n')
	}
	return out, nil
}

func crc(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	value := uint32(0)
	if v := c.Args[1]; v != nil {
		n, ok := object.AsInt(v)
		if !ok {
			return nil, script.Raise("TypeError", "can't convert %s to int", object.TypeName(v))
		}
		low := new(big.Int).And(n.BigInt(), big.NewInt(1<<32-1)) // longer ints lose their upper bits
		value = uint32(low.Uint64())
	}
	return crc32.Update(value, crc32.IEEETable, data), nil
}
