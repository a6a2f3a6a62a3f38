// Package bt is the script module bt: classic Bluetooth.
//
//	import bt
//	bt.init(lambda args: print(args[0], args[1]))
//	bt.start()
//
// The radio is simulated: a test puts devices in reach with bt_device, and plays their calls, music and
// serial port. Functions return 0, or -1 on failure; the numbers of events and the callback's tuples
// are those of the vendor's documentation, "bt - Bluetooth".
package bt

import (
	"bytes"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The numbers of the callback's events.
const (
	started         = 0
	stopped         = 1
	found           = 6
	inquiryEnded    = 7
	received        = 14
	hfpConnected    = 40
	hfpDisconnected = 41
	hfpCall         = 42
	hfpSetup        = 43
	hfpNetwork      = 44
	hfpSignal       = 45
	hfpBattery      = 46
	hfpAudio        = 48
	hfpRing         = 51
	hfpCodec        = 52
	sppConnected    = 61
	sppDisconnected = 62
)

// The states of a connection.
const unlinked, linked = 0, 2

// unreachable is the status of a connection that did not come about; the vendor says that it is not 0.
const unreachable = 1

// radio is the state. The interpreter lock guards it.
type radio struct {
	tell          script.Teller
	ready, on     bool
	callback      starlark.Callable
	code, visible int
	name          string

	devices   []*device
	inquiry   *script.Thread // nil unless it goes on
	reported  map[string]bool
	channel   int
	last      *device // the one that was connected last
	retries   int     // how often a lost connection is made again
	hfp, a2dp profile
	spp       profile
	call      call
	sent      []byte
}

// profile is one way to use a connection.
type profile struct {
	ready bool
	peer  *device // nil unless connected
}

// device is one that is around.
type device struct {
	addr        []byte
	name        string
	rssi, class int
	far         bool // out of reach

	signal, battery int
	volume, play    int // of its player
	track           int
}

func shared(in *script.Interp) *radio {
	return script.Shared(in, func() *radio {
		return &radio{tell: script.Teller{In: in, Name: "the Bluetooth callback"}, name: "QuecPython"}
	})
}

// localAddr is one of the range that IEEE leaves for local use.
var localAddr = []byte{0x02, 0x51, 0x50, 0x59, 0x00, 0x02}

// Module returns the table of the module.
func Module() *script.Module {
	funcs := []script.Func{
		{Name: "init", Params: "user_cb", Doc: "Has user_cb(args) called.", Call: setUp},
		{Name: "release", Doc: "Ends that.", Call: change((*radio).release)},
		{Name: "start", Doc: "Switches Bluetooth on; the callback hears (0, 0).", Call: change((*radio).start)},
		{Name: "stop", Doc: "Switches it off; the callback hears (1, 0).", Call: change((*radio).stop)},
		{Name: "getStatus", Doc: "Returns 1 while Bluetooth is on, else 0.", Call: status},
		{Name: "getLocalAddr", Doc: "Returns the address, 6 bytes, or -1 while Bluetooth is off.", Call: address},
		{Name: "setLocalName", Params: "code, name", Doc: "Sets the name, up to 22 bytes; code is 0 UTF-8, 1 GBK.", Call: setName},
		{Name: "getLocalName", Doc: "Returns (code, name).", Call: name},
		{Name: "setVisibleMode", Params: "mode", Doc: "Sets whether others find (1), connect (2), both (3) or neither (0).", Call: setVisible},
		{Name: "getVisibleMode", Doc: "Returns what setVisibleMode set.", Call: func(c *script.Call) (any, error) { return shared(c.Interp).visible, nil }},
	}
	return &script.Module{Name: "bt", Simulated: true, Controls: controls(), Doc: "Classic Bluetooth. Functions return 0, or -1 on failure.",
		Funcs: slices.Concat(funcs, inquiryFuncs(), hfpFuncs(), musicFuncs(), sppFuncs())}
}

func change(f func(r *radio) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if f(shared(c.Interp)) {
			return quectel.OK, nil
		}
		return quectel.Failed, nil
	}
}

func (r *radio) start() bool {
	if !r.ready || r.on {
		return false
	}
	r.on = true
	r.hears(started, 0)
	return true
}

// stop ends connections without a word, and an inquiry with one.
func (r *radio) stop() bool {
	if !r.on {
		return false
	}
	r.endInquiry(forced)
	r.on, r.call = false, call{}
	r.hfp.peer, r.a2dp.peer, r.spp.peer = nil, nil, nil
	r.hears(stopped, 0)
	return true
}

func (r *radio) release() bool {
	was := r.ready
	r.stop()
	r.ready, r.callback = false, nil
	r.hfp, r.a2dp, r.spp = profile{}, profile{}, profile{}
	return was
}

// take takes a profile into use, once.
func (r *radio) take(p *profile) bool {
	if !r.ready || p.ready {
		return false
	}
	p.ready = true
	return true
}

// hears has the callback hear of an event.
func (r *radio) hears(args ...any) { r.tell.Tell(r.callback, script.Tuple(args)) }

// hearsOf has it hear of a state of a device.
func (r *radio) hearsOf(event, state int, d *device) { r.hears(event, 0, state, byteArray(d.addr)) }

// byteArray is bytes as callbacks get them.
func byteArray(b []byte) *object.Bytearray { return object.NewBytearray(bytes.Clone(b)) }

// around returns the device with an address that is in reach, nil when there is none.
func (r *radio) around(addr []byte) *device {
	if d := r.known(addr); d != nil && !d.far {
		return d
	}
	return nil
}

// known returns the device with an address, wherever it is.
func (r *radio) known(addr []byte) *device {
	for _, d := range r.devices {
		if bytes.Equal(d.addr, addr) {
			return d
		}
	}
	return nil
}

func setUp(c *script.Call) (any, error) {
	r := shared(c.Interp)
	r.ready = true
	return quectel.OK, c.Unpack(&r.callback)
}

func status(c *script.Call) (any, error) {
	if shared(c.Interp).on {
		return 1, nil
	}
	return 0, nil
}

func address(c *script.Call) (any, error) {
	if !shared(c.Interp).on {
		return quectel.Failed, nil
	}
	return byteArray(localAddr), nil
}

func setName(c *script.Call) (any, error) {
	var code int
	var name string
	if err := c.Unpack(&code, &name); err != nil {
		return nil, err
	}
	if code != 0 && code != 1 || name == "" || len(name) > 22 {
		return quectel.Failed, nil
	}
	r := shared(c.Interp)
	r.code, r.name = code, name
	return quectel.OK, nil
}

func name(c *script.Call) (any, error) {
	r := shared(c.Interp)
	return script.Tuple{r.code, r.name}, nil
}

func setVisible(c *script.Call) (any, error) {
	var mode int
	if err := c.Unpack(&mode); err != nil {
		return nil, err
	}
	if mode < 0 || mode > 3 {
		return quectel.Failed, nil
	}
	shared(c.Interp).visible = mode
	return quectel.OK, nil
}
