package bt

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// The states of setting up a call.
const (
	noSetup  = 0
	incoming = 1
	dialing  = 2
	alerting = 3
)

// cvsd is the codec of calls, of 8 kHz.
const cvsd = 1

// call is the call of the connected phone.
type call struct {
	active bool
	setup  int
	audio  bool
	voice  bool // the assistant listens
	volume int
}

func handsFree(r *radio) *profile { return &r.hfp }

// hfpFuncs are the module as the headset of a phone.
func hfpFuncs() []script.Func {
	disconnect := onDevice(handsFree, func(_ *script.Call, r *radio, _ *device) bool { return r.unlinkHFP() })
	return []script.Func{
		{Name: "hfpInit", Doc: "Takes calls of a phone into use.", Call: change(func(r *radio) bool { return r.take(&r.hfp) })},
		{Name: "hfpRelease", Doc: "Ends that.", Call: change(func(r *radio) bool { r.unlinkHFP(); was := r.hfp.ready; r.hfp.ready = false; return was })},
		{Name: "hfpConnect", Params: "addr", Doc: "Connects to a phone; the callback hears (40, 0, 2, addr), network, signal and battery, or (40, 1, 0, addr).", Call: connectHFP},
		{Name: "hfpDisonnect", Params: "addr", Doc: "Ends that; the callback hears (41, 0, 0, addr). The vendor's spelling.", Call: disconnect},
		{Name: "hfpDisconnect", Params: "addr", Doc: "hfpDisonnect, as the vendor's bt_hfp_demo.py calls it.", Call: disconnect},
		{Name: "hfpSetVolume", Params: "addr, vol", Doc: "Sets the volume of calls, 1 to 15.", Call: onDevice(handsFree, setCallVolume)},
		{Name: "hfpRejectAfterAnswer", Params: "addr", Doc: "Ends the call.", Call: onDevice(handsFree, func(_ *script.Call, r *radio, d *device) bool { return r.call.active && r.endCall(d) })},
		{Name: "hfpRejectCall", Params: "addr", Doc: "Ends a call that comes in.", Call: onDevice(handsFree, func(_ *script.Call, r *radio, d *device) bool {
			return r.call.setup == incoming && r.endCall(d)
		})},
		{Name: "hfpAnswerCall", Params: "addr", Doc: "Answers a call that comes in; the callback hears of call, set-up and sound.", Call: onDevice(handsFree, func(_ *script.Call, r *radio, d *device) bool {
			return r.call.setup == incoming && r.answered(d)
		})},
		{Name: "hfpEnableVR", Params: "addr", Doc: "Has the phone's assistant listen.", Call: onDevice(handsFree, assistant(true))},
		{Name: "hfpDisableVR", Params: "addr, cmd=None", Doc: "Ends that.", Call: onDevice(handsFree, assistant(false))},
	}
}

func connectHFP(c *script.Call) (any, error) {
	var addr []byte
	if err := c.Unpack(&addr); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.on || !r.hfp.ready || r.hfp.peer != nil || len(addr) != 6 {
		return quectel.Failed, nil
	}
	d := r.around(addr)
	if d == nil {
		r.hears(hfpConnected, unreachable, unlinked, byteArray(addr))
		return quectel.OK, nil
	}
	r.linkHFP(d)
	return quectel.OK, nil
}

// linkHFP connects to a phone, which tells of itself (Hands-Free Profile 1.8, section 4.2.1).
func (r *radio) linkHFP(d *device) {
	if !r.hfp.ready || r.hfp.peer != nil {
		return
	}
	r.hfp.peer, r.last, r.call = d, d, call{volume: r.call.volume}
	r.hearsOf(hfpConnected, linked, d)
	network := 0
	if d.signal > 0 {
		network = 1
	}
	r.hearsOf(hfpNetwork, network, d)
	r.hearsOf(hfpSignal, d.signal, d)
	r.hearsOf(hfpBattery, d.battery, d)
}

// unlinkHFP ends the connection to the phone; false when there is none.
func (r *radio) unlinkHFP() bool {
	d := r.hfp.peer
	if d == nil {
		return false
	}
	r.hfp.peer, r.call = nil, call{volume: r.call.volume}
	r.hearsOf(hfpDisconnected, unlinked, d)
	return true
}

func setCallVolume(c *script.Call, r *radio, _ *device) bool {
	var volume int
	if c.Unpack(nil, &volume) != nil || volume < 1 || volume > 15 {
		return false
	}
	r.call.volume = volume
	return true
}

// setUp changes how far a call is set up.
func (r *radio) setUp(d *device, setup int) {
	r.call.setup = setup
	r.hearsOf(hfpSetup, setup, d)
}

// sound connects the sound of a call, or ends it.
func (r *radio) sound(d *device, on bool) {
	if r.call.audio == on {
		return
	}
	r.call.audio = on
	if !on {
		r.hearsOf(hfpAudio, unlinked, d)
		return
	}
	r.hearsOf(hfpCodec, cvsd, d)
	r.hearsOf(hfpAudio, linked, d)
}

// answered begins a call.
func (r *radio) answered(d *device) bool {
	r.call.active = true
	r.hearsOf(hfpCall, 1, d)
	r.setUp(d, noSetup)
	r.sound(d, true)
	return true
}

// endCall ends a call, whether it was answered or not.
func (r *radio) endCall(d *device) bool {
	if !r.call.active && r.call.setup == noSetup {
		return false
	}
	if r.call.setup != noSetup {
		r.setUp(d, noSetup)
	}
	if r.call.active {
		r.call.active = false
		r.hearsOf(hfpCall, 0, d)
	}
	r.sound(d, false)
	return true
}

func assistant(on bool) func(*script.Call, *radio, *device) bool {
	return func(_ *script.Call, r *radio, d *device) bool {
		if r.call.voice == on || on && r.call.active {
			return false
		}
		r.call.voice = on
		r.sound(d, on)
		return true
	}
}
