package qth

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// The types of event that devEvent hears (Acceleronix, "Product Configuration API", setEventCb).
const (
	eventNetwork  = 1
	eventPlatform = 2
	eventReset    = 3
)

// client is the device's side of one run, and platform the other side. The interpreter lock guards
// them.
type client struct {
	cfg       config
	loaded    bool
	connected bool
	lastID    uint16
	imei      string
	tell      script.Teller
	callbacks map[string]starlark.Callable
	ota       update
	platform  platform
}

func shared(in *script.Interp) *client {
	return script.Shared(in, func() *client {
		return &client{cfg: defaultConfig(), tell: script.Teller{In: in, Name: "the Qth callback"}, callbacks: map[string]starlark.Callable{},
			platform: platform{secrets: map[string]string{}}}
	})
}

// nextID numbers packets from 1; 0 and 65535 are none (ql_iotDp.c, Ql_iotDpPkgIdUpdate).
func (x *client) nextID() uint16 {
	x.lastID++
	if x.lastID == math.MaxUint16 || x.lastID == 0 {
		x.lastID = 1
	}
	return x.lastID
}

// clientID is the device's name on the wire (ql_iotConn.c).
func (x *client) clientID() string { return "qd" + x.cfg.pk + x.imei }

// call queues a call of the script's function for an event, if there is one.
func (x *client) call(name string, args ...any) { x.tell.Tell(x.callbacks[name], args...) }

func initialize(c *script.Call) (any, error) {
	x := shared(c.Interp)
	imei, err := quectel.Ask(c, device.Identity.IMEI)
	if err != nil {
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: c.Name() + "() fails: " + err.Error()})
		return false, c.Context().Err()
	}
	x.imei = imei
	if !x.loaded {
		x.loaded = true
		if err := x.load(c.Interp); err != nil {
			return nil, err
		}
	}
	return true, nil
}

// start connects at once; on a module a thread of its own does.
func start(c *script.Call) (any, error) {
	x := shared(c.Interp)
	switch {
	case !x.loaded:
		return x.fail(c, "call Qth.init() first"), nil
	case x.cfg.pk == "" || x.cfg.ps == "":
		return x.fail(c, "setProductInfo has given no product"), nil
	case x.connected:
		return true, nil
	}
	if x.cfg.url == "" {
		x.cfg.url = serverFor(homeCountry)
	}
	x.call("devEvent", eventNetwork, 0)
	if x.cfg.ds == "" && !x.register(c) {
		return true, nil
	}
	x.login(c)
	return true, x.save(c.Interp)
}

// fail is the result False; an event says why.
func (x *client) fail(c *script.Call, why string) bool {
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: c.Name() + "() returns False: " + why})
	return false
}

// register asks the platform for the device's secret, by that of its product.
func (x *client) register(c *script.Call) bool {
	if code := x.platform.takeRefusal(); code != 0 {
		x.refused(c, code)
		return false
	}
	x.cfg.ds = x.platform.secretOf(x.cfg.pk, x.imei)
	return true
}

func (x *client) login(c *script.Call) bool {
	code := x.platform.takeRefusal()
	if code == 0 && x.cfg.ds != x.platform.secretOf(x.cfg.pk, x.imei) {
		code = codeWrongSecret
	}
	if code != 0 {
		x.refused(c, code)
		return false
	}
	x.connected = true
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Connect, Device: x.clientID(), Text: "to " + x.cfg.url + " (the simulated platform)"})
	x.call("devEvent", eventPlatform, 0)
	return true
}

func (x *client) refused(c *script.Call, code int) {
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Refused, Device: x.clientID(), Text: fmt.Sprintf("the platform refuses the device with %d", code)})
	x.call("devEvent", eventPlatform, code)
}

func stop(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if x.connected {
		x.connected = false
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Disconnect, Device: x.clientID(), Text: "by the device"})
	}
	return nil, nil
}

func state(c *script.Call) (any, error) { return shared(c.Interp).connected, nil }

// reset forgets the device's secret on both sides, and connects anew if it was connected.
func reset(c *script.Call) (any, error) {
	x := shared(c.Interp)
	was := x.connected
	if _, err := stop(c); err != nil {
		return nil, err
	}
	x.platform.forget(x.cfg.pk, x.imei)
	x.cfg.ds = ""
	x.call("devEvent", eventReset, 0)
	if was && x.register(c) {
		x.login(c)
	}
	return nil, x.save(c.Interp)
}

// send puts a packet on the wire, where the platform reads it.
func (x *client) send(c *script.Call, p packet, qos int) (bool, error) {
	if !x.connected {
		return x.fail(c, "the device is not connected"), nil
	}
	if qos < 0 || qos > 1 {
		return x.fail(c, fmt.Sprintf("mode %d is neither 0 nor 1", qos)), nil
	}
	if p.id == 0 {
		p.id = x.nextID()
	}
	frame, err := p.encode()
	if err != nil {
		return x.fail(c, err.Error()), nil
	}
	text, err := x.platform.receive(frame)
	if err != nil {
		return x.fail(c, err.Error()), nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Publish, Device: x.clientID(), Topic: "q/2/d/" + x.clientID() + "/" + p.cmd.topic(),
		Payload: frame, QoS: byte(qos), Text: text})
	return true, x.answer(c, p)
}

// topic is the last part of the topic that a command goes to (ql_iotConn.c).
func (cmd command) topic() string {
	switch cmd {
	case cmdAckStatus, cmdSendStatus, cmdAckInfo, cmdSendInfo:
		return "sys"
	case cmdOTAEvent, cmdOTARequest:
		return "ota"
	}
	return "bus"
}

// secret is a device's secret of this platform: the same in every run, as a real one stays the same.
func secret(pk, dk string, generation int) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", pk, dk, generation))
	return hex.EncodeToString(h[:16])
}
