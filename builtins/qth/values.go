package qth

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// nodesOf turns a script's dict of ids and values into nodes.
func nodesOf(v starlark.Value) ([]node, error) {
	m, ok := object.Native(v).(starlark.IterableMapping)
	if !ok {
		return nil, fmt.Errorf("TSL data is a dict of ids and values, not %s", object.TypeName(v))
	}
	return structOf(m, 0)
}

func structOf(m starlark.IterableMapping, depth int) ([]node, error) {
	out := []node{}
	for _, kv := range m.Items() {
		id, ok := object.AsInt(kv[0])
		n, fits := id.Int64()
		if !ok || !fits || n < 1 || n > lastID {
			return nil, fmt.Errorf("%s is no id; ids are 1 to %d", object.Repr(kv[0]), lastID)
		}
		value, err := valueOf(kv[1], depth)
		if err != nil {
			return nil, fmt.Errorf("id %d: %w", n, err)
		}
		out = append(out, node{id: int(n), value: value})
	}
	return out, nil
}

// valueOf is a script's value as a node has it.
func valueOf(v starlark.Value, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d structures within each other", maxDepth)
	}
	native := object.Native(v)
	if b, ok := object.AsBool(native); ok {
		return b, nil
	}
	if f, ok := native.(starlark.Float); ok {
		return float64(f), nil
	}
	if n, ok := object.AsInt(native); ok {
		i, fits := n.Int64()
		if !fits {
			return nil, fmt.Errorf("%s does not fit into 64 bits", n)
		}
		return i, nil
	}
	if b, ok := object.AsBytes(native); ok {
		return b, nil
	}
	switch c := native.(type) {
	case starlark.IterableMapping:
		return structOf(c, depth+1)
	case starlark.Indexable:
		return arrayOf(c, depth+1)
	}
	return nil, fmt.Errorf("%s has no TTLV form", object.TypeName(v))
}

func arrayOf(seq starlark.Indexable, depth int) ([]node, error) {
	out := []node{}
	for i := range seq.Len() {
		value, err := valueOf(seq.Index(i), depth)
		if err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
		out = append(out, node{value: value})
	}
	return out, nil
}

// dictOf is what a script sees of nodes: a dict, or a list of an array.
func dictOf(nodes []node) any {
	if len(nodes) > 0 && nodes[0].id == 0 {
		list := script.List{}
		for _, n := range nodes {
			list = append(list, goValue(n.value))
		}
		return list
	}
	dict := script.Dict{}
	for _, n := range nodes {
		dict = append(dict, script.Pair{Key: n.id, Value: goValue(n.value)})
	}
	return dict
}

// goValue is a node's value for script.Interp.Value. The form does not tell text from bytes: what
// reads as text is text.
func goValue(v any) any {
	switch v := v.(type) {
	case []byte:
		if utf8.Valid(v) && strings.IndexFunc(string(v), unprintable) < 0 {
			return string(v)
		}
		return v
	case []node:
		return dictOf(v)
	}
	return v
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' }

// idsOf reads a list of ids.
func idsOf(c *script.Call, i int) ([]int, error) {
	seq, ok := object.Native(c.Args[i]).(starlark.Indexable)
	if !ok {
		return nil, script.Raise("TypeError", "ids come as a list, not %s", object.TypeName(c.Args[i]))
	}
	return c.Ints(i, seq.Len())
}

// encodeIDs is the payload of a question for values.
func encodeIDs(ids []int) []byte {
	var out []byte
	for _, id := range ids {
		out = binary.BigEndian.AppendUint16(out, uint16(id))
	}
	return out
}

func decodeIDs(payload []byte) []any {
	out := []any{}
	for ; len(payload) >= 2; payload = payload[2:] {
		out = append(out, int(binary.BigEndian.Uint16(payload)))
	}
	return out
}

// show is nodes in a line for people.
func show(nodes []node) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, n := range nodes {
		if i > 0 {
			b.WriteString(", ")
		}
		if n.id != 0 {
			fmt.Fprintf(&b, "%d: ", n.id)
		}
		switch v := n.value.(type) {
		case []byte:
			fmt.Fprintf(&b, "%q", v)
		case []node:
			b.WriteString(show(v))
		default:
			fmt.Fprint(&b, v)
		}
	}
	b.WriteByte('}')
	return b.String()
}
