package object

import "go.starlark.net/starlark"

// namespace is a dict of attributes in the order of their definition. The zero value is empty.
//
// Most instances and classes have few attributes, among which a look at each is faster than hashing
// the name; an index is made for those with more.
type namespace struct {
	entries []attribute
	index   map[string]int // where each name is; nil for few
}

type attribute struct {
	name  string
	value starlark.Value
}

// fewAttributes is how many a namespace has without an index.
const fewAttributes = 8

func (n *namespace) at(name string) int {
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range n.entries {
		if n.entries[i].name == name {
			return i
		}
	}
	return -1
}

func (n *namespace) get(name string) (starlark.Value, bool) {
	if i := n.at(name); i >= 0 {
		return n.entries[i].value, true
	}
	return nil, false
}

func (n *namespace) set(name string, v starlark.Value) {
	if i := n.at(name); i >= 0 {
		n.entries[i].value = v
		return
	}
	n.entries = append(n.entries, attribute{name, v})
	switch {
	case n.index != nil:
		n.index[name] = len(n.entries) - 1
	case len(n.entries) > fewAttributes:
		n.reindex()
	}
}

func (n *namespace) reindex() {
	n.index = make(map[string]int, 2*len(n.entries))
	for i, e := range n.entries {
		n.index[e.name] = i
	}
}

func (n *namespace) delete(name string) bool {
	i := n.at(name)
	if i < 0 {
		return false
	}
	// A copy, as somebody may be going over the entries.
	n.entries = append(n.entries[:i:i], n.entries[i+1:]...)
	if n.index != nil {
		n.reindex()
	}
	return true
}

func (n *namespace) names() []string {
	names := make([]string, len(n.entries))
	for i, e := range n.entries {
		names[i] = e.name
	}
	return names
}

func (n *namespace) toDict() (starlark.Value, error) {
	d := NewDict(len(n.entries))
	for _, e := range n.entries {
		if err := d.SetKey(NewStr(e.name), e.value); err != nil {
			return nil, err
		}
	}
	return d, nil
}
