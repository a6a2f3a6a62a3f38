// Package net is the script module net: registration, signal, cells and what can be set about the
// radio.
//
//	import net
//	state = net.getState()          # ([1, lac, cid, 7, 0, psc], [1, …])
//	if state != -1 and state[1][0] in (1, 5):
//	    print("registered, CSQ", net.csqQueryPoll())
//
// Functions return -1 on failure (vendor's documentation, "net - Network").
package net

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	funcs := append(append(stateFuncs(), cellFuncs()...), apnFuncs()...)
	return &script.Module{
		Name: "net", Simulated: true,
		Controls: controls(),
		Doc:      "The mobile network: registration, signal, cells, radio. Functions return -1 on failure.",
		Funcs:    append(funcs, radioFuncs()...),
		New:      func(*script.Interp) (any, error) { return &state{}, nil },
	}
}

// state is what the module keeps for one run.
type state struct {
	stop      func() // ends the script's callback
	causeInfo int
}

// Close ends the script's callback.
func (s *state) Close() error {
	if s.stop != nil {
		s.stop()
	}
	return nil
}

func stateFuncs() []script.Func {
	return []script.Func{
		{Name: "csqQueryPoll", Doc: "Returns the signal strength, 0 to 31; 99 for none; -1 on failure.", Call: csqQueryPoll},
		{Name: "getSignal", Params: "sinrEnable=0", Doc: "Returns ([rssi, bitErrorRate, rscp, ecno], [rssi, rsrp, rsrq, cqi]), with sinrEnable=1 sinr behind cqi; -1 on failure.", Call: getSignal},
		{Name: "getState", Doc: "Returns ([state, lac, cid, rat, reject, psc] of voice, the same of data); state 1 is registered at home, 5 roaming; -1 on failure.", Call: getState},
		{Name: "operatorName", Doc: "Returns (long name, short name, mcc, mnc), or -1.", Call: operatorName},
		{Name: "nitzTime", Doc: "Returns (date as text, seconds since 1970, leap seconds) of the network's time, or -1.", Call: nitzTime},
		{Name: "setCallback", Params: "handler", Doc: "Has handler(args) called with what getState returns whenever the registration changes; returns 0 or -1.", Call: setCallback},
	}
}

func csqQueryPoll(c *script.Call) (any, error) {
	s, err := quectel.Ask(c, device.Network.Signal)
	return quectel.Result(c, s.CSQ, err)
}

func getSignal(c *script.Call) (any, error) {
	sinr := 0
	if err := c.Unpack(&sinr); err != nil {
		return nil, err
	}
	if sinr != 0 && sinr != 1 {
		return quectel.Failed, nil
	}
	s, err := quectel.Ask(c, device.Network.Signal)
	lte := script.List{s.LTERSSI, s.RSRP, s.RSRQ, s.CQI}
	if sinr == 1 {
		lte = append(lte, s.SINR)
	}
	return quectel.Result(c, script.Tuple{script.List{s.RSSI, s.BitErrors, s.RSCP, s.EcNo}, lte}, err)
}

func getState(c *script.Call) (any, error) {
	r, err := quectel.Ask(c, device.Network.Registration)
	return quectel.Result(c, stateTuple(r), err)
}

func stateTuple(r device.Registration) script.Tuple {
	return script.Tuple{domain(r.Voice), domain(r.Data)}
}

func domain(d device.Domain) script.List {
	return script.List{int(d.State), d.LAC, d.CID, int(d.RAT), d.Reject, d.PSC}
}

func operatorName(c *script.Call) (any, error) {
	o, err := quectel.Ask(c, device.Network.Operator)
	return quectel.Result(c, script.Tuple{o.Long, o.Short, o.MCC, o.MNC}, err)
}

// nitzTime writes the date in UTC and the zone in quarters of an hour, as in the example of the
// vendor's documentation, where the seconds are those of the date read as UTC.
func nitzTime(c *script.Call) (any, error) {
	t, err := quectel.Ask(c, device.Clock.NetworkTime)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	_, offset := t.Zone()
	return script.Tuple{t.UTC().Format("06/01/02 15:04:05") + quarters(offset), t.Unix(), 0}, nil
}
