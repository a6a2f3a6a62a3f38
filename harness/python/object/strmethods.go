package object

import (
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

var strMethods = func() map[string]method[*Str] {
	all := map[string]method[*Str]{
		"encode": {min: 0, max: 2, kw: true, fn: strEncode},
		"decode": {min: 0, max: 2, kw: true, fn: strDecode},
		"format": {min: 0, max: -1, kw: true, fn: strFormat},
	}
	for name, m := range textMethods {
		all[name] = method[*Str]{min: m.min, max: m.max, kw: m.kw, fn: func(s *Str, a *args) (starlark.Value, error) {
			return m.fn(text{s: s.s, like: newStrValue, self: s}, a)
		}}
	}
	return all
}()

func newStrValue(s string) starlark.Value { return NewStr(s) }

// strEncode knows the encodings that scripts name; a module always encodes UTF-8.
func strEncode(s *Str, a *args) (starlark.Value, error) {
	name := "utf-8"
	if v := a.named(0, "encoding"); v != nil {
		e, ok := strOf(v)
		if !ok {
			return nil, newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
		}
		name = e.s
	}
	switch normalEncoding(name) {
	case "latin1", "iso88591":
		b := make([]byte, 0, len(s.s))
		for _, r := range s.s {
			if r > 255 {
				return nil, newError("UnicodeError", "'latin-1' can't encode character %q", r)
			}
			b = append(b, byte(r))
		}
		return NewBytes(b), nil
	case "ascii":
		if !s.ascii {
			return nil, newError("UnicodeError", "'ascii' can't encode a character above 127")
		}
	case "utf8":
	default:
		return nil, newError("LookupError", "unknown encoding: %s", name)
	}
	return NewBytes([]byte(s.s)), nil
}

func normalEncoding(name string) string {
	if name == "utf-8" || name == "utf8" {
		return "utf8"
	}
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
}

// decode turns bytes into a str. errors is "strict", "ignore" or "replace".
func decode(b []byte, encoding, errors string) (starlark.Value, error) {
	switch normalEncoding(encoding) {
	case "latin1", "iso88591":
		r := make([]rune, len(b))
		for i, c := range b {
			r[i] = rune(c)
		}
		return NewStr(string(r)), nil
	case "utf8", "ascii":
	default:
		return nil, newError("LookupError", "unknown encoding: %s", encoding)
	}
	if utf8.Valid(b) {
		return NewStr(string(b)), nil
	}
	switch errors {
	case "ignore":
		return NewStr(strings.ToValidUTF8(string(b), "")), nil
	case "replace":
		return NewStr(strings.ToValidUTF8(string(b), "\uFFFD")), nil
	}
	return nil, newError("UnicodeError", "")
}
