package script

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Tables are those of all that scripts of either language can see. Nobody may change them.
func (in *Interp) Tables() []*Module { return in.catalog.modules }

// NameOf is what a manual calls a value, such as "umqtt.MQTTClient.publish" for that method of an
// instance; "" for what is of no module of ours.
func (in *Interp) NameOf(v starlark.Value) string {
	switch v := v.(type) {
	case *classValue:
		return v.class.init.full
	case *starlark.Builtin:
		if o, ok := v.Receiver().(*Object); ok {
			return in.NameOf(o.class) + "." + v.Name()
		}
		if f := in.catalog.values[v]; f != nil {
			return f.of.Name + "." + f.Name
		}
	}
	if b, ok := v.(*starlark.Builtin); ok {
		for _, c := range in.classes {
			for _, method := range c.methods {
				if method == b {
					return in.NameOf(c) + "." + b.Name()
				}
			}
		}
	}
	if name := in.nameOfOwn(v); name != "" {
		return name
	}
	if o, ok := NativeOf(v); ok {
		return in.NameOf(o.class)
	}
	return ""
}

// nameOfOwn looks for a value in the modules that the script has seen.
func (in *Interp) nameOfOwn(v starlark.Value) string {
	for _, st := range in.modules {
		if st.value == v {
			return st.module.Name
		}
	}
	for name, m := range in.own {
		if starlark.Value(m) == v {
			return name
		}
		if !ownValue(v) {
			continue
		}
		for _, member := range m.AttrNames() {
			if m.Get(member) == v {
				return name + "." + member
			}
		}
	}
	return ""
}

// ownValue reports whether a value can be told from others: a number of a module is like any number.
func ownValue(v starlark.Value) bool {
	switch v.(type) {
	case *starlark.Builtin, *starlark.Function, *object.Class, *classValue:
		return true
	}
	return false
}
