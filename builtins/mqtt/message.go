package mqtt

import (
	"context"
	"unicode/utf8"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"

	"quecstar/harness/device"
	"quecstar/harness/device/mqttclient"
	"quecstar/harness/script"
)

func messageClass() *script.Class {
	return &script.Class{
		Name: "Message",
		Doc:  "A message that came.",
		Attrs: []script.Const{
			{Name: "topic", Value: "", Doc: "Where it was published."},
			{Name: "payload", Value: []byte(nil), Doc: "What it holds."},
			{Name: "text", Value: "", Doc: "The payload as str, U+FFFD in place of what is not UTF-8."},
			{Name: "json", Doc: "The payload's value, None when it is not JSON."},
			{Name: "qos", Value: 0, Doc: "The QoS that it came with."},
			{Name: "retain", Value: false, Doc: "Whether the server had kept it."},
		},
		Methods: []script.Func{
			{Name: "__str__", Doc: "Shows topic and text.", Call: func(c *script.Call) (any, error) {
				m := c.Self.(*message)
				return m.Topic + ": " + m.text(), nil
			}},
		},
		Attr: func(self any, name string) (any, bool) { return self.(*message).attribute(name) },
	}
}

// message is what a Message of a script stands for.
type message struct {
	device.Message
	json starlark.Value
}

func (m *message) attribute(name string) (any, bool) {
	switch name {
	case "topic":
		return m.Topic, true
	case "payload":
		return m.Payload, true
	case "text":
		return m.text(), true
	case "json":
		return m.json, true
	case "qos":
		return int(m.QoS), true
	case "retain":
		return m.Retain, true
	}
	return nil, false
}

func (m *message) text() string {
	if utf8.Valid(m.Payload) {
		return string(m.Payload)
	}
	return string([]rune(string(m.Payload)))
}

// newMessage makes the script's value of a message.
func (s *state) newMessage(in *script.Interp, t *script.Thread, m device.Message) (any, error) {
	msg := &message{Message: m, json: starlark.None}
	if utf8.Valid(m.Payload) {
		v, err := t.Invoke(json.Module.Members["decode"], string(m.Payload), starlark.None)
		if err != nil {
			return nil, err
		}
		msg.json = v
	}
	return s.message.NewInstance(in, msg), nil
}

// handle has a function called for the messages of a filter, from a thread of the script that all
// handlers of the client share.
func (cl *client) handle(in *script.Interp, filter string, fn starlark.Callable) error {
	cl.unhandle(filter)
	cl.mu.Lock()
	cl.handlers = append(cl.handlers, handler{filter, fn})
	start := !cl.running
	cl.running = true
	cl.mu.Unlock()
	if !start {
		return nil
	}
	_, err := in.Go("mqtt client "+cl.id, true, func(t *script.Thread) error { return cl.serve(in, t) })
	return err
}

func (cl *client) unhandle(filter string) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	for i := range cl.handlers {
		if cl.handlers[i].filter == filter {
			cl.handlers = append(cl.handlers[:i:i], cl.handlers[i+1:]...)
			return
		}
	}
}

// handlerOf returns the function that takes a topic, or nil.
func (cl *client) handlerOf(topic string) starlark.Callable {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	for _, h := range cl.handlers {
		if mqttclient.Match(h.filter, topic) {
			return h.fn
		}
	}
	return nil
}

// serve hands messages to handlers until the connection is over. What a handler raises is printed,
// and the next message comes all the same.
func (cl *client) serve(in *script.Interp, t *script.Thread) error {
	for {
		var m device.Message
		err := t.Block(func(ctx context.Context) error {
			var err error
			m, err = cl.mq.Next(ctx, func(m device.Message) bool { return cl.handlerOf(m.Topic) != nil })
			return err
		})
		if err != nil {
			cl.mu.Lock()
			cl.running = false
			cl.mu.Unlock()
			return nil
		}
		fn := cl.handlerOf(m.Topic)
		if fn == nil {
			continue
		}
		v, err := cl.state.newMessage(in, t, m)
		if err == nil {
			_, err = t.Invoke(fn, v)
		}
		in.ReportThread("on_message of "+m.Topic, err)
	}
}
