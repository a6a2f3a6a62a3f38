package dlms

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// class is a kind of object: what scripts see of it, and what a client can read, set and call.
type class struct {
	name     string
	id       uint16 // the interface class (IEC 62056-6-2), 0 for none
	version  byte
	doc      string
	params   string
	fields   []field
	defaults map[string]any
	columns  map[int]column
	actions  map[int]func(o *cosem, param datum) result
	methods  []script.Func
	consts   []script.Const
	made     func(o *cosem)
}

// column is an attribute as a client sees it. A nil set is read-only, a nil get is not to be read.
type column struct {
	get func(o *cosem) datum
	set func(o *cosem, d datum) result
}

// result is the outcome of an access (IEC 62056-5-3, Data-Access-Result and Action-Result).
type result byte

const (
	success         result = 0
	temporaryFault  result = 2
	denied          result = 3
	undefinedObject result = 4
	wrongClass      result = 9
	unavailable     result = 11
	wrongType       result = 12
	longGetAborted  result = 15
	noLongGet       result = 16
	otherReason     result = 250
)

func (c *class) field(name string) (field, bool) {
	for _, f := range c.fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// table is the class for scripts.
func (c *class) table() *script.Class {
	attrs := make([]script.Const, 0, len(c.fields))
	for _, f := range c.fields {
		attrs = append(attrs, script.Const{Name: f.name, Doc: f.doc})
	}
	t := &script.Class{
		Name: c.name, Doc: c.doc, Consts: c.consts, Attrs: attrs, Methods: c.methods,
		Init: script.Func{Name: c.name, Params: c.params, Doc: "Makes one."},
		Attr: func(self any, name string) (any, bool) { return self.(*cosem).attr(name) },
		Set: func(_ *script.Interp, self any, name string, v starlark.Value) (bool, error) {
			return self.(*cosem).setAttr(name, v)
		},
		Show: func(self any) string { return self.(*cosem).String() },
	}
	t.Init.Call = func(call *script.Call) (any, error) {
		o, err := c.create(call)
		if err != nil {
			return nil, err
		}
		o.table = t
		o.server.add(o)
		return o, nil
	}
	return t
}

// create makes an object out of the arguments, which are named as its fields are.
func (c *class) create(call *script.Call) (*cosem, error) {
	o := &cosem{class: c, server: shared(call.Interp), fields: map[string]any{}}
	for name, v := range c.defaults {
		o.fields[name] = v
	}
	names := paramNames(c.params)
	for i, v := range call.Args {
		name := names[i]
		// None stands for the default of a unit and of a clock's times.
		if v == nil || v == starlark.None && name != "default_value" {
			continue
		}
		if name == "logical_name" {
			var text string
			err := call.Unpack(&text)
			if err == nil {
				o.name, err = parseOBIS(text)
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if name == "default_value" {
			name = "value"
		}
		f, _ := c.field(name)
		value, err := f.convert(v)
		if err != nil {
			return nil, err
		}
		o.fields[name] = value
	}
	if c.made != nil {
		c.made(o)
	}
	return o, nil
}

// paramNames are the names in a parameter list.
func paramNames(params string) []string {
	var names []string
	for p := range strings.SplitSeq(params, ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(p), "="); name != "*" {
			names = append(names, name)
		}
	}
	return names
}

func (o *cosem) attr(name string) (any, bool) {
	f, ok := o.class.field(name)
	if !ok {
		return nil, false
	}
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	if f.kind == kindTime && f.name == "time" {
		return timeTuple(o.now()), true
	}
	return o.show(f), true
}

func (o *cosem) setAttr(name string, v starlark.Value) (bool, error) {
	f, ok := o.class.field(name)
	if !ok {
		return false, nil
	}
	value, err := f.convert(v)
	if err != nil {
		return true, err
	}
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	if t, isTime := value.([6]int); isTime && name == "time" {
		return true, o.setTime(t)
	}
	o.fields[name] = value
	return true, nil
}

// String is how scripts print an object.
func (o *cosem) String() string {
	if o.class.id == 0 {
		return fmt.Sprintf("<%s object>", o.class.name)
	}
	return fmt.Sprintf("<%s %s>", o.class.name, o.name)
}
