package ujson

import (
	"strconv"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// maxDepth is how deep values nest at most: about what the stack of a module holds.
const maxDepth = 2500

// maxText is how long a text is made, far more than a module holds.
const maxText = 1 << 26

// encoder writes JSON.
type encoder struct {
	c            *script.Call
	out          []byte
	comma, colon string
	n            uint64
	// sink takes the parts as they come, when there is a stream to write to.
	sink func(part []byte) error
}

func (e *encoder) separators(v starlark.Value) error {
	pair, ok := object.Native(v).(starlark.Indexable)
	_, isTuple := pair.(starlark.Tuple)
	_, isList := pair.(*starlark.List)
	if !ok || !isTuple && !isList {
		return script.Raise("TypeError", "object '%s' isn't a tuple or list", object.TypeName(v))
	}
	if pair.Len() != 2 {
		return script.Raise("ValueError", "requested length 2 but object has length %d", pair.Len())
	}
	for i, to := range []*string{&e.comma, &e.colon} {
		if _, isText := object.AsString(pair.Index(i)); !isText && object.TypeName(pair.Index(i)) != "bytes" {
			return script.Raise("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(pair.Index(i)))
		}
		b, _ := object.AsBytes(pair.Index(i))
		*to = string(b)
	}
	return nil
}

// emit adds a part of the text.
func (e *encoder) emit(part string) error {
	e.out = append(e.out, part...)
	return e.flush()
}

// flush is called behind every part: it counts the work and gives the part to the stream.
func (e *encoder) flush() error {
	if e.n++; e.n%script.WorkSteps == 0 {
		if err := e.c.Work(script.WorkSteps); err != nil {
			return err
		}
	}
	if e.sink != nil {
		part := e.out
		e.out = e.out[:0]
		return e.sink(part)
	}
	if len(e.out) > maxText {
		return script.Raise("MemoryError", "memory allocation failed, dumps makes at most %d bytes", maxText)
	}
	return nil
}

func (e *encoder) value(v starlark.Value, depth int) error {
	if depth > maxDepth {
		return script.Raise("RuntimeError", "maximum recursion depth exceeded")
	}
	switch v := v.(type) {
	case starlark.NoneType:
		return e.emit("null")
	case starlark.Int:
		return e.emit(v.String())
	case starlark.Float:
		return e.emit(object.Repr(v))
	}
	if b, ok := object.AsBool(v); ok {
		return e.emit(strconv.FormatBool(b))
	}
	if s, ok := object.AsString(object.Native(v)); ok {
		return e.text(s)
	}
	switch v := object.Native(v).(type) {
	case starlark.IterableMapping:
		return e.object(v.Items(), depth)
	case *starlark.List:
		return e.array(v, depth)
	case starlark.Tuple:
		return e.array(v, depth)
	case *object.Bytes:
		// MicroPython prints bytes as a string.
		b, _ := object.AsBytes(v)
		return e.text(string(b))
	}
	return e.other(v)
}

// other writes what JSON does not have: MicroPython has its repr. A Starlark script gets an error.
func (e *encoder) other(v starlark.Value) error {
	if e.c.Interp.Lang() != script.Python {
		return script.Raise("TypeError", "'%s' object is not JSON serializable", object.TypeName(v))
	}
	s, err := object.TryRepr(v)
	if err != nil {
		return err
	}
	return e.emit(s)
}

func (e *encoder) object(items []starlark.Tuple, depth int) error {
	if err := e.emit("{"); err != nil {
		return err
	}
	for i, kv := range items {
		if err := e.between(i); err != nil {
			return err
		}
		if err := e.key(kv[0], depth); err != nil {
			return err
		}
		if err := e.emit(e.colon); err != nil {
			return err
		}
		if err := e.value(kv[1], depth+1); err != nil {
			return err
		}
	}
	return e.emit("}")
}

func (e *encoder) between(i int) error {
	if i == 0 {
		return nil
	}
	return e.emit(e.comma)
}

// key writes a key: what is neither str nor bytes is put in quotes as it is.
func (e *encoder) key(k starlark.Value, depth int) error {
	_, isText := object.AsString(object.Native(k))
	if _, isBytes := object.Native(k).(*object.Bytes); isText || isBytes {
		return e.value(k, depth+1)
	}
	if err := e.emit(`"`); err != nil {
		return err
	}
	if err := e.value(k, depth+1); err != nil {
		return err
	}
	return e.emit(`"`)
}

func (e *encoder) array(seq starlark.Indexable, depth int) error {
	if err := e.emit("["); err != nil {
		return err
	}
	for i := 0; i < seq.Len(); i++ {
		if err := e.between(i); err != nil {
			return err
		}
		if err := e.value(seq.Index(i), depth+1); err != nil {
			return err
		}
	}
	return e.emit("]")
}

// text writes a JSON string. Bytes above ASCII stay as they are.
func (e *encoder) text(s string) error {
	out := append(e.out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		default:
			out = append(out, c)
		}
	}
	e.out = append(out, '"')
	return e.flush()
}
