// Package bt is the script module bt: classic Bluetooth.
//
//	import bt
//	bt.init(lambda args: print(args[0], args[1]))
//	bt.start()
//
// Switching on, name and visibility are simulated; other devices, and so calls, music and the serial
// port profile, are not. Functions return 0, or -1 on failure (vendor's documentation, "bt -
// Bluetooth").
package bt

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/vendor"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The numbers of the callback's events.
const started, stopped = 0, 1

// nobody is why functions of profiles fail.
const nobody = "no other Bluetooth device is simulated"

// radio is the state. The interpreter lock guards it.
type radio struct {
	tell          script.Teller
	ready, on     bool
	callback      starlark.Callable
	code, visible int
	name          string
}

// localAddr is one of the range that IEEE leaves for local use.
var localAddr = []byte{0x02, 0x51, 0x50, 0x59, 0x00, 0x02}

// Module returns the table of the module.
func Module() *script.Module {
	funcs := []script.Func{
		{Name: "init", Params: "user_cb", Doc: "Has user_cb(args) called.", Call: start},
		{Name: "release", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.ready; r.ready, r.on, r.callback = false, false, nil; return was })},
		{Name: "start", Doc: "Switches Bluetooth on; the callback hears (0, 0).", Call: change(func(r *radio) bool { return r.turn(true, started) })},
		{Name: "stop", Doc: "Switches it off; the callback hears (1, 0).", Call: change(func(r *radio) bool { return r.turn(false, stopped) })},
		{Name: "getStatus", Doc: "Returns 1 while Bluetooth is on, else 0.", Call: status},
		{Name: "getLocalAddr", Doc: "Returns the address, 6 bytes, or -1 while Bluetooth is off.", Call: address},
		{Name: "setLocalName", Params: "code, name", Doc: "Sets the name, up to 22 bytes; code is 0 UTF-8, 1 GBK.", Call: setName},
		{Name: "getLocalName", Doc: "Returns (code, name).", Call: name},
		{Name: "setVisibleMode", Params: "mode", Doc: "Sets whether others find (1), connect (2), both (3) or neither (0).", Call: setVisible},
		{Name: "getVisibleMode", Doc: "Returns what setVisibleMode set.", Call: func(c *script.Call) (any, error) { return c.State().(*radio).visible, nil }},
	}
	return &script.Module{Name: "bt", Simulated: true, Doc: "Classic Bluetooth. Functions return 0, or -1 on failure.", Funcs: append(funcs, profiles()...),
		New: func(in *script.Interp) (any, error) {
			return &radio{tell: script.Teller{In: in, Name: "the Bluetooth callback"}, name: "QuecPython"}, nil
		}}
}

func profiles() []script.Func {
	return vendor.RefusedFuncs(nobody, "startInquiry(mode)", "cancelInquiry", "setChannel(channel)", "reconnect_set(max_count, period)", "reconnect",
		"hfpInit", "hfpRelease", "hfpConnect(addr)", "hfpDisonnect(addr)", "hfpSetVolume(addr, vol)", "hfpRejectAfterAnswer(addr)",
		"hfpRejectCall(addr)", "hfpAnswerCall(addr)", "hfpEnableVR(addr)", "hfpDisableVR(*args)",
		"a2dpavrcpInit", "a2dpavrcpRelease", "a2dpDisconnect(addr)", "a2dpGetAddr", "a2dpGetConnStatus",
		"avrcpStart", "avrcpPause", "avrcpPrev", "avrcpNext", "avrcpSetVolume(vol)", "avrcpGetVolume", "avrcpGetPlayStatus", "avrcpGetConnStatus",
		"sppInit", "sppRelease", "sppConnect(addr)", "sppDisconnect", "sppSend(data)")
}

func change(f func(r *radio) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if f(c.State().(*radio)) {
			return vendor.OK, nil
		}
		return vendor.Failed, nil
	}
}

func (r *radio) turn(on bool, event int) bool {
	if !r.ready || r.on == on {
		return false
	}
	r.on = on
	r.tell.Tell(r.callback, script.Tuple{event, 0})
	return true
}

func start(c *script.Call) (any, error) {
	r := c.State().(*radio)
	r.ready = true
	return vendor.OK, c.Unpack(&r.callback)
}

func status(c *script.Call) (any, error) {
	if c.State().(*radio).on {
		return 1, nil
	}
	return 0, nil
}

func address(c *script.Call) (any, error) {
	if !c.State().(*radio).on {
		return vendor.Failed, nil
	}
	return object.NewBytearray(append([]byte(nil), localAddr...)), nil
}

func setName(c *script.Call) (any, error) {
	var code int
	var name string
	if err := c.Unpack(&code, &name); err != nil {
		return nil, err
	}
	if code != 0 && code != 1 || name == "" || len(name) > 22 {
		return vendor.Failed, nil
	}
	r := c.State().(*radio)
	r.code, r.name = code, name
	return vendor.OK, nil
}

func name(c *script.Call) (any, error) {
	r := c.State().(*radio)
	return script.Tuple{r.code, r.name}, nil
}

func setVisible(c *script.Call) (any, error) {
	var mode int
	if err := c.Unpack(&mode); err != nil {
		return nil, err
	}
	if mode < 0 || mode > 3 {
		return vendor.Failed, nil
	}
	c.State().(*radio).visible = mode
	return vendor.OK, nil
}
