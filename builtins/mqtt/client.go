package mqtt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.starlark.net/lib/json"
	"go.starlark.net/starlark"

	"quecstar/harness/device"
	"quecstar/harness/device/mqttclient"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// client is what a Client of a script stands for.
type client struct {
	mq    *mqttclient.Client
	id    string
	state *state

	mu       sync.Mutex
	handlers []handler
	running  bool // the thread that calls the handlers
}

type handler struct {
	filter string
	fn     starlark.Callable
}

// attribute answers for c.client_id and c.connected.
func attribute(self any, name string) (any, bool) {
	cl := self.(*client)
	switch name {
	case "client_id":
		return cl.id, true
	case "connected":
		return cl.mq.State() == mqttclient.Connected, true
	}
	return nil, false
}

// raise is what a script sees of an error of the network; what ends the run is passed on.
func raise(c *script.Call, err error) error {
	var raised *script.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &raised), c.Context().Err() != nil:
		return err
	case errors.Is(err, device.ErrConfig):
		return script.Raise("ValueError", "%w", err)
	}
	return script.Raise("OSError", "%w", err)
}

// payload is what a script's value is on the wire.
func payload(c *script.Call, v starlark.Value) ([]byte, error) {
	if v == starlark.None {
		return nil, nil
	}
	if b, ok := object.AsBytes(v); ok {
		return append([]byte(nil), b...), nil
	}
	text, err := c.Invoke(json.Module.Members["encode"], v)
	if err != nil {
		return nil, script.Raise("TypeError", "payload: a %s does not go into JSON: %w", v.Type(), err)
	}
	s, _ := object.AsString(text)
	return []byte(s), nil
}

func publish(c *script.Call) (any, error) {
	var m device.Message
	var v starlark.Value
	qos, timeout := 0, answerTime
	if err := c.Unpack(&m.Topic, &v, &qos, &m.Retain, &timeout); err != nil {
		return nil, err
	}
	var err error
	if m.Payload, err = payload(c, v); err != nil {
		return nil, err
	}
	if m.QoS, err = qosOf(starlark.MakeInt(qos)); err != nil {
		return nil, err
	}
	mq := c.Self.(*client).mq
	return nil, raise(c, c.Block(within(timeout, func(ctx context.Context) error { return mq.Publish(ctx, m) })))
}

// answerTime bounds how long the server may take to answer.
const answerTime = 30 * time.Second

// within bounds a call.
func within(d time.Duration, f func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return f(ctx)
	}
}

func subscribe(c *script.Call) (any, error) {
	var filter string
	var fn starlark.Callable
	qos := 0
	if err := c.Unpack(&filter, &qos, &fn); err != nil {
		return nil, err
	}
	q, err := qosOf(starlark.MakeInt(qos))
	if err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	if fn != nil {
		if err := cl.handle(c.Interp, filter, fn); err != nil {
			return nil, err
		}
	}
	return nil, raise(c, c.Block(within(answerTime, func(ctx context.Context) error { return cl.mq.Subscribe(ctx, filter, q) })))
}

func unsubscribe(c *script.Call) (any, error) {
	var filter string
	if err := c.Unpack(&filter); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	cl.unhandle(filter)
	return nil, raise(c, c.Block(within(answerTime, func(ctx context.Context) error { return cl.mq.Unsubscribe(ctx, filter) })))
}

func ping(c *script.Call) (any, error) {
	return nil, raise(c, c.Block(within(answerTime, c.Self.(*client).mq.Ping)))
}

func disconnect(c *script.Call) (any, error) {
	return nil, raise(c, c.Block(within(answerTime, c.Self.(*client).mq.Disconnect)))
}

func closeClient(c *script.Call) (any, error) {
	mq := c.Self.(*client).mq
	return nil, raise(c, c.Block(func(context.Context) error { return mq.Close() }))
}

// wanted accepts the messages of a filter, "" meaning all, that have no handler.
func (cl *client) wanted(filter string) func(device.Message) bool {
	return func(m device.Message) bool {
		return (filter == "" || mqttclient.Match(filter, m.Topic)) && cl.handlerOf(m.Topic) == nil
	}
}

var errTimeUp = errors.New("the time is up")

func wait(c *script.Call) (any, error) {
	filter, timeout := "", 30*time.Second
	if err := c.Unpack(&filter, &timeout); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	var m device.Message
	err := c.Block(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeUp)
		defer cancel()
		var err error
		m, err = cl.mq.Next(ctx, cl.wanted(filter))
		return err
	})
	if errors.Is(err, errTimeUp) {
		return nil, script.RaiseArgs("OSError", device.ErrTimeout, nothingCame(filter, timeout))
	}
	if err != nil {
		return nil, raise(c, err)
	}
	return cl.state.newMessage(c.Interp, c.Thread, m)
}

func nothingCame(filter string, timeout time.Duration) string {
	what := "no message"
	if filter != "" {
		what += " on " + filter
	}
	return fmt.Sprintf("%s within %v", what, timeout)
}

func poll(c *script.Call) (any, error) {
	filter := ""
	if err := c.Unpack(&filter); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	m, ok, err := cl.mq.TryNext(cl.wanted(filter))
	if err != nil || !ok {
		return nil, raise(c, err)
	}
	return cl.state.newMessage(c.Interp, c.Thread, m)
}

func messages(c *script.Call) (any, error) {
	filter := ""
	if err := c.Unpack(&filter); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	all := script.List{}
	for {
		m, ok, err := cl.mq.TryNext(cl.wanted(filter))
		if !ok && (err == nil || len(all) > 0) {
			return all, nil
		}
		if err != nil {
			return nil, raise(c, err)
		}
		v, err := cl.state.newMessage(c.Interp, c.Thread, m)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
}
