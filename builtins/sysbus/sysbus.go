// Package sysbus is the script module sys_bus: topics between the threads of one script.
//
//	import sys_bus
//	sys_bus.subscribe("door", lambda topic, msg: print(topic, msg))
//	sys_bus.publish("door", "open")
//
// Each handler runs on a thread of its own, as the vendor documents it ("sys_bus - Session Bus").
package sysbus

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// topic is one entry of the register.
type topic struct {
	name     starlark.Value // a str or an int
	handlers []starlark.Callable
}

// bus is the register, in the order of the first subscriptions. The interpreter lock guards it.
type bus struct{ topics []*topic }

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "sys_bus",
		Doc:  "Topics between the threads of one script. A topic is a str or an int.",
		Funcs: []script.Func{
			{Name: "subscribe", Params: "topic, handler", Doc: "Has handler(topic, msg) called, on a thread of its own, for every message to topic.", Call: subscribe},
			{Name: "publish", Params: "topic, msg", Doc: "Sends msg to all handlers of topic.", Call: publish},
			{Name: "sub_table", Params: "topic=None", Doc: "Returns the list of topic's handlers, or a dict of all topics.", Call: table},
			{Name: "unsubscribe", Params: "topic, cb=None", Doc: "Takes cb, or all handlers, away from topic; returns whether there was such a one.", Call: unsubscribe},
		},
		New: func(*script.Interp) (any, error) { return &bus{}, nil },
	}
}

// find returns the entry of a topic, or nil. The int 1 and the str "1" are different topics.
func (b *bus) find(name starlark.Value) (*topic, int) {
	for i, t := range b.topics {
		if same(t.name, name) {
			return t, i
		}
	}
	return nil, -1
}

func same(a, b starlark.Value) bool {
	ok, err := starlark.Equal(a, b)
	return err == nil && ok
}

// named unpacks the topic of a call and the arguments behind it.
func named(c *script.Call, rest ...any) (starlark.Value, error) {
	var name starlark.Value
	if err := c.Unpack(append([]any{&name}, rest...)...); err != nil {
		return nil, err
	}
	_, isText := object.AsString(name)
	if _, isInt := object.AsInt(name); !isText && !isInt {
		return nil, script.Raise("TypeError", "topic is a %s; it must be a str or an int", object.TypeName(name))
	}
	return name, nil
}

func subscribe(c *script.Call) (any, error) {
	var fn starlark.Callable
	name, err := named(c, &fn)
	if err != nil {
		return nil, err
	}
	if fn == nil {
		return nil, script.Raise("TypeError", "handler is None; it must be a function")
	}
	b := c.State().(*bus)
	t, _ := b.find(name)
	if t == nil {
		t = &topic{name: name}
		b.topics = append(b.topics, t)
	}
	for _, h := range t.handlers {
		if same(h, fn) {
			return nil, nil
		}
	}
	t.handlers = append(t.handlers, fn)
	return nil, nil
}

func publish(c *script.Call) (any, error) {
	var msg starlark.Value
	name, err := named(c, &msg)
	if err != nil {
		return nil, err
	}
	t, _ := c.State().(*bus).find(name)
	if t == nil {
		return nil, nil
	}
	for _, fn := range t.handlers {
		if _, err := c.Interp.Go("the sys_bus handler", false, func(th *script.Thread) error {
			_, err := th.Invoke(fn, name, msg)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func table(c *script.Call) (any, error) {
	b := c.State().(*bus)
	if !c.Given(0) {
		all := script.Dict{}
		for _, t := range b.topics {
			all = append(all, script.Pair{Key: t.name, Value: t.list()})
		}
		return all, nil
	}
	name, err := named(c)
	if err != nil {
		return nil, err
	}
	if t, _ := b.find(name); t != nil {
		return t.list(), nil
	}
	return script.List{}, nil
}

func (t *topic) list() script.List {
	out := script.List{}
	for _, h := range t.handlers {
		out = append(out, h)
	}
	return out
}

func unsubscribe(c *script.Call) (any, error) {
	var fn starlark.Callable
	name, err := named(c, &fn)
	if err != nil {
		return nil, err
	}
	b := c.State().(*bus)
	t, at := b.find(name)
	if t == nil {
		return false, nil
	}
	found := fn == nil
	for i, h := range t.handlers {
		if fn != nil && same(h, fn) {
			t.handlers = append(t.handlers[:i:i], t.handlers[i+1:]...)
			found = true
			break
		}
	}
	if fn == nil || len(t.handlers) == 0 {
		b.topics = append(b.topics[:at:at], b.topics[at+1:]...)
	}
	return found, nil
}
