// Package base64 is the script module base64: bytes as text of 64, 32 or 16 characters.
//
//	from base64 import b64encode, b64decode
//	print(b64decode(b64encode(b"key")))     # b'key'
//
// The vendor documents ubinascii alone; its samples of Azure and of speech import this module, which
// has the names of micropython-lib's base64. Encoders take bytes and return bytes; decoders take str,
// too.
package base64

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	encode64 := encoder(base64.StdEncoding.EncodeToString)
	decode64 := decoder(64, base64.StdEncoding.DecodeString)
	return &script.Module{
		Name: "base64", Doc: "Bytes as text of 64, 32 or 16 characters (RFC 4648).",
		Funcs: []script.Func{
			{Name: "b64encode", Params: "s", Doc: "The base64 of bytes, as bytes without a line feed.", Call: encode64},
			{Name: "b64decode", Params: "s", Doc: "The bytes of base64; ValueError for what is none.", Call: decode64},
			{Name: "standard_b64encode", Params: "s", Doc: "b64encode.", Call: encode64},
			{Name: "standard_b64decode", Params: "s", Doc: "b64decode.", Call: decode64},
			{Name: "urlsafe_b64encode", Params: "s", Doc: "Base64 with - and _ for + and /.", Call: encoder(base64.URLEncoding.EncodeToString)},
			{Name: "urlsafe_b64decode", Params: "s", Doc: "The bytes of such base64.", Call: decoder(64, base64.URLEncoding.DecodeString)},
			{Name: "encodebytes", Params: "s", Doc: "Base64 in lines of 76 characters, each with its line feed.", Call: encoder(inLines)},
			{Name: "decodebytes", Params: "s", Doc: "The bytes of such lines.", Call: decode64},
			{Name: "b32encode", Params: "s", Doc: "The base32 of bytes.", Call: encoder(base32.StdEncoding.EncodeToString)},
			{Name: "b32decode", Params: "s", Doc: "The bytes of base32.", Call: decoder(32, base32.StdEncoding.DecodeString)},
			{Name: "b16encode", Params: "s", Doc: "The hex digits of bytes, in capitals.", Call: encoder(func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) })},
			{Name: "b16decode", Params: "s", Doc: "The bytes of hex digits in capitals.", Call: decoder(16, fromHex)},
		},
	}
}

// inLines is the base64 of RFC 2045, section 6.8.
func inLines(b []byte) string {
	var out strings.Builder
	for line := range slices.Chunk(b, 57) {
		out.WriteString(base64.StdEncoding.EncodeToString(line) + "\n")
	}
	return out.String()
}

func encoder(encode func([]byte) string) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if text, ok := object.AsString(c.Args[0]); ok {
			return nil, script.Raise("TypeError", "a bytes-like object is required, not the str %q", text)
		}
		var data []byte
		if err := c.Unpack(&data); err != nil {
			return nil, err
		}
		return []byte(encode(data)), nil
	}
}

func decoder(characters int, decode func(string) ([]byte, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var data []byte
		if err := c.Unpack(&data); err != nil {
			return nil, err
		}
		out, err := decode(strings.TrimRight(string(data), "\r\n"))
		if err != nil {
			return nil, script.Raise("ValueError", "wrong padding, or a character that is none of the %d", characters)
		}
		return out, nil
	}
}

func fromHex(text string) ([]byte, error) {
	if text != strings.ToUpper(text) {
		return nil, hex.InvalidByteError(text[strings.IndexFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' })])
	}
	return hex.DecodeString(text)
}
