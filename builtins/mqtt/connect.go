package mqtt

import (
	"context"
	"fmt"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/device/mqttclient"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// arguments are those of mqtt.connect.
type arguments struct {
	cfg              device.MQTTConfig
	ssl, will        starlark.Value
	clean, reconnect bool
}

func connect(c *script.Call, class *script.Class) (any, error) {
	a := arguments{clean: true}
	cfg := &a.cfg
	cfg.KeepAlive, cfg.Timeout, cfg.Protocol = 120*time.Second, 20*time.Second, 4
	err := c.Unpack(&cfg.Host, &cfg.Port, &cfg.ClientID, &cfg.User, &cfg.Password, &cfg.KeepAlive,
		&a.ssl, &a.will, &a.clean, &a.reconnect, &cfg.Protocol, &cfg.Timeout)
	if err != nil {
		return nil, err
	}
	if err := a.complete(c); err != nil {
		return nil, err
	}
	stack, err := quectel.Role[device.MQTT](c)
	if err != nil {
		return nil, err
	}
	st := c.State().(*state)
	cl := &client{id: cfg.ClientID, state: st}
	cl.mq = mqttclient.New(mqttclient.Options{MQTT: stack, Config: *cfg, Reconnect: a.reconnect,
		Sleep: c.Interp.Clock().Sleep, Events: c.Interp.Emit})
	st.add(cl.mq)
	err = c.Block(func(ctx context.Context) error { return cl.mq.Connect(ctx, a.clean) })
	if err != nil {
		return nil, raise(c, err)
	}
	return class.NewInstance(c.Interp, cl), nil
}

// complete reads ssl and will, and picks the port.
func (a *arguments) complete(c *script.Call) error {
	var err error
	if a.cfg.TLS, err = tlsConfig(a.ssl); err != nil {
		return err
	}
	if a.cfg.Port == 0 {
		a.cfg.Port = 1883
		if a.cfg.TLS != nil {
			a.cfg.Port = 8883
		}
	}
	if a.will != nil && a.will != starlark.None {
		a.cfg.Will, err = will(c, a.will)
	}
	return err
}

func tlsConfig(v starlark.Value) (*device.TLSConfig, error) {
	if v == nil || !bool(v.Truth()) {
		return nil, nil
	}
	conf := &device.TLSConfig{}
	if v == starlark.True {
		return conf, nil
	}
	fields := map[string]func([]byte){
		"ca":          func(b []byte) { conf.CA = b },
		"cert":        func(b []byte) { conf.Cert = b },
		"key":         func(b []byte) { conf.Key = b },
		"server_name": func(b []byte) { conf.ServerName = string(b) },
	}
	err := eachItem("ssl", v, func(name string, v starlark.Value) error {
		set, known := fields[name]
		text, ok := object.AsBytes(v)
		switch {
		case !known:
			return fmt.Errorf("ssl has no %q: known are ca, cert, key and server_name", name)
		case !ok:
			return fmt.Errorf("ssl[%q] should be str or bytes, not %s", name, v.Type())
		}
		set(text)
		return nil
	})
	return conf, err
}

func will(c *script.Call, v starlark.Value) (*device.Message, error) {
	m := &device.Message{}
	err := eachItem("will", v, func(name string, v starlark.Value) error {
		var err error
		switch name {
		case "topic":
			m.Topic, _ = object.AsString(v)
		case "payload":
			m.Payload, err = payload(c, v)
		case "qos":
			m.QoS, err = qosOf(v)
		case "retain":
			m.Retain = bool(v.Truth())
		default:
			err = fmt.Errorf("will has no %q: known are topic, payload, qos and retain", name)
		}
		return err
	})
	if err == nil && m.Topic == "" {
		err = script.Raise("ValueError", "will needs a topic")
	}
	return m, err
}

func eachItem(what string, v starlark.Value, f func(string, starlark.Value) error) error {
	items, ok := v.(starlark.IterableMapping)
	if !ok {
		return script.Raise("TypeError", "%s should be a dict, not %s", what, v.Type())
	}
	for _, kv := range items.Items() {
		name, _ := object.AsString(kv[0])
		if err := f(name, kv[1]); err != nil {
			return script.Raise("ValueError", "%w", err)
		}
	}
	return nil
}

func qosOf(v starlark.Value) (byte, error) {
	n, ok := object.AsInt(v)
	q, fits := n.Int64()
	if !ok || !fits || q < 0 || q > 2 {
		return 0, script.Raise("ValueError", "qos should be 0, 1 or 2")
	}
	return byte(q), nil
}
