package misc

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// The work types of the network over USB.
const typeECM, typeRNDIS = 1, 3

// lastPDP is the highest number of a data connection that has NAT.
const lastPDP = 7

// usbnet is the network over USB. The interpreter lock guards it.
type usbnet struct {
	kind int
	open bool
	nat  [lastPDP + 1]int
}

func usbnetOf(in *script.Interp) *usbnet {
	return script.Shared(in, func() *usbnet { return &usbnet{kind: typeECM} })
}

// usbnetClass is USBNET (vendor's documentation, "misc.USBNET - USB Network Adapter"). A module takes
// a new work type and NAT into use when it restarts; here they are what the getters return at once.
func usbnetClass() *script.Class {
	return &script.Class{
		Name: "USBNET", Doc: "The network over USB.",
		Methods: []script.Func{
			{Name: "set_worktype", Params: "type", Doc: "Sets the work type for after a restart, and with it NAT of all connections; returns 0 or -1.", Call: setWorkType},
			{Name: "get_worktype", Doc: "Returns the work type: 1 ECM, 3 RNDIS.", Call: func(c *script.Call) (any, error) { return usbnetOf(c.Interp).kind, nil }},
			{Name: "get_status", Doc: "Returns 1 while it is open and USB plugged in, else 0.", Call: func(c *script.Call) (any, error) {
				if usbnetOf(c.Interp).open && listenersOf(c.Interp).plugged {
					return 1, nil
				}
				return 0, nil
			}},
			{Name: "open", Doc: "Opens it; returns 0.", Call: openUSBNet(true)},
			{Name: "close", Doc: "Closes it; returns 0.", Call: openUSBNet(false)},
			{Name: "getNat", Params: "simid, pid", Doc: "Returns 1 where NAT keeps IPv6 away from a connection, 1 to 7, else 0; -1 for another one.", Call: getNAT},
			{Name: "setNat", Params: "simid, pid, nat", Doc: "Sets NAT of a connection for after a restart; returns 0 or -1.", Call: setNAT},
		},
		Consts: []script.Const{{Name: "Type_ECM", Value: typeECM, Doc: "Ethernet."}, {Name: "Type_RNDIS", Value: typeRNDIS, Doc: "RNDIS."}},
	}
}

func setWorkType(c *script.Call) (any, error) {
	var kind int
	if err := c.Unpack(&kind); err != nil {
		return nil, err
	}
	if kind != typeECM && kind != typeRNDIS {
		return quectel.Failed, nil
	}
	u := usbnetOf(c.Interp)
	u.kind = kind
	for i := range u.nat {
		u.nat[i] = 1
	}
	return quectel.OK, nil
}

func openUSBNet(open bool) func(*script.Call) (any, error) {
	text := "usb network closed"
	if open {
		text = "usb network open"
	}
	return func(c *script.Call) (any, error) {
		usbnetOf(c.Interp).open = open
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Board, Text: text})
		return quectel.OK, nil
	}
}

// connection reports whether there is such a connection; of the SIM cards only the first has any.
func connection(sim, pid int) bool { return sim == 0 && pid >= 1 && pid <= lastPDP }

func getNAT(c *script.Call) (any, error) {
	var sim, pid int
	if err := c.Unpack(&sim, &pid); err != nil {
		return nil, err
	}
	if !connection(sim, pid) {
		return quectel.Failed, nil
	}
	return usbnetOf(c.Interp).nat[pid], nil
}

func setNAT(c *script.Call) (any, error) {
	var sim, pid, nat int
	if err := c.Unpack(&sim, &pid, &nat); err != nil {
		return nil, err
	}
	if !connection(sim, pid) || nat&^1 != 0 {
		return quectel.Failed, nil
	}
	usbnetOf(c.Interp).nat[pid] = nat
	return quectel.OK, nil
}

// antenna is whether the second antenna is switched off. The interpreter lock guards it.
type antenna struct{ off int }

func secondAntenna(c *script.Call) (any, error) {
	a := script.Shared(c.Interp, func() *antenna { return &antenna{} })
	if !c.Given(0) {
		return a.off, nil
	}
	var off int
	if err := c.Unpack(&off); err != nil {
		return nil, err
	}
	if off&^1 != 0 {
		return quectel.Failed, nil
	}
	a.off = off
	return quectel.OK, nil
}
