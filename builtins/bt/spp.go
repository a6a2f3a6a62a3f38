package bt

import (
	"bytes"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Sent is the kind of the event that the script sent data over the serial port.
const Sent event.Kind = "bt.spp"

// mostSent is how many bytes of what was sent are remembered, the newest.
const mostSent = 64 << 10

// sppFuncs are a serial port over the air.
func sppFuncs() []script.Func {
	return []script.Func{
		{Name: "sppInit", Doc: "Takes the serial port into use.", Call: change(func(r *radio) bool { return r.take(&r.spp) })},
		{Name: "sppRelease", Doc: "Ends that.", Call: change(func(r *radio) bool { r.unlinkSPP(); was := r.spp.ready; r.spp.ready = false; return was })},
		{Name: "sppConnect", Params: "addr", Doc: "Connects to a device; the callback hears (61, 0, 2, addr), or (61, 1, 0, addr).", Call: connectSPP},
		{Name: "sppDisconnect", Doc: "Ends that; the callback hears (62, 0, 0, addr).", Call: change((*radio).unlinkSPP)},
		{Name: "sppSend", Params: "data", Doc: "Sends data to the device.", Call: sendSPP},
	}
}

func connectSPP(c *script.Call) (any, error) {
	var addr []byte
	if err := c.Unpack(&addr); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.on || !r.spp.ready || r.spp.peer != nil || len(addr) != 6 {
		return quectel.Failed, nil
	}
	d := r.around(addr)
	if d == nil {
		r.hears(sppConnected, unreachable, unlinked, byteArray(addr))
		return quectel.OK, nil
	}
	r.linkSPP(d)
	return quectel.OK, nil
}

func (r *radio) linkSPP(d *device) {
	if !r.spp.ready || r.spp.peer != nil {
		return
	}
	r.spp.peer, r.last = d, d
	r.hearsOf(sppConnected, linked, d)
}

// unlinkSPP ends the connection; false when there is none.
func (r *radio) unlinkSPP() bool {
	d := r.spp.peer
	if d == nil {
		return false
	}
	r.spp.peer = nil
	r.hearsOf(sppDisconnected, unlinked, d)
	return true
}

func sendSPP(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if r.spp.peer == nil {
		return quectel.Failed, nil
	}
	r.sent = append(r.sent, data...)
	r.sent = r.sent[max(0, len(r.sent)-mostSent):]
	c.Emit(event.Event{Layer: event.Builtin, Kind: Sent, Payload: bytes.Clone(data)})
	return quectel.OK, nil
}
