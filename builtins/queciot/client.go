package queciot

import (
	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// self is the module's state, which the functions of quecstar share.
func self(c *script.Call) *client {
	in := c.Interp
	return script.Shared(in, func() *client {
		return &client{tell: script.Teller{In: in, Name: "the quecIot callback"}, protocol: 1, lifetime: 120, context: 1,
			server: "iot-south.quectel.com:1883"}
	})
}

// ready makes a function that returns False before init.
func ready(f func(*client, *script.Call) (any, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if self(c).state == stateNone {
			return false, nil
		}
		return f(self(c), c)
	}
}

// get makes a function that returns None before init.
func get(f func(*client) any) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if self(c).state == stateNone {
			return nil, nil
		}
		return f(self(c)), nil
	}
}

func initialize(c *script.Call) (any, error) {
	cl := self(c)
	if cl.state == stateNone {
		cl.state = stateInitialized
		return true, nil
	}
	cl.disconnect()
	return true, nil
}

func connect(cl *client, c *script.Call) (any, error) {
	var mode int
	if err := c.Unpack(&mode); err != nil {
		return nil, err
	}
	switch {
	case mode == 0:
		cl.disconnect()
	case mode != 1, cl.key == "", cl.secret == "", cl.server == "":
		return false, nil
	case cl.mode == 0:
		cl.mode, cl.state = 1, stateSubscribed
		c.Emit(event.Event{Layer: event.Builtin, Kind: Sent, Text: "product " + cl.key + " is taken for connected: " + cl.server + " is not reached"})
		for step := authenticated; step <= subscribed; step++ {
			cl.tell.Tell(cl.callback, script.Tuple{step, succeeded})
		}
	}
	return true, nil
}

func (cl *client) disconnect() {
	if cl.mode == 0 {
		return
	}
	cl.mode, cl.state = 0, stateDisconnected
	cl.tell.Tell(cl.callback, script.Tuple{loggedOut, succeeded})
}

// send makes a function whose last argument goes to the platform if it is fit for that.
func send(what string, code int, fit func(starlark.Value) bool) func(*script.Call) (any, error) {
	return ready(func(cl *client, c *script.Call) (any, error) {
		data := c.Args[len(c.Args)-1]
		if cl.mode == 0 || !fit(data) {
			return false, nil
		}
		c.Emit(event.Event{Layer: event.Builtin, Kind: Sent, Text: what + " " + object.Repr(data)})
		cl.tell.Tell(cl.callback, script.Tuple{sent, code})
		return true, nil
	})
}

func control(c *script.Call) (any, error) {
	var kind, code int
	if err := c.Unpack(&kind, &code); err != nil {
		return nil, err
	}
	cl := self(c)
	args := script.Tuple{kind, code}
	if c.Given(2) {
		args = append(args, c.Args[2])
	}
	cl.tell.Tell(cl.callback, args)
	return nil, nil
}
