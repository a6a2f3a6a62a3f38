package object

import (
	"errors"

	"go.starlark.net/starlark"
)

// QuecPython's firmware up to 2025 is built without Unicode (QuecPython/microPython,
// ports/quectel/core/source/mpconfigport.h leaves MICROPY_PY_BUILTINS_STR_UNICODE at 0). A str there is
// a string of bytes and shares its methods with bytes (py/objstr.c, str8_locals_dict_table): it has
// decode, bytes have encode, decode takes bytes of any kind, and a bytearray is made of a str. Scripts
// count on these; a str counts characters here all the same, as in MicroPython elsewhere.

// strDecode is str.decode, which leaves the text as it is.
func strDecode(s *Str, _ *Args) (starlark.Value, error) { return s, nil }

// bytesEncode is bytes.encode, likewise.
func bytesEncode(b *Bytes, _ *Args) (starlark.Value, error) { return b, nil }

// decodeAny is bytes.decode, which keeps what is no UTF-8.
func decodeAny(b []byte, a *Args) (starlark.Value, error) {
	v, err := bytesDecode(b, a)
	var e *Error
	if errors.As(err, &e) && e.Class == "UnicodeError" {
		return NewStr(string(b)), nil
	}
	return v, err
}

// makeBytearrayAny is bytearray(…), to which a str is a buffer like bytes.
func makeBytearrayAny(t *starlark.Thread, a *Args) (starlark.Value, error) {
	if len(a.Pos) == 1 && len(a.Kw) == 0 {
		if s, ok := strOf(a.Pos[0]); ok {
			return NewBytearray([]byte(s.s)), nil
		}
	}
	return makeBytearray(t, a)
}
