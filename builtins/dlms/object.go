package dlms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// obis is a logical name.
type obis [6]byte

// parseOBIS reads "1.0.1.8.0.255".
func parseOBIS(text string) (obis, error) {
	var name obis
	parts := strings.Split(text, ".")
	if len(parts) != len(name) {
		return name, script.Raise("ValueError", "a logical name has six numbers, as 1.0.1.8.0.255, not %q", text)
	}
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return name, script.Raise("ValueError", "%q in the logical name %q is not 0 to 255", p, text)
		}
		name[i] = byte(n)
	}
	return name, nil
}

func (n obis) String() string {
	return fmt.Sprintf("%d.%d.%d.%d.%d.%d", n[0], n[1], n[2], n[3], n[4], n[5])
}

// kind says what an attribute of a script's object takes.
type kind uint8

const (
	kindInt     kind = iota // an int
	kindBool                // True or False
	kindBytes               // bytes, or None
	kindText                // a str
	kindTime                // (year, month, day, hour, minute, second); -1 for any
	kindScalar              // an int, bytes, a str, a bool or None
	kindObjects             // a list of objects
	kindSetup               // a SecuritySetup, or None
	kindContext             // a DLMSContext
	kindName                // the logical name, which cannot be set
)

// field is an attribute of a script's object.
type field struct {
	name string
	kind kind
	low  int64 // the least and the greatest int; both 0 for any
	high int64
	doc  string
}

// cosem is an object: one of the server's, or a DLMSContext. The server's lock guards it.
type cosem struct {
	class  *class
	server *server
	name   obis
	fields map[string]any // int64, bool, []byte, string, [6]int, starlark.Value, *cosem
	table  *script.Class  // what scripts see of the class
	shift  time.Duration  // of a clock that was set, against the run's
	preset [6]int
	reset  any // the value that a Register is reset to
}

// convert takes a script's value for a field.
func (f field) convert(v starlark.Value) (any, error) {
	wrong := script.Raise("TypeError", "%s should be %s, not %s", f.name, f.kind, object.TypeName(v))
	native := object.Native(v)
	switch f.kind {
	case kindInt:
		return f.convertInt(native, wrong)
	case kindBool:
		return bool(v.Truth()), nil
	case kindBytes:
		if native == starlark.None {
			return []byte(nil), nil
		}
		if b, ok := object.AsBytes(native); ok {
			return b, nil
		}
	case kindText:
		if s, ok := object.AsString(native); ok {
			return s, nil
		}
	case kindTime:
		return convertTime(native, wrong)
	case kindScalar:
		return convertScalar(native, wrong)
	case kindObjects:
		return convertObjects(native, wrong)
	case kindSetup, kindContext:
		return f.convertReference(v, wrong)
	case kindName:
		return nil, script.Raise("AttributeError", "logical_name is given when the object is made")
	}
	return nil, wrong
}

// String is the kind as an error names it.
func (k kind) String() string {
	return [...]string{"an int", "a bool", "bytes", "a str", "a tuple of six ints", "an int, bytes, a str, a bool or None", "a list of DLMS objects",
		"a SecuritySetup or None", "a DLMSContext", "a str"}[k]
}

func (f field) convertInt(v starlark.Value, wrong error) (any, error) {
	n, ok := object.AsInt(v)
	if !ok {
		return nil, wrong
	}
	i, fits := n.Int64()
	if !fits || f.low != f.high && (i < f.low || i > f.high) {
		return nil, script.Raise("ValueError", "%s is %s; it must be %d to %d", f.name, n, f.low, f.high)
	}
	return i, nil
}

func convertTime(v starlark.Value, wrong error) (any, error) {
	seq, ok := v.(starlark.Indexable)
	if !ok || seq.Len() < 6 {
		return nil, wrong
	}
	var t [6]int
	for i := range t {
		n, ok := object.AsInt(seq.Index(i))
		small, fits := n.Int64()
		if !ok || !fits || small < -1 || small > 9999 {
			return nil, wrong
		}
		t[i] = int(small)
	}
	return t, nil
}

func convertScalar(v starlark.Value, wrong error) (any, error) {
	if v == starlark.None {
		return nil, nil
	}
	if b, ok := object.AsBool(v); ok {
		return b, nil
	}
	if _, isFloat := v.(starlark.Float); isFloat {
		return nil, wrong
	}
	if n, ok := object.AsInt(v); ok {
		i, fits := n.Int64()
		if !fits {
			return nil, script.Raise("OverflowError", "%s does not fit into 64 bits", n)
		}
		return i, nil
	}
	if s, ok := object.AsString(v); ok {
		return s, nil
	}
	if b, ok := object.AsBytes(v); ok {
		return b, nil
	}
	return nil, wrong
}

func convertObjects(v starlark.Value, wrong error) (any, error) {
	seq, ok := v.(starlark.Indexable)
	if !ok {
		return nil, wrong
	}
	list := make([]starlark.Value, seq.Len())
	for i := range list {
		list[i] = seq.Index(i)
		if o := cosemOf(list[i]); o == nil || o.class.id == 0 {
			return nil, wrong
		}
	}
	return list, nil
}

func (f field) convertReference(v starlark.Value, wrong error) (any, error) {
	if v == starlark.None && f.kind == kindSetup {
		return starlark.None, nil
	}
	want := contextClass
	if f.kind == kindSetup {
		want = securityClass
	}
	if o := cosemOf(v); o == nil || o.class != want {
		return nil, wrong
	}
	return v, nil
}

// cosemOf is the object of a script's value, nil for anything else.
func cosemOf(v starlark.Value) *cosem {
	o, ok := script.NativeOf(v)
	if !ok {
		return nil
	}
	c, _ := o.Self().(*cosem)
	return c
}

// show is a field as a script sees it.
func (o *cosem) show(f field) any {
	if f.kind == kindName {
		return append([]byte{}, o.name[:]...)
	}
	v := o.fields[f.name]
	switch v := v.(type) {
	case [6]int:
		return timeTuple(v)
	case []starlark.Value:
		return starlark.NewList(append([]starlark.Value(nil), v...))
	case []byte:
		if v == nil {
			return nil
		}
		return append([]byte{}, v...)
	}
	return v
}

func timeTuple(t [6]int) script.Tuple {
	out := script.Tuple{}
	for _, n := range t {
		out = append(out, n)
	}
	return out
}

func (o *cosem) int(name string) int64 {
	n, _ := o.fields[name].(int64)
	return n
}
