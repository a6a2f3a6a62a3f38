package bt

import (
	"bytes"

	"quecstar/harness/script"
)

// connectable is the bit of a visible mode by which others can connect.
const connectable = 2

// controls are what a test plays the other devices with.
func controls() []script.Func {
	return []script.Func{
		{Name: "bt_device", Params: "name, addr, rssi=-60, device_class=0x5a020c, signal=5, battery=5", Doc: "Puts a device in reach, a phone unless its class says otherwise, with an address of 6 bytes; signal and battery are 0 to 5.", Call: addDevice},
		{Name: "bt_inquiry_end", Doc: "Ends an inquiry at once, as its time does.", Call: func(c *script.Call) (any, error) { return shared(c.Interp).endInquiry(normal), nil }},
		{Name: "bt_connect", Params: "addr, profile", Doc: "Has a device connect for 'hfp', 'a2dp' or 'spp', as a phone's user does; the script must be visible for that.", Call: deviceConnects},
		{Name: "bt_disconnect", Params: "addr", Doc: "Has a device end its connections.", Call: withDevice(func(_ *script.Call, r *radio, d *device) error { r.unlink(d); return nil })},
		{Name: "bt_reach", Params: "addr, near", Doc: "Carries a device out of reach (0) or back (1), where reconnect_set has it connected again.", Call: withDevice(carry)},
		{Name: "bt_call", Params: "addr, does", Doc: "Has the connected phone's call go on: it 'rings', 'dials', is heard to ring ('alerts'), is 'answered' or 'ends'.", Call: withDevice(playCall)},
		{Name: "bt_spp_data", Params: "data", Doc: "Has the device that is connected by serial port send data.", Call: deviceSends},
		{Name: "bt_spp_sent", Reads: true, Doc: "Takes what the script sent over the serial port since the last time.", Call: func(c *script.Call) (any, error) {
			r := shared(c.Interp)
			out := append([]byte{}, r.sent...)
			r.sent = nil
			return out, nil
		}},
		{Name: "bt_player", Reads: true, Params: "addr", Doc: "What a device's player does: (status, track, volume).", Call: func(c *script.Call) (any, error) {
			d, err := deviceArg(c)
			if err != nil {
				return nil, err
			}
			return script.Tuple{d.play, d.track, d.volume}, nil
		}},
	}
}

func addDevice(c *script.Call) (any, error) {
	d := &device{rssi: -60, class: 0x5a020c, signal: 5, battery: 5, volume: 5, play: noPlayback}
	if err := c.Unpack(&d.name, &d.addr, &d.rssi, &d.class, &d.signal, &d.battery); err != nil {
		return nil, err
	}
	d.addr = bytes.Clone(d.addr)
	r := shared(c.Interp)
	if len(d.addr) != 6 || r.known(d.addr) != nil {
		return nil, script.Raise("ValueError", "an address has 6 bytes and belongs to one device; % x does not", d.addr)
	}
	if d.signal < 0 || d.signal > 5 || d.battery < 0 || d.battery > 5 {
		return nil, script.Raise("ValueError", "signal and battery are 0 to 5, not %d and %d", d.signal, d.battery)
	}
	r.devices = append(r.devices, d)
	r.finds(d)
	return nil, nil
}

// deviceArg is the device whose address is the first argument.
func deviceArg(c *script.Call) (*device, error) {
	var addr []byte
	if err := c.Unpack(&addr); err != nil {
		return nil, err
	}
	if d := shared(c.Interp).known(addr); d != nil {
		return d, nil
	}
	return nil, script.Raise("OSError", "there is no device with the address % x: bt_device puts one there", addr)
}

func withDevice(do func(c *script.Call, r *radio, d *device) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		d, err := deviceArg(c)
		if err != nil {
			return nil, err
		}
		return nil, do(c, shared(c.Interp), d)
	}
}

func deviceConnects(c *script.Call) (any, error) {
	d, err := deviceArg(c)
	if err != nil {
		return nil, err
	}
	var kind string
	if err := c.Unpack(nil, &kind); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	link, ok := map[string]func(*device){"hfp": r.linkHFP, "a2dp": r.linkMusic, "spp": r.linkSPP}[kind]
	if !ok {
		return nil, script.Raise("ValueError", "profile is %q; it must be 'hfp', 'a2dp' or 'spp'", kind)
	}
	p := map[string]*profile{"hfp": &r.hfp, "a2dp": &r.a2dp, "spp": &r.spp}[kind]
	if !r.on || r.visible&connectable == 0 || d.far || !p.ready || p.peer != nil {
		return nil, script.Raise("OSError", "the device cannot connect: the script must have started Bluetooth and %s, be visible (setVisibleMode 2 or 3) and not be connected", kind)
	}
	link(d)
	return nil, nil
}

// unlink ends all connections to a device.
func (r *radio) unlink(d *device) {
	if r.hfp.peer == d {
		r.unlinkHFP()
	}
	if r.a2dp.peer == d {
		r.a2dp.peer = nil
	}
	if r.spp.peer == d {
		r.unlinkSPP()
	}
}

func carry(c *script.Call, r *radio, d *device) error {
	near := false
	if err := c.Unpack(nil, &near); err != nil {
		return err
	}
	if d.far = !near; d.far {
		r.unlink(d)
		return nil
	}
	r.finds(d)
	if r.retries > 0 && r.last == d {
		r.reconnect()
	}
	return nil
}

func playCall(c *script.Call, r *radio, d *device) error {
	var does string
	if err := c.Unpack(nil, &does); err != nil {
		return err
	}
	if r.hfp.peer != d {
		return script.Raise("OSError", "the device is not connected as a phone: hfpConnect, or bt_connect(addr, 'hfp'), connects it")
	}
	idle := !r.call.active && r.call.setup == noSetup
	done := false
	switch {
	case does == "rings" && idle:
		r.setUp(d, incoming)
		r.hearsOf(hfpRing, 0, d)
		done = true
	case does == "dials" && idle:
		r.setUp(d, dialing)
		done = true
	case does == "alerts" && r.call.setup == dialing:
		r.setUp(d, alerting)
		done = true
	case does == "answered" && r.call.setup != noSetup:
		done = r.answered(d)
	case does == "ends":
		done = r.endCall(d)
	}
	if !done {
		return script.Raise("ValueError", "the call does not go on with %q now: 'rings' or 'dials' begins one, 'alerts' and 'answered' follow, 'ends' ends it", does)
	}
	return nil
}

func deviceSends(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if r.spp.peer == nil {
		return nil, script.Raise("OSError", "no device is connected by serial port")
	}
	r.hears(received, 0, len(data), byteArray(data))
	return nil, nil
}
