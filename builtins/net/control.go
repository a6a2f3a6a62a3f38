package net

import (
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/machine"
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// network is a device whose network a test plays.
type network interface {
	SetRegistration(device.RegState)
	SetCSQ(int)
	SetCells([]device.Cell)
	SetNetworkTime(time.Time)
	DropConnections()
}

// registrations are the states that a test names.
var registrations = map[string]device.RegState{"none": device.RegIdle, "home": device.RegHome, "searching": device.RegSearching,
	"denied": device.RegDenied, "roaming": device.RegRoaming}

// controls are what a test plays the network with.
func controls() []script.Func {
	return []script.Func{
		{Name: "network_registration", Params: "state", Doc: "Registers the module, 'home' or 'roaming', or takes that away: 'searching', 'denied', 'none'. Data connections end with it and come back with it.", Call: setRegistration},
		{Name: "network_signal", Params: "csq", Doc: "Sets the signal strength, 0 to 31, or 99 for none.", Call: setSignal},
		{Name: "network_cells", Params: "cells", Doc: "Sets the cells that the module hears, the serving one first: dicts of cid, lac, mcc, mnc, pci, earfcn, rssi, rsrq and sinr; [] for the usual ones.", Call: setCells},
		{Name: "network_time", Params: "time", Doc: "Sets the time that the network tells: '2026-01-31 12:00:00', in UTC.", Call: setTime},
		{Name: "connections_lost", Doc: "Ends every MQTT connection, as a network does that loses them.", Call: func(c *script.Call) (any, error) {
			return play(c, func(n network) error { n.DropConnections(); return nil })
		}},
	}
}

// play does something to the network.
func play(c *script.Call, f func(network) error) (any, error) {
	n, err := quectel.Controlled[network](c)
	if err != nil {
		return nil, err
	}
	return nil, f(n)
}

func setRegistration(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	state, ok := registrations[name]
	if !ok {
		return nil, script.Raise("ValueError", "state is %q; it must be 'home', 'roaming', 'searching', 'denied' or 'none'", name)
	}
	return play(c, func(n network) error { n.SetRegistration(state); return nil })
}

func setSignal(c *script.Call) (any, error) {
	csq := 0
	if err := c.Unpack(&csq); err != nil {
		return nil, err
	}
	if csq < 0 || csq > 31 && csq != 99 {
		return nil, script.Raise("ValueError", "csq is %d; it must be 0 to 31, or 99 for none", csq)
	}
	return play(c, func(n network) error { n.SetCSQ(csq); return nil })
}

func setTime(c *script.Call) (any, error) {
	var text string
	if err := c.Unpack(&text); err != nil {
		return nil, err
	}
	t, err := machine.Moment(text)
	if err != nil {
		return nil, err
	}
	return play(c, func(n network) error { n.SetNetworkTime(t); return nil })
}

func setCells(c *script.Call) (any, error) {
	list, ok := object.Native(c.Args[0]).(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "cells must be a list of dicts")
	}
	var cells []device.Cell
	it := list.Iterate()
	defer it.Done()
	for v := starlark.Value(nil); it.Next(&v); {
		// What a cell does not say is that of a plausible one.
		cell := device.Cell{RAT: device.LTE, MCC: 460, ARFCN: 1850, Phys: 401, RSSI: -90, RSRQ: -8, SINR: 14}
		if len(cells) > 0 {
			cell.Kind = 2
		}
		if err := readCell(v, &cell); err != nil {
			return nil, err
		}
		cells = append(cells, cell)
	}
	return play(c, func(n network) error { n.SetCells(cells); return nil })
}

func readCell(v starlark.Value, cell *device.Cell) error {
	dict, ok := object.Native(v).(starlark.IterableMapping)
	if !ok {
		return script.Raise("TypeError", "a cell is a dict, not %s", object.TypeName(v))
	}
	fields := map[string]*int{"cid": &cell.CID, "lac": &cell.LAC, "mcc": &cell.MCC, "mnc": &cell.MNC, "pci": &cell.Phys,
		"earfcn": &cell.ARFCN, "rssi": &cell.RSSI, "rsrq": &cell.RSRQ, "sinr": &cell.SINR}
	for _, kv := range dict.Items() {
		name, _ := object.AsString(kv[0])
		field := fields[name]
		n, isInt := object.AsInt(kv[1])
		value, fits := n.Int64()
		if field == nil || !isInt || !fits {
			return script.Raise("ValueError", "a cell has cid, lac, mcc, mnc, pci, earfcn, rssi, rsrq and sinr, all ints, but no %s", object.Repr(kv[0]))
		}
		*field = int(value)
	}
	return nil
}
