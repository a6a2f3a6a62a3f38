package umqtt

import (
	"context"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/device/mqttclient"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// client is one MQTTClient of a script.
type client struct {
	mq        *mqttclient.Client
	id        string
	keepalive bool
	callback  starlark.Callable // guarded by the interpreter lock
	polls     polls

	mu      sync.Mutex
	onError starlark.Callable
}

// arguments are those of MQTTClient().
type arguments struct {
	id, server, user, password string
	port, keepalive, version   int
	ssl, reconn                bool
	params                     starlark.Value
}

func newClient(c *script.Call) (any, error) {
	a := arguments{reconn: true, version: 4}
	var port starlark.Value
	if err := c.Unpack(&a.id, &a.server, &port, &a.user, &a.password, &a.keepalive, &a.ssl, &a.params, &a.reconn, &a.version); err != nil {
		return nil, err
	}
	if err := quectel.Port(port, &a.port); err != nil {
		return nil, err
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	stack, err := quectel.Role[device.MQTT](c)
	if err != nil {
		return nil, err
	}
	in := c.Interp
	cl := &client{id: a.id, keepalive: a.keepalive > 0}
	cl.mq = mqttclient.New(mqttclient.Options{MQTT: stack, Config: cfg, Reconnect: a.reconn,
		Sleep: in.Clock().Sleep, Events: in.Emit, OnChange: func(ch mqttclient.Change) { cl.changed(in, ch, a.reconn) }})
	c.State().(*clients).add(cl.mq)
	return cl, nil
}

// config checks the arguments as the vendor's client does.
func (a *arguments) config() (device.MQTTConfig, error) {
	cfg := device.MQTTConfig{Host: a.server, Port: a.port, ClientID: a.id, User: a.user, Password: a.password,
		KeepAlive: time.Duration(a.keepalive) * time.Second, Protocol: a.version}
	switch {
	case a.keepalive != 0 && a.keepalive < 5 || a.keepalive > 65535:
		return cfg, script.Raise("ValueError", "keepalive is %d; it must be 0 or at least 5 seconds", a.keepalive)
	case a.version != 3 && a.version != 4:
		return cfg, script.Raise("ValueError", "version is %d; it must be 3 (MQTT 3.1) or 4 (MQTT 3.1.1)", a.version)
	case a.port < 0 || a.port > 65535:
		return cfg, script.Raise("ValueError", "port is %d; it must be 0 to 65535", a.port)
	}
	if a.ssl {
		var err error
		if cfg.TLS, err = tlsParams(a.params); err != nil {
			return cfg, err
		}
	}
	if cfg.Port == 0 {
		cfg.Port = 1883
		if a.ssl {
			cfg.Port = 8883
		}
	}
	return cfg, nil
}

// changed tells the script's error callback, in the words of the vendor's client.
func (cl *client) changed(in *script.Interp, ch mqttclient.Change, reconn bool) {
	cl.mu.Lock()
	fn := cl.onError
	cl.mu.Unlock()
	if fn == nil {
		return
	}
	text := "reconnect_success"
	switch ch.State {
	case mqttclient.Reconnecting:
		text = "reconnect_start"
	case mqttclient.Lost:
		text = ch.Err.Error()
	}
	in.Callback("the MQTT error callback", fn, text)
}

func setCallback(c *script.Call) (any, error) {
	return nil, c.Unpack(&c.Self.(*client).callback)
}

func setErrorCallback(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	cl.mu.Lock()
	defer cl.mu.Unlock()
	cl.onError = fn
	return nil, nil
}

func setLastWill(c *script.Call) (any, error) {
	m, err := unpackMessage(c)
	if err != nil {
		return nil, err
	}
	if m.Topic == "" || m.QoS > 2 {
		return nil, script.Raise("AssertionError", "a last will needs a topic and a qos of 0 to 2")
	}
	c.Self.(*client).mq.SetWill(&m)
	return nil, nil
}

// unpackMessage reads topic, msg, retain and qos.
func unpackMessage(c *script.Call) (device.Message, error) {
	var m device.Message
	var payload []byte
	var qos int
	if err := c.Unpack(&m.Topic, &payload, &m.Retain, &qos); err != nil {
		return m, err
	}
	if qos < 0 || qos > 2 {
		return m, script.Raise("ValueError", "qos is %d; it must be 0 or 1", qos)
	}
	// A bytearray may change once the call is over, and events keep the payload.
	m.Payload, m.QoS = append([]byte(nil), payload...), byte(qos)
	return m, nil
}

func connect(c *script.Call) (any, error) {
	clean := true
	if err := c.Unpack(&clean); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	err := c.Block(func(ctx context.Context) error { return cl.mq.Connect(ctx, clean) })
	if err != nil {
		return nil, connectError(c, err)
	}
	return quectel.OK, nil
}

func disconnect(c *script.Call) (any, error) {
	mq := c.Self.(*client).mq
	err := c.Block(func(ctx context.Context) error { return mq.Disconnect(ctx) })
	return nil, runError(c, err)
}

func closeClient(c *script.Call) (any, error) {
	mq := c.Self.(*client).mq
	return nil, c.Block(func(context.Context) error { return mq.Close() })
}

func ping(c *script.Call) (any, error) {
	cl := c.Self.(*client)
	if !cl.keepalive {
		return nil, nil
	}
	err := c.Block(func(ctx context.Context) error { return cl.mq.Ping(ctx) })
	return nil, socketError(c, err)
}

// ackTime is how long the vendor's client waits for the answer to a publish at QoS 1 and to a
// subscribe.
const ackTime = 5 * time.Second

// publish does not raise when the message cannot be sent. The vendor's documentation has it return
// nothing; the vendor's published client returns whether the message is sent (QoS 0) or acknowledged
// (QoS 1), and so does this one: what it says of a failure goes into an event, too.
func publish(c *script.Call) (any, error) {
	m, err := unpackMessage(c)
	if err != nil {
		return nil, err
	}
	if m.QoS > 1 {
		return nil, script.Raise("ValueError", "qos is %d; it must be 0 or 1", m.QoS)
	}
	cl := c.Self.(*client)
	err = c.Block(func(ctx context.Context) error {
		if m.QoS > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, ackTime)
			defer cancel()
		}
		return cl.mq.Publish(ctx, m)
	})
	if err == nil {
		return true, nil
	}
	if over := runError(c, err); over != nil {
		return nil, over
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning, Device: cl.id, Topic: m.Topic,
		Text: "publish() returns False: " + err.Error()})
	return false, nil
}

func subscribe(c *script.Call) (any, error) {
	var filter string
	var qos int
	if err := c.Unpack(&filter, &qos); err != nil {
		return nil, err
	}
	cl := c.Self.(*client)
	if cl.callback == nil {
		return nil, script.Raise("AssertionError", "no callback is set: call set_callback first")
	}
	if qos < 0 || qos > 2 {
		return nil, script.Raise("ValueError", "qos is %d; it must be 0 or 1", qos)
	}
	err := c.Block(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, ackTime)
		defer cancel()
		return cl.mq.Subscribe(ctx, filter, byte(qos))
	})
	return nil, socketError(c, err)
}

// status translates to the vendor's numbers.
func status(c *script.Call) (any, error) {
	mq := c.Self.(*client).mq
	switch mq.State() {
	case mqttclient.Connected:
		return 0, nil
	case mqttclient.Connecting, mqttclient.Reconnecting:
		return 1, nil
	case mqttclient.Lost:
		if isLost(mq.Err()) {
			return 2, nil
		}
	}
	return -1, nil
}
