package object

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/memory"
)

// Dict is Python's dict. It remembers the order of insertion.
type Dict struct {
	d *starlark.Dict
	// ordered says that it is an OrderedDict: it shows as one, and for another one to be equal the
	// entries must be in the same order.
	ordered bool
	// twins says that a key was a tuple with a bool in it, which a tuple with an int may equal.
	twins bool
}

var (
	_ starlark.HasSetKey       = (*Dict)(nil)
	_ starlark.IterableMapping = (*Dict)(nil)
	_ starlark.HasAttrs        = (*Dict)(nil)
	_ starlark.HasBinary       = (*Dict)(nil)
	_ starlark.Comparable      = (*Dict)(nil)
	_ starlark.Container       = (*Dict)(nil)
)

// NewDict returns an empty dict with room for n entries.
func NewDict(n int) *Dict { return &Dict{d: starlark.NewDict(n)} }

func (d *Dict) String() string       { return Repr(d) }
func (d *Dict) Type() string         { return "dict" }
func (d *Dict) Freeze()              {}
func (d *Dict) Truth() starlark.Bool { return d.d.Len() > 0 }
func (d *Dict) Len() int             { return d.d.Len() }

// Hash fails: a dict changes.
func (d *Dict) Hash() (uint32, error) {
	return 0, Errorf("TypeError", "unsupported type for __hash__: 'dict'")
}

// Get returns d[k]; a KeyError is its error.
func (d *Dict) Get(k starlark.Value) (starlark.Value, bool, error) {
	v, found, err := d.find(k)
	if err != nil {
		return nil, false, err
	}
	if !found {
		return nil, false, KeyError(k)
	}
	return v, true, nil
}

// Has is k in d.
func (d *Dict) Has(k starlark.Value) (bool, error) {
	_, found, err := d.find(k)
	return found, err
}

// key is k as the hash table has it.
func (d *Dict) key(k starlark.Value) starlark.Value {
	if s, ok := k.(*sliceValue); ok && d.ordered {
		return orderedKey{s}
	}
	return boolOf(k)
}

// find looks a key up. An int and the bool that equals it are the same key. As in MicroPython, no value at
// all is in an empty dict, also one that has no hash.
func (d *Dict) find(k starlark.Value) (starlark.Value, bool, error) {
	if d.d.Len() == 0 {
		return nil, false, nil
	}
	k = d.key(k)
	if err := nestedKey(k, maxNative); err != nil {
		return nil, false, err
	}
	v, found, err := d.d.Get(k)
	if found || err != nil {
		return v, found, err
	}
	if twin := d.twin(k); twin != nil {
		return d.d.Get(twin)
	}
	return nil, false, nil
}

// twin is another key that may be in the dict and equals k; nil when there is none.
func (d *Dict) twin(k starlark.Value) starlark.Value {
	t, ok := k.(starlark.Tuple)
	if !ok {
		return boolTwin(k)
	}
	if !d.twins && !holdsBool(t) {
		return nil
	}
	for _, key := range d.d.Keys() {
		if is, err := equal(key, k); is && err == nil {
			return key
		}
	}
	return nil
}

// holdsBool reports whether a tuple has a bool in it.
func holdsBool(t starlark.Tuple) bool {
	for _, v := range t {
		switch v := v.(type) {
		case boolean, starlark.Bool:
			return true
		case starlark.Tuple:
			if holdsBool(v) {
				return true
			}
		}
	}
	return false
}

// boolTwin is the bool that equals an int 0 or 1, the int that equals a bool, or the float that equals a
// complex; nil for others.
func boolTwin(k starlark.Value) starlark.Value {
	switch k := k.(type) {
	case boolean:
		return k.int()
	case Complex:
		if imag(k) == 0 {
			return starlark.Float(real(k))
		}
	case starlark.Int:
		switch k {
		case zero:
			return False
		case one:
			return True
		}
	case starlark.Float:
		switch k {
		case 0:
			return False
		case 1:
			return True
		}
	}
	return nil
}

// SetKey is d[k] = v.
func (d *Dict) SetKey(k, v starlark.Value) error {
	k = d.key(k)
	if err := nestedKey(k, maxNative); err != nil {
		return err
	}
	if t, ok := k.(starlark.Tuple); ok && !d.twins {
		d.twins = holdsBool(t)
	}
	if twin := d.twin(k); twin != nil {
		if _, found, _ := d.d.Get(k); !found {
			if _, found, _ = d.d.Get(twin); found {
				k = twin
			}
		}
	}
	if err := d.roomToGrow(); err != nil {
		return err
	}
	return d.d.SetKey(k, v)
}

// roomToGrow is a MemoryError where one more entry may need a table for which there is no room.
func (d *Dict) roomToGrow() error { return RoomLeft(TableToGrow(d.d.Len())) }

// A hash table of Starlark's has buckets of eight entries, whose number is a power of two. It gets twice as
// many once there are six and a half entries for each, and holds the old ones while it fills the new.
const (
	bytesPerBucket  = 8*(4+4+16+16+8+8) + 8
	entriesPerTwain = 13 // of two buckets
)

// TableToGrow is how many bytes a hash table of n entries may take at once for one more; 0 for few, or none.
func TableToGrow(n int) int {
	if n < memory.Much/bytesPerBucket || n%entriesPerTwain != 0 {
		return 0
	}
	twains := n / entriesPerTwain
	if twains&(twains-1) != 0 {
		return 0
	}
	return 2 * 2 * twains * bytesPerBucket
}

// TableOf is how many bytes a hash table of n entries takes.
func TableOf(n int) int {
	buckets := 1
	for 2*n >= entriesPerTwain*buckets {
		buckets *= 2
	}
	return buckets * bytesPerBucket
}

// bytesPerItem is what an entry takes that is looked at as a pair.
const bytesPerItem = 80

// boolOf turns a Starlark Bool into Python's.
func boolOf(v starlark.Value) starlark.Value {
	if b, ok := v.(starlark.Bool); ok {
		return boolean(b)
	}
	return v
}

// DelKey is del d[k].
func (d *Dict) DelKey(k starlark.Value) error {
	_, found, err := d.remove(k)
	if err == nil && !found {
		err = KeyError(k)
	}
	return err
}

// Delete is del d[k] of a key that may be missing.
func (d *Dict) Delete(k starlark.Value) error {
	_, _, err := d.remove(k)
	return err
}

func (d *Dict) remove(k starlark.Value) (starlark.Value, bool, error) {
	v, found, err := d.find(k)
	if !found || err != nil {
		return nil, false, err
	}
	k = d.key(k)
	if _, stored, err := d.d.Delete(k); stored || err != nil {
		return v, stored, err
	}
	return d.d.Delete(d.twin(k))
}

// Items returns the entries.
func (d *Dict) Items() []starlark.Tuple { return d.d.Items() }

// Iterate yields the keys as they are now.
func (d *Dict) Iterate() starlark.Iterator { return starlark.Tuple(d.d.Keys()).Iterate() }

// CompareSameType compares entries.
func (d *Dict) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	other, ok := y.(*Dict)
	if !ok { // another mapping, of a module
		return equality(op, false, d, y)
	}
	same, err := d.equal(other, depth)
	if err != nil {
		return false, err
	}
	return equality(op, same, d, y)
}

func (d *Dict) equal(other *Dict, depth int) (bool, error) {
	if d.Len() != other.Len() {
		return false, nil
	}
	var order []starlark.Value // of the other one's keys, where that matters
	if d.ordered && other.ordered {
		order = other.d.Keys()
	}
	for i, kv := range d.Items() {
		v, found, err := other.find(kv[0])
		if err != nil || !found {
			return false, err
		}
		if order != nil {
			if is, err := equal(kv[0], order[i]); err != nil || !is {
				return false, err
			}
		}
		if same, err := compareDepth(syntax.EQL, kv[1], v, depth-1); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// Binary is | of two dicts.
func (d *Dict) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	other, ok := y.(*Dict)
	if op != syntax.PIPE || !ok || side == starlark.Right {
		return nil, nil
	}
	out, err := d.copy()
	if err == nil {
		err = out.Update(other)
	}
	return out, err
}

func (d *Dict) copy() (*Dict, error) {
	if err := RoomLeft(TableOf(d.Len()) + d.Len()*bytesPerItem); err != nil {
		return nil, err
	}
	out := NewDict(d.Len())
	out.ordered, out.twins = d.ordered, d.twins
	for _, kv := range d.Items() {
		// The keys were hashable a moment ago.
		_ = out.d.SetKey(kv[0], kv[1])
	}
	return out, nil
}

// Attr returns a method.
func (d *Dict) Attr(name string) (starlark.Value, error) { return MethodOf(dictMethods, d, name) }

// AttrNames lists the methods.
func (d *Dict) AttrNames() []string { return MethodNames(dictMethods) }

var dictMethods = map[string]Method[*Dict]{
	"clear":      {Fn: func(d *Dict, _ *Args) (starlark.Value, error) { return starlark.None, d.d.Clear() }},
	"copy":       {Fn: func(d *Dict, _ *Args) (starlark.Value, error) { return d.copy() }},
	"fromkeys":   {Min: 1, Max: 2, Fn: dictFromKeys},
	"get":        {Min: 1, Max: 2, Fn: dictGet},
	"items":      {Fn: func(d *Dict, _ *Args) (starlark.Value, error) { return &dictView{d: d, kind: "dict_items"}, nil }},
	"keys":       {Fn: func(d *Dict, _ *Args) (starlark.Value, error) { return &dictView{d: d, kind: "dict_keys"}, nil }},
	"values":     {Fn: func(d *Dict, _ *Args) (starlark.Value, error) { return &dictView{d: d, kind: "dict_values"}, nil }},
	"pop":        {Min: 1, Max: 2, Fn: dictPop},
	"popitem":    {Fn: dictPopItem},
	"setdefault": {Min: 1, Max: 2, Fn: dictSetDefault},
	"update":     {Min: 0, Max: 1, Kw: true, Fn: dictUpdate},
}

func dictFromKeys(_ *Dict, a *Args) (starlark.Value, error) {
	out := NewDict(0)
	err := Each(a.Pos[0], func(k starlark.Value) error { return out.SetKey(k, a.Or(1, starlark.None)) })
	return out, err
}

func dictGet(d *Dict, a *Args) (starlark.Value, error) {
	v, found, err := d.find(a.Pos[0])
	if found || err != nil {
		return v, err
	}
	return a.Or(1, starlark.None), nil
}

func dictPop(d *Dict, a *Args) (starlark.Value, error) {
	v, found, err := d.remove(a.Pos[0])
	if found || err != nil {
		return v, err
	}
	if v = a.At(1); v == nil {
		err = KeyError(a.Pos[0])
	}
	return v, err
}

func dictPopItem(d *Dict, _ *Args) (starlark.Value, error) {
	keys := d.d.Keys()
	if len(keys) == 0 {
		return nil, KeyError(NewStr("popitem(): dictionary is empty"))
	}
	k := keys[len(keys)-1]
	v, _, err := d.d.Delete(k)
	return starlark.Tuple{k, v}, err
}

func dictSetDefault(d *Dict, a *Args) (starlark.Value, error) {
	v, found, err := d.find(a.Pos[0])
	if err != nil || found {
		return v, err
	}
	v = a.Or(1, starlark.None)
	return v, d.SetKey(a.Pos[0], v)
}

func dictUpdate(d *Dict, a *Args) (starlark.Value, error) {
	if v := a.At(0); v != nil {
		if err := d.Update(v); err != nil {
			return nil, err
		}
	}
	for _, kv := range a.Kw {
		if err := d.SetKey(FromGo(kv[0]), kv[1]); err != nil {
			return nil, err
		}
	}
	return starlark.None, nil
}

// Update takes the entries of a mapping, or of an iterable of pairs.
func (d *Dict) Update(v starlark.Value) error {
	if m, ok := Native(v).(starlark.IterableMapping); ok {
		if err := RoomLeft(starlark.Len(v) * bytesPerItem); err != nil {
			return err
		}
		for _, kv := range m.Items() {
			if err := d.SetKey(kv[0], kv[1]); err != nil {
				return err
			}
		}
		return nil
	}
	return Each(v, func(e starlark.Value) error {
		pair, err := ToSlice(e)
		if err != nil {
			return err
		}
		if len(pair) != 2 {
			return Errorf("ValueError", "dict update sequence has wrong length")
		}
		return d.SetKey(pair[0], pair[1])
	})
}
