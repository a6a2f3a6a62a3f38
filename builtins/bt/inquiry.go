package bt

import (
	"context"
	"time"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// inquiryTime is how long an inquiry goes on (Bluetooth Core Specification 5.3, volume 3, part C,
// appendix A, T_GAP(100)).
const inquiryTime = 10240 * time.Millisecond

// How an inquiry ended. The vendor's documentation has 0 for the normal way and 8 for the forced one;
// its bt_spp_demo.py cancels an inquiry and waits for 0.
const normal, forced = 0, 8

func inquiryFuncs() []script.Func {
	return []script.Func{
		{Name: "startInquiry", Params: "mode", Doc: "Looks for devices for ten seconds; the callback hears (6, 0, rssi, class, name, addr) of each and (7, 0, 0) at the end. mode is 15 for all.", Call: startInquiry},
		{Name: "cancelInquiry", Doc: "Ends that; the callback hears (7, 0, 0).", Call: change(func(r *radio) bool { return r.endInquiry(normal) })},
		{Name: "setChannel", Params: "channel", Doc: "Sets where calls and music sound: 0 earpiece, 1 headphone, 2 loudspeaker.", Call: setChannel},
		{Name: "reconnect_set", Params: "max_count, period", Doc: "Sets how often, and every how many seconds, a device that went out of reach is sought; 0 never.", Call: setReconnect},
		{Name: "reconnect", Doc: "Connects to the device that was connected last.", Call: change((*radio).reconnect)},
	}
}

func startInquiry(c *script.Call) (any, error) {
	var mode int
	if err := c.Unpack(&mode); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.on || r.inquiry != nil || mode < 0 || mode > 15 {
		return quectel.Failed, nil
	}
	in := c.Interp
	var err error
	r.inquiry, err = in.Go("the Bluetooth inquiry", true, func(t *script.Thread) error {
		if err := t.Block(func(ctx context.Context) error { return in.Clock().Sleep(ctx, inquiryTime) }); err != nil {
			return err
		}
		r.inquiry = nil
		r.hears(inquiryEnded, 0, normal)
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.reported = map[string]bool{}
	for _, d := range r.devices {
		r.finds(d)
	}
	return quectel.OK, nil
}

// finds reports a device once an inquiry.
func (r *radio) finds(d *device) {
	if r.inquiry == nil || d.far || r.reported[string(d.addr)] {
		return
	}
	r.reported[string(d.addr)] = true
	r.hears(found, 0, d.rssi, d.class, d.name, byteArray(d.addr))
}

// endInquiry ends an inquiry before its time; false when none goes on.
func (r *radio) endInquiry(how int) bool {
	if r.inquiry == nil {
		return false
	}
	r.inquiry.End()
	r.inquiry = nil
	r.hears(inquiryEnded, 0, how)
	return true
}

func setChannel(c *script.Call) (any, error) {
	var channel int
	if err := c.Unpack(&channel); err != nil {
		return nil, err
	}
	if channel < 0 || channel > 2 {
		return quectel.Failed, nil
	}
	shared(c.Interp).channel = channel
	return quectel.OK, nil
}

func setReconnect(c *script.Call) (any, error) {
	var count, period int
	if err := c.Unpack(&count, &period); err != nil {
		return nil, err
	}
	if count < 0 || period < 0 {
		return quectel.Failed, nil
	}
	shared(c.Interp).retries = count
	return quectel.OK, nil
}

// reconnect connects the profiles that phones connect, to the last one.
func (r *radio) reconnect() bool {
	if !r.on || r.last == nil || r.last.far || !r.hfp.ready && !r.a2dp.ready {
		return false
	}
	r.linkHFP(r.last)
	r.linkMusic(r.last)
	return true
}

// onDevice makes a function of an address; it returns -1 unless a profile is connected to that.
func onDevice(of func(*radio) *profile, do func(c *script.Call, r *radio, d *device) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var addr []byte
		if err := c.Unpack(&addr); err != nil {
			return nil, err
		}
		r := shared(c.Interp)
		d := r.known(addr)
		if p := of(r); d == nil || p.peer != d || !do(c, r, d) {
			return quectel.Failed, nil
		}
		return quectel.OK, nil
	}
}
