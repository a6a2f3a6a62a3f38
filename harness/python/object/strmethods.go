package object

import (
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

// strEncode makes UTF-8 whatever the encoding is called, as a module does.
func strEncode(s *Str, a *args) (starlark.Value, error) {
	if v := a.named(0, "encoding"); v != nil {
		if _, ok := strOf(v); !ok {
			return nil, newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
		}
	}
	return NewBytes([]byte(s.s)), nil
}

// decode turns bytes into a str. Like a module it takes them for UTF-8 whatever the encoding is called,
// and passes over no error.
func decode(b []byte) (starlark.Value, error) {
	if !utf8.Valid(b) {
		return nil, newError("UnicodeError", "")
	}
	return NewStr(string(b)), nil
}
