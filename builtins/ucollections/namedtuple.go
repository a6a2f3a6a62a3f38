package ucollections

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

func namedTuple(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	fields, err := fieldNames(c.Args[1])
	if err != nil {
		return nil, err
	}
	return &tupleClass{in: c.Interp, name: name, fields: fields}, nil
}

func fieldNames(v starlark.Value) ([]string, error) {
	if s, ok := object.AsString(v); ok {
		return strings.Fields(s), nil
	}
	seq, ok := object.Native(v).(starlark.Indexable)
	if !ok {
		return nil, script.Raise("TypeError", "object '%s' isn't a tuple or list", object.TypeName(v))
	}
	names := make([]string, seq.Len())
	for i := range names {
		if names[i], ok = object.AsString(seq.Index(i)); !ok {
			return nil, script.Raise("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(seq.Index(i)))
		}
	}
	return names, nil
}

// Record returns a tuple with named elements, as some functions of modules return one; its values
// are converted with Interp.Value. It is shown without the name of a class.
func Record(in *script.Interp, fields []string, values ...any) starlark.Value {
	elems := make(starlark.Tuple, len(values))
	for i, v := range values {
		elems[i] = in.Value(v)
	}
	return &record{class: &tupleClass{in: in, fields: fields}, elems: elems}
}

// tupleClass is a class that namedtuple made.
type tupleClass struct {
	in     *script.Interp
	name   string
	fields []string
}

var _ object.NativeBase = (*tupleClass)(nil)

func (c *tupleClass) String() string        { return "<class '" + c.name + "'>" }
func (c *tupleClass) Type() string          { return "type" }
func (c *tupleClass) Freeze()               {}
func (c *tupleClass) Truth() starlark.Bool  { return true }
func (c *tupleClass) Hash() (uint32, error) { return starlark.String(c.name).Hash() }

// Name returns the name of the class.
func (c *tupleClass) Name() string { return c.name }

// Attr returns the class's name.
func (c *tupleClass) Attr(name string) (starlark.Value, error) {
	if name == "__name__" {
		return c.in.Value(c.name), nil
	}
	return nil, nil
}

// AttrNames lists the attributes.
func (c *tupleClass) AttrNames() []string { return []string{"__name__"} }

// CallInternal makes a tuple.
func (c *tupleClass) CallInternal(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	elems, err := c.bind(args, kwargs)
	if err != nil {
		return nil, c.in.Runtime().Raise("TypeError", err.Error())
	}
	return &record{class: c, elems: elems}, nil
}

// New makes a tuple, for a script class that derives from this one.
func (c *tupleClass) New(t *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return c.CallInternal(t, args, kwargs)
}

func (c *tupleClass) bind(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Tuple, error) {
	if n := len(args) + len(kwargs); n != len(c.fields) {
		return nil, script.Raise("TypeError", "%s() takes %d positional arguments but %d were given", c.name, len(c.fields), n)
	}
	elems := make(starlark.Tuple, len(c.fields))
	copy(elems, args)
	for _, kv := range kwargs {
		name := string(kv[0].(starlark.String))
		i := slices.Index(c.fields, name)
		if i < 0 {
			return nil, script.Raise("TypeError", "unexpected keyword argument '%s'", name)
		}
		if elems[i] != nil {
			return nil, script.Raise("TypeError", "function got multiple values for argument '%s'", name)
		}
		elems[i] = kv[1]
	}
	return elems, nil
}

// record is a tuple with named elements.
type record struct {
	class *tupleClass
	elems starlark.Tuple
}

var (
	_ starlark.Sequence    = (*record)(nil)
	_ starlark.Sliceable   = (*record)(nil)
	_ starlark.HasBinary   = (*record)(nil)
	_ starlark.HasSetField = (*record)(nil)
	_ starlark.Comparable  = (*record)(nil)
)

// NativeClass returns the class, for isinstance and type.
func (r *record) NativeClass() starlark.Value { return r.class }

func (r *record) String() string { return object.Repr(r) }

// Parts are those of the repr.
func (r *record) Parts() []any {
	parts, before := []any{}, r.class.name+"("
	for i, f := range r.class.fields {
		parts, before = append(parts, before+f+"=", r.elems[i]), ", "
	}
	if len(parts) == 0 {
		return []any{before + ")"}
	}
	return append(parts, ")")
}

// Type keeps records apart from Starlark's own tuples, which compare with their own kind only.
func (r *record) Type() string          { return "namedtuple" }
func (r *record) Freeze()               {}
func (r *record) Truth() starlark.Bool  { return len(r.elems) > 0 }
func (r *record) Hash() (uint32, error) { return r.elems.Hash() }

// Len, Index, Slice and Iterate are those of the tuple.
func (r *record) Len() int                                  { return len(r.elems) }
func (r *record) Index(i int) starlark.Value                { return r.elems[i] }
func (r *record) Slice(start, end, step int) starlark.Value { return r.elems.Slice(start, end, step) }
func (r *record) Iterate() starlark.Iterator                { return r.elems.Iterate() }

// AsTuple is the tuple without the names.
func (r *record) AsTuple() starlark.Tuple { return r.elems }

// Attr returns an element by its name.
func (r *record) Attr(name string) (starlark.Value, error) {
	if i := slices.Index(r.class.fields, name); i >= 0 {
		return r.elems[i], nil
	}
	return nil, r.class.in.Runtime().Raise("AttributeError", "'"+r.class.name+"' object has no attribute '"+name+"'")
}

// SetField refuses: tuples do not change.
func (r *record) SetField(string, starlark.Value) error {
	return r.class.in.Runtime().Raise("AttributeError", "can't set attribute")
}

// AttrNames lists the names of the elements.
func (r *record) AttrNames() []string { return r.class.fields }

// CompareSameType compares as tuples do.
func (r *record) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	return r.elems.CompareSameType(op, y.(*record).elems, depth)
}

// Binary implements +, * and in, as tuples have them.
func (r *record) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if other, ok := y.(*record); ok {
		y = other.elems
	}
	if side == starlark.Right {
		return starlark.Binary(op, y, r.elems)
	}
	return starlark.Binary(op, r.elems, y)
}
