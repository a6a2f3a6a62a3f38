package devicetest

import (
	"context"
	"io"
	"time"

	"quecstar/harness/device"
)

// checks are in the order in which they are made: a tape has them in it.
var checks = []check{
	get("Identity.IMEI", "868604050000009", device.Identity.IMEI),
	get("Identity.Model", "EC600U", device.Identity.Model),
	get("Identity.SerialNumber", "D1Q23", device.Identity.SerialNumber),
	get("Identity.Firmware", "EC600UR01", device.Identity.Firmware),
	get("SIM.SIMStatus", "1", device.SIM.SIMStatus),
	get("SIM.IMSI", "460001234567890", device.SIM.IMSI),
	get("SIM.PhoneNumber", "+8613800000000", device.SIM.PhoneNumber),
	get("SIM.SIMSlot", "0", device.SIM.SIMSlot),
	of("PIN.ChangePIN", "changed", func(r device.PIN, ctx context.Context, _ Peers) (any, error) {
		if err := r.EnablePIN(ctx, "4711"); err != nil {
			return nil, err
		}
		return "changed", r.ChangePIN(ctx, "4711", "0815")
	}),
	of("Phonebook.Read", "[{1 Ann +49123}]", func(r device.Phonebook, ctx context.Context, _ Peers) (any, error) {
		if err := r.WritePhonebook(ctx, 9, device.PhonebookEntry{Index: 1, Name: "Ann", Number: "+49123"}); err != nil {
			return nil, err
		}
		return r.ReadPhonebook(ctx, 9, 1, 1, "")
	}),
	of("Network.Registration", "1", func(r device.Network, ctx context.Context, _ Peers) (any, error) {
		reg, err := r.Registration(ctx)
		return int(reg.Data.State), err
	}),
	of("Network.Signal", "21", func(r device.Network, ctx context.Context, _ Peers) (any, error) {
		s, err := r.Signal(ctx)
		return s.CSQ, err
	}),
	of("Network.Operator", "460 00", func(r device.Network, ctx context.Context, _ Peers) (any, error) {
		o, err := r.Operator(ctx)
		return o.MCC + " " + o.MNC, err
	}),
	of("Network.Cells", "232301323", func(r device.Network, ctx context.Context, _ Peers) (any, error) {
		cells, err := r.Cells(ctx)
		if err != nil || len(cells) == 0 {
			return "no cell", err
		}
		return cells[0].CID, nil
	}),
	get("Radio.Function", "1", device.Radio.Function),
	of("Radio.NetworkMode", "true", func(r device.Radio, ctx context.Context, _ Peers) (any, error) {
		_, roaming, err := r.NetworkMode(ctx)
		return roaming, err
	}),
	of("DataCall.PDPInfo", "true 10.81.0.7", func(r device.DataCall, ctx context.Context, _ Peers) (any, error) {
		i, err := r.PDPInfo(ctx, 1)
		if !i.Active {
			return "not active", err
		}
		return "true " + i.IPv4.Addr, err
	}),
	of("DataCall.PDPContext", "cmnet", func(r device.DataCall, ctx context.Context, _ Peers) (any, error) {
		if err := r.SetPDPContext(ctx, 2, device.PDP{APN: "cmnet"}); err != nil {
			return nil, err
		}
		p, err := r.PDPContext(ctx, 2)
		return p.APN, err
	}),
	get("Power.Voltage", "3700", device.Power.Voltage),
	get("Power.PowerOnReason", "1", device.Power.PowerOnReason),
	of("Clock.NetworkTime", "28800", func(r device.Clock, ctx context.Context, _ Peers) (any, error) {
		now, err := r.NetworkTime(ctx)
		_, zone := now.Zone()
		return zone, err
	}),
	of("SMS.Storages", "ME", func(r device.SMS, ctx context.Context, _ Peers) (any, error) {
		s, err := r.SMSStorages(ctx)
		return s[0].Name, err
	}),
	of("Calls.CurrentCall", "false", func(r device.Calls, ctx context.Context, _ Peers) (any, error) {
		_, there, err := r.CurrentCall(ctx)
		return there, err
	}),
	of("Location.WiFiScan", "0", func(r device.Location, ctx context.Context, _ Peers) (any, error) {
		aps, err := r.WiFiScan(ctx)
		return len(aps), err
	}),
	of("MQTT.Session", "t/1 hello", mqttSession),
	of("Sockets.DialSocket", "hello", echo),
	of("Sockets.Listen", "listens", func(r device.Sockets, ctx context.Context, _ Peers) (any, error) {
		l, err := r.Listen(ctx, 0)
		if err != nil {
			return nil, err
		}
		return "listens", l.Close()
	}),
}

// mqttSession has a message come back from the broker.
func mqttSession(r device.MQTT, ctx context.Context, p Peers) (any, error) {
	got := make(chan device.Message, 1)
	s, err := r.OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: p.Broker, ClientID: "d", KeepAlive: time.Minute,
		CleanSession: true, OnMessage: func(m device.Message) { got <- m }})
	if err != nil {
		return nil, err
	}
	if err := s.Subscribe(ctx, "t/#", 1); err != nil {
		return nil, err
	}
	if err := s.Publish(ctx, device.Message{Topic: "t/1", Payload: []byte("hello"), QoS: 1}); err != nil {
		return nil, err
	}
	select {
	case m := <-got:
		return m.Topic + " " + string(m.Payload), s.Disconnect(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// echo has bytes come back from a TCP server.
func echo(r device.Sockets, ctx context.Context, p Peers) (any, error) {
	c, err := r.DialSocket(ctx, "tcp", "127.0.0.1", p.Echo)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(c, "hello"); err != nil {
		return nil, err
	}
	back := make([]byte, 5)
	if _, err := io.ReadFull(c, back); err != nil {
		return nil, err
	}
	return string(back), c.Close()
}
