package object

import (
	"unicode/utf8"

	"go.starlark.net/starlark"
)

var strMethods = func() map[string]Method[*Str] {
	all := map[string]Method[*Str]{
		"encode": {Min: 0, Max: 2, Kw: true, Fn: strEncode},
		"decode": {Min: 0, Max: 2, Kw: true, Fn: strDecode},
		"format": {Min: 0, Max: -1, Kw: true, Fn: strFormat},
	}
	for name, m := range textMethods {
		all[name] = Method[*Str]{Min: m.min, Max: m.max, Kw: m.kw, Fn: func(s *Str, a *Args) (starlark.Value, error) {
			return m.fn(text{s: s.s, like: newStrValue, self: s}, a)
		}}
	}
	return all
}()

func newStrValue(s string) starlark.Value { return NewStr(s) }

// strEncode makes UTF-8 whatever the encoding is called, as a module does.
func strEncode(s *Str, a *Args) (starlark.Value, error) {
	if v := a.Named(0, "encoding"); v != nil {
		if _, ok := strOf(v); !ok {
			return nil, Errorf("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
		}
	}
	return NewBytes([]byte(s.s)), nil
}

// decode turns bytes into a str. Like a module it takes them for UTF-8 whatever the encoding is called,
// and passes over no error.
func decode(b []byte) (starlark.Value, error) {
	if !utf8.Valid(b) {
		return nil, Errorf("UnicodeError", "")
	}
	return NewStr(string(b)), nil
}
