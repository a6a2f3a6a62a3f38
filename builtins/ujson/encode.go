package ujson

import (
	"strconv"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxDepth is how deep values nest at most.
const maxDepth = 500

// maxText is how long a text is made, far more than a module holds.
const maxText = 1 << 26

// encoder writes JSON.
type encoder struct {
	out          []byte
	comma, colon string
}

func (e *encoder) separators(v starlark.Value) error {
	pair, ok := v.(starlark.Tuple)
	if ok && len(pair) == 2 {
		comma, ok1 := object.AsString(pair[0])
		colon, ok2 := object.AsString(pair[1])
		if ok1 && ok2 {
			e.comma, e.colon = comma, colon
			return nil
		}
	}
	return script.Raise("TypeError", "separators is a tuple of two strings")
}

func (e *encoder) value(v starlark.Value, depth int) error {
	if depth > maxDepth {
		return script.Raise("ValueError", "the value nests too deep for JSON")
	}
	if v == starlark.None {
		e.out = append(e.out, "null"...)
		return nil
	}
	if b, ok := object.AsBool(v); ok {
		e.out = strconv.AppendBool(e.out, b)
		return nil
	}
	if s, ok := object.AsString(v); ok {
		e.text(s)
		return nil
	}
	if n, ok := object.AsInt(v); ok {
		e.out = append(e.out, n.String()...)
		return nil
	}
	if f, ok := v.(starlark.Float); ok {
		e.out = append(e.out, object.Repr(f)...)
		return nil
	}
	return e.container(v, depth)
}

func (e *encoder) container(v starlark.Value, depth int) error {
	if len(e.out) > maxText {
		return script.Raise("MemoryError", "memory allocation failed, dumps makes at most %d bytes", maxText)
	}
	switch v := object.Native(v).(type) {
	case starlark.IterableMapping:
		return e.object(v.Items(), depth)
	case *starlark.List, starlark.Tuple:
		return e.array(v.(starlark.Indexable), depth)
	}
	if b, ok := object.AsBytes(v); ok {
		// MicroPython prints bytes as a string.
		e.text(string(b))
		return nil
	}
	return script.Raise("TypeError", "'%s' object is not JSON serializable", object.TypeName(v))
}

func (e *encoder) object(items []starlark.Tuple, depth int) error {
	e.out = append(e.out, '{')
	for i, kv := range items {
		if i > 0 {
			e.out = append(e.out, e.comma...)
		}
		if err := e.key(kv[0]); err != nil {
			return err
		}
		e.out = append(e.out, e.colon...)
		if err := e.value(kv[1], depth+1); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

// key writes a key: numbers and their kin become strings.
func (e *encoder) key(k starlark.Value) error {
	if s, ok := object.AsString(k); ok {
		e.text(s)
		return nil
	}
	inner := encoder{comma: e.comma, colon: e.colon}
	if err := inner.value(k, 0); err != nil {
		return err
	}
	e.text(string(inner.out))
	return nil
}

func (e *encoder) array(seq starlark.Indexable, depth int) error {
	e.out = append(e.out, '[')
	for i := range seq.Len() {
		if i > 0 {
			e.out = append(e.out, e.comma...)
		}
		if err := e.value(seq.Index(i), depth+1); err != nil {
			return err
		}
	}
	e.out = append(e.out, ']')
	return nil
}

func (e *encoder) text(s string) {
	e.out = append(e.out, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			e.out = append(e.out, '\\', byte(r))
		case r == '\n':
			e.out = append(e.out, `\n`...)
		case r == '\r':
			e.out = append(e.out, `\r`...)
		case r == '\t':
			e.out = append(e.out, `\t`...)
		case r < ' ':
			e.out = append(e.out, `\u00`...)
			e.out = append(e.out, "0123456789abcdef"[r>>4], "0123456789abcdef"[r&15])
		default:
			e.out = append(e.out, s[i:i+n]...)
		}
		i += n
	}
	e.out = append(e.out, '"')
}
