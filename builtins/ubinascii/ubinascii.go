// Package ubinascii is the script module ubinascii, also called binascii: bytes to and from hex and
// base64.
package ubinascii

import (
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"strings"

	"quecstar/harness/script"
)

// Module is the table of ubinascii.
func Module() *script.Module {
	return &script.Module{
		Name: "ubinascii", Aliases: []string{"binascii"}, Doc: "Bytes to and from hex and base64.",
		Funcs: []script.Func{
			{Name: "hexlify", Params: "data, sep=''", Doc: "Bytes of hex digits, sep between the bytes.", Call: hexlify},
			{Name: "unhexlify", Params: "data", Doc: "The bytes of hex digits; ValueError for others.", Call: unhexlify},
			{Name: "a2b_base64", Params: "data", Doc: "The bytes of base64; ValueError for what is none.", Call: fromBase64},
			{Name: "b2a_base64", Params: "data", Doc: "Base64 with a line feed at its end.", Call: toBase64},
			{Name: "crc32", Params: "data, value=0", Doc: "CRC-32, carried on from value.", Call: crc},
		},
	}
}

// maxText is how long a text hexlify makes of a separator that is no single byte: far more than a
// module holds.
const maxText = 1 << 26

func hexlify(c *script.Call) (any, error) {
	var data, sep []byte
	if err := c.Unpack(&data, &sep); err != nil {
		return nil, err
	}
	if len(data)*len(sep) > maxText {
		return nil, script.Raise("MemoryError", "memory allocation failed, hexlify makes at most %d bytes", maxText)
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

func unhexlify(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	if len(data)%2 != 0 {
		return nil, script.Raise("ValueError", "odd-length string")
	}
	out, err := hex.DecodeString(string(data))
	if err != nil {
		return nil, script.Raise("ValueError", "non-hex digit found")
	}
	return out, nil
}

func fromBase64(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, string(data))
	out, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, script.Raise("ValueError", "incorrect padding or a character that is not base64")
	}
	return out, nil
}

func toBase64(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	return append(base64.StdEncoding.AppendEncode(nil, data), '\n'), nil
}

func crc(c *script.Call) (any, error) {
	var data []byte
	var value int64
	if err := c.Unpack(&data, &value); err != nil {
		return nil, err
	}
	return crc32.Update(uint32(value), crc32.IEEETable, data), nil
}
