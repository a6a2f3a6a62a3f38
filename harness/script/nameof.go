package script

import (
	"slices"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// Tables are those of all that scripts of either language can see.
func (in *Interp) Tables() []*Module { return in.opts.Modules }

// NameOf is what a manual calls a value, such as "umqtt.MQTTClient.publish" for that method of an
// instance; "" for what is of no module of ours.
func (in *Interp) NameOf(v starlark.Value) string {
	switch v := v.(type) {
	case *classValue:
		return v.class.Module.Name + "." + v.class.Name
	case *starlark.Builtin:
		if o, ok := v.Receiver().(*Object); ok {
			return in.NameOf(o.class) + "." + v.Name()
		}
	}
	for _, st := range in.modules {
		if name := in.nameIn(st, v); name != "" {
			return name
		}
	}
	if o, ok := NativeOf(v); ok {
		return in.NameOf(o.class)
	}
	return ""
}

// nameIn looks for a value in a module that the script has seen.
func (in *Interp) nameIn(st *moduleState, v starlark.Value) string {
	seen, ok := st.value.(starlark.HasAttrs)
	if m := in.own[st.module.Name]; m != nil {
		seen, ok = m, true
	}
	switch {
	case !ok:
		return in.nameAmong(st, v)
	case seen == v:
		return st.module.Name
	}
	for _, name := range seen.AttrNames() {
		if !ownValue(v) {
			break
		}
		if member, err := seen.Attr(name); err == nil && member == v {
			return st.module.Name + "." + name
		}
	}
	return ""
}

// nameAmong looks for a function that scripts have without a module.
func (in *Interp) nameAmong(st *moduleState, v starlark.Value) string {
	b, ok := v.(*starlark.Builtin)
	if !ok || b.Receiver() != nil {
		return ""
	}
	flat := in.lang == Starlark && st.module.Flat && in.flat(b.Name()) == st
	if flat && in.universe[b.Name()] == v || slices.Contains(st.module.Builtins, b.Name()) {
		return st.module.Name + "." + b.Name()
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
