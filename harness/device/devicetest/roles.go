package devicetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
)

// Checks are in the order in which they are made: a tape has them in it. Each leaves the module as it was.

var identityChecks = []check{
	get("Identity.IMEI", "868604050000009", device.Identity.IMEI),
	get("Identity.Model", "EC600U", device.Identity.Model),
	get("Identity.SerialNumber", "D1Q23", device.Identity.SerialNumber),
	get("Identity.Firmware", "EC600UR01", device.Identity.Firmware),
	get("Identity.ProductID", "Quectel", device.Identity.ProductID),
	get("SIM.SIMStatus", "1", device.SIM.SIMStatus),
	get("SIM.IMSI", "460001234567890", device.SIM.IMSI),
	get("SIM.ICCID", "89860012345678901238", device.SIM.ICCID),
	get("SIM.PhoneNumber", "+8613800000000", device.SIM.PhoneNumber),
	get("SIM.SIMSlot", "0", device.SIM.SIMSlot),
	of("PIN.ChangePIN", "refused, changed", func(r device.PIN, ctx context.Context, _ env) (any, error) {
		if err := r.EnablePIN(ctx, "4711"); err != nil {
			return nil, err
		}
		wrong := r.ChangePIN(ctx, "1111", "0815")
		return class(wrong) + ", changed", r.ChangePIN(ctx, "4711", "0815")
	}),
	of("Phonebook.Read", "[{1 Ann +49123}]", func(r device.Phonebook, ctx context.Context, _ env) (any, error) {
		if err := r.WritePhonebook(ctx, 9, device.PhonebookEntry{Index: 1, Name: "Ann", Number: "+49123"}); err != nil {
			return nil, err
		}
		return r.ReadPhonebook(ctx, 9, 1, 1, "")
	}),
	get("Power.Voltage", "3700", device.Power.Voltage),
	get("Power.PowerOnReason", "1", device.Power.PowerOnReason),
	of("Clock.NetworkTime", "28800 true", func(r device.Clock, ctx context.Context, e env) (any, error) {
		now, err := r.NetworkTime(ctx)
		_, zone := now.Zone()
		return fmt.Sprint(zone, e.inside == nil || time.Since(now).Abs() < time.Minute), err
	}),
}

var networkChecks = []check{
	of("Network.Registration", "1 26909 232301323 7", func(r device.Network, ctx context.Context, _ env) (any, error) {
		reg, err := r.Registration(ctx)
		if reg.Voice != reg.Data {
			return reg, err
		}
		return fmt.Sprint(int(reg.Data.State), reg.Data.LAC, reg.Data.CID, reg.Data.RAT), err
	}),
	of("Network.OnRegistration", "heard, 1", func(r device.Network, ctx context.Context, e env) (any, error) {
		heard := make(chan device.Registration, 100)
		stop := r.OnRegistration(func(reg device.Registration) { heard <- reg })
		err := hears(ctx, e, heard, func(reg device.Registration) bool { return reg.Data.State == device.RegSearching },
			func(d *direct.Device) { d.SetRegistration(device.RegSearching) },
			func(d *direct.Device) { d.SetRegistration(device.RegHome) })
		stop()
		if err != nil {
			return nil, err
		}
		e.do(func(d *direct.Device) { d.SetRegistration(device.RegHome) })
		reg, err := r.Registration(ctx)
		return fmt.Sprint("heard, ", int(reg.Data.State)), err
	}),
	of("SIM.OnSIM", "heard, 0, not ready", func(r device.SIM, ctx context.Context, e env) (any, error) {
		heard := make(chan device.SIMEvent, 100)
		stop := r.OnSIM(func(ev device.SIMEvent) { heard <- ev })
		out := func(d *direct.Device) { d.SetSIM(device.SIMAbsent) }
		in := func(d *direct.Device) { d.SetSIM(device.SIMReady) }
		err := hears(ctx, e, heard, func(ev device.SIMEvent) bool { return ev == device.SIMRemoved }, out, in)
		stop()
		if err != nil {
			return nil, err
		}
		e.do(out)
		status, err := r.SIMStatus(ctx)
		if err != nil {
			return nil, err
		}
		_, none := r.IMSI(ctx)
		e.do(in)
		return fmt.Sprintf("heard, %d, %s", status, class(none)), nil
	}),
	of("Network.Signal", "21 -71 -96 -8 11", func(r device.Network, ctx context.Context, _ env) (any, error) {
		s, err := r.Signal(ctx)
		return fmt.Sprint(s.CSQ, s.LTERSSI, s.RSRP, s.RSRQ, s.SINR), err
	}),
	get("Network.Operator", "{CHINA MOBILE CMCC 460 00}", device.Network.Operator),
	of("Network.Cells", "232301323 [0 2]", func(r device.Network, ctx context.Context, _ env) (any, error) {
		cells, err := r.Cells(ctx)
		var kinds []int // AT commands do not tell the id of a neighbour
		for _, c := range cells {
			kinds = append(kinds, c.Kind)
		}
		return fmt.Sprint(append(cells, device.Cell{})[0].CID, " ", kinds), err
	}),
	get("Radio.Function", "1", device.Radio.Function),
	of("Radio.NetworkMode", "true", func(r device.Radio, ctx context.Context, _ env) (any, error) {
		_, roaming, err := r.NetworkMode(ctx)
		return roaming, err
	}),
	of("DataCall.PDPContext", "cmnet", func(r device.DataCall, ctx context.Context, _ env) (any, error) {
		if err := r.SetPDPContext(ctx, 2, device.PDP{APN: "cmnet"}); err != nil {
			return nil, err
		}
		p, err := r.PDPContext(ctx, 2)
		return p.APN, err
	}),
	of("DataCall.OnPDP", "heard", func(r device.DataCall, ctx context.Context, e env) (any, error) {
		heard := make(chan device.PDPEvent, 100)
		stop := r.OnPDP(func(ev device.PDPEvent) { heard <- ev })
		defer stop()
		on := func(d *direct.Device) { _ = d.SetPDP(1, true) }
		off := func(d *direct.Device) { _ = d.SetPDP(1, false) }
		defer e.do(on)
		return "heard", hears(ctx, e, heard, func(ev device.PDPEvent) bool { return ev.ID == 1 && !ev.Active }, off, on)
	}),
	of("DataCall.Activate", "false true 10.81.0.7", func(r device.DataCall, ctx context.Context, _ env) (any, error) {
		if err := r.Deactivate(ctx, 1); err != nil {
			return nil, err
		}
		off, err := r.PDPInfo(ctx, 1)
		if err != nil {
			return nil, err
		}
		if err := r.Activate(ctx, 1); err != nil {
			return nil, err
		}
		on, err := r.PDPInfo(ctx, 1)
		return fmt.Sprint(off.Active, on.Active, " ", on.IPv4.Addr), err
	}),
	of("Location.WiFiScan", "0", func(r device.Location, ctx context.Context, _ env) (any, error) {
		aps, err := r.WiFiScan(ctx)
		return len(aps), err
	}),
}

// texts are what a short message may be made of.
var texts = []string{"hello", "with \"quotes\", commas", "温度 20℃", "[brackets]"}

var messageChecks = []check{
	get("SMS.Storages", "[{ME 0 180} {ME 0 180} {ME 0 180}]", device.SMS.SMSStorages),
	get("SMS.Center", "+8613800551500", device.SMS.SMSCenter),
	of("SMS.Send", "sent", func(r device.SMS, ctx context.Context, e env) (any, error) {
		for i, text := range texts {
			if err := r.SendSMS(ctx, "+8613812345678", text, false); err != nil {
				return nil, err
			}
			if e.inside == nil {
				continue
			}
			if sent := e.inside.SentSMS(); len(sent) != i+1 || sent[i].Text != text || sent[i].Number != "+8613812345678" {
				return nil, fmt.Errorf("the module sent %+v", sent)
			}
		}
		return "sent", nil
	}),
	of("SMS.Receive", "4 left 3, not ready", receiveSMS),
	of("Calls.Dial", "[2 3 0 6] not ready", func(r device.Calls, ctx context.Context, e env) (any, error) {
		states, stop := hearCalls(r)
		defer stop()
		if err := r.Dial(ctx, "10086"); err != nil {
			return nil, err
		}
		if c, there, err := r.CurrentCall(ctx); err != nil || !there || c.State != device.CallActive {
			return c, errors.Join(err, errors.New("no call is active"))
		}
		if err := errors.Join(r.SendDTMF(ctx, "1#", 100*time.Millisecond), r.HangUp(ctx)); err != nil {
			return nil, err
		}
		heard, err := take(ctx, states, 4)
		return fmt.Sprint(heard, " ", class(r.HangUp(ctx))), err
	}),
	of("Calls.Answer", "[4 0 6] 12", func(r device.Calls, ctx context.Context, e env) (any, error) {
		if _, there, err := r.CurrentCall(ctx); err != nil || there {
			return there, err
		}
		states, stop := hearCalls(r)
		defer stop()
		tones := make(chan string, 10)
		defer r.OnDTMF(func(s string) { tones <- s })()
		e.do(func(d *direct.Device) { _ = d.ArriveCall("10086") })
		rings, err := take(ctx, states, 1)
		if err != nil {
			return nil, err
		}
		if err := r.Answer(ctx); err != nil {
			return nil, err
		}
		e.do(func(d *direct.Device) { _ = d.ArriveDTMF("12") })
		heard, err := take(ctx, tones, 1)
		if err != nil {
			return nil, err
		}
		e.do(func(d *direct.Device) { _ = d.HangUpRemote() })
		rest, err := take(ctx, states, 2)
		return fmt.Sprint(append(rings, rest...), " ", heard[0]), err
	}),
}

// receiveSMS has messages come, reads them and deletes one.
func receiveSMS(r device.SMS, ctx context.Context, e env) (any, error) {
	if none, err := r.SMSMessages(ctx); err != nil || len(none) > 0 {
		return none, err
	}
	came := make(chan device.SMSArrival, 10)
	defer r.OnSMS(func(a device.SMSArrival) { came <- a })()
	for i, text := range texts {
		e.do(func(d *direct.Device) { _ = d.ArriveSMS("10086", text) })
		if a, err := take(ctx, came, 1); err != nil || a[0] != (device.SMSArrival{Storage: "ME", Index: i}) {
			return a, fmt.Errorf("message %d: %w", i, errors.Join(err, errors.New("it came elsewhere")))
		}
	}
	all, err := r.SMSMessages(ctx)
	if err != nil {
		return nil, err
	}
	for i, m := range all {
		if m.Text != texts[i] || m.Number != "10086" || m.Index != i {
			return nil, fmt.Errorf("message %d is %+v", i, m)
		}
	}
	if err := r.DeleteSMS(ctx, 1); err != nil {
		return nil, err
	}
	none := r.DeleteSMS(ctx, 77)
	left, err := r.SMSMessages(ctx)
	return fmt.Sprintf("%d left %d, %s", len(all), len(left), class(none)), err
}

func hearCalls(r device.Calls) (states chan int, stop func()) {
	states = make(chan int, 10)
	return states, r.OnCall(func(c device.Call) { states <- int(c.State) })
}

// take takes so many that come.
func take[T any](ctx context.Context, from <-chan T, n int) (out []T, err error) {
	for len(out) < n {
		select {
		case v := <-from:
			out = append(out, v)
		case <-ctx.Done():
			return out, context.Cause(ctx)
		}
	}
	return out, nil
}
