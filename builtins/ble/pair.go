package ble

import (
	"bytes"
	"slices"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// security is what a side of a pairing can and wants.
type security struct{ ioCap, authReq int }

// What a device can show and take in, and what it asks of a pairing (vendor's documentation,
// ble.smpSetConfig).
const (
	displayOnly     = 0
	displayYesNo    = 1
	keyboardOnly    = 2
	noInputOutput   = 3
	keyboardDisplay = 4

	bonding      = 1 << 0
	notByOthers  = 1 << 2 // protection against a man in the middle
	secureMethod = 1 << 3
)

// The modes of pairing, as the vendor's ble_smp_client_demo.py names them; those of secure connections
// are legacyToSecure higher.
const (
	justWorks         = 1
	passkeyOutput     = 2
	passkeyInput      = 3
	numericComparison = 6
	legacyToSecure    = 4
	securePasskey     = 5 // what passkeyOutput and passkeyInput have added
)

// Why a pairing failed (Bluetooth Core Specification 5.3, volume 3, part H, section 3.5.5).
const (
	entryFailed   = 0x01
	confirmFailed = 0x04
)

// mostPaired is how many devices a module remembers.
const mostPaired = 10

// pairing is one that waits for the script.
type pairing struct{ mode int }

// method chooses the mode of a pairing, for the side that asks or the one that answers (the same
// specification, part H, section 2.3.5.1, tables 2.6 to 2.8).
func method(asks, answers security, asking bool) int {
	secure := asks.authReq&answers.authReq&secureMethod != 0
	keyboard := func(s security) bool { return s.ioCap == keyboardOnly || s.ioCap == keyboardDisplay }
	compares := func(s security) bool { return s.ioCap == displayYesNo || s.ioCap == keyboardDisplay }
	open := (asks.authReq|answers.authReq)&notByOthers == 0 || asks.ioCap == noInputOutput || answers.ioCap == noInputOutput ||
		!keyboard(asks) && !keyboard(answers)
	switch {
	case secure && compares(asks) && compares(answers) && (asks.authReq|answers.authReq)&notByOthers != 0:
		return numericComparison
	case open && secure:
		return justWorks + legacyToSecure
	case open:
		return justWorks
	}
	asksEnters := asks.ioCap == keyboardOnly || keyboard(asks) && !keyboard(answers)
	enters := asksEnters
	if !asking {
		enters = !asksEnters || answers.ioCap == keyboardOnly && asks.ioCap == keyboardOnly
	}
	mode := passkeyOutput
	if enters {
		mode = passkeyInput
	}
	if secure {
		mode += securePasskey
	}
	return mode
}

func pairFuncs() []script.Func {
	return []script.Func{
		{Name: "smpSetConfig", Params: "io_cap, auth_req, passkey, timeout", Doc: "Sets what pairing can and wants: io_cap 0 to 4, auth_req with bit 0 to bond, 2 against others, 3 secure; passkey of six digits.", Call: setPairing},
		{Name: "smpGetConfig", Doc: "Returns (io_cap, auth_req, passkey, timeout).", Call: func(c *script.Call) (any, error) {
			s := shared(c.Interp)
			return script.Tuple{s.security.ioCap, s.security.authReq, s.passkey, s.timeout}, nil
		}},
		{Name: "smpStartPair", Params: "connect_id", Doc: "Begins to pair; the callback hears (64, 0, connect_id, mode, pin), and at the end (63, status).", Call: onLink(startPair)},
		{Name: "smpUserConfirm", Params: "connect_id, pair_operation, pin", Doc: "Goes on with pairing: 0 cancels it, 1 confirms, 2 enters the peer's pin.", Call: onLink(confirmPair)},
		{Name: "smpGetPairedDevInfo", Doc: "Returns the list of the addresses that are paired.", Call: func(c *script.Call) (any, error) {
			out := script.List{}
			for _, addr := range shared(c.Interp).paired {
				out = append(out, byteArray(addr))
			}
			return out, nil
		}},
		{Name: "smpRemovePairedDev", Params: "addr", Doc: "Forgets an address.", Call: removePaired},
		{Name: "smpCleanPairedDev", Doc: "Forgets all addresses.", Call: change(func(r *radio) bool { r.paired = nil; return true })},
	}
}

func setPairing(c *script.Call) (any, error) {
	var s security
	var passkey, timeout int
	if err := c.Unpack(&s.ioCap, &s.authReq, &passkey, &timeout); err != nil {
		return nil, err
	}
	if s.ioCap < displayOnly || s.ioCap > keyboardDisplay || s.authReq < 0 || s.authReq > 15 || passkey < 0 || passkey > 999999 || timeout <= 0 {
		return quectel.Failed, nil
	}
	r := shared(c.Interp)
	r.security, r.passkey, r.timeout = s, passkey, timeout
	return quectel.OK, nil
}

// startPair asks the script to confirm or to enter a pin; where it shows one, the peer's user enters it
// at once.
func startPair(c *script.Call, r *radio, l *link) (any, error) {
	if l.pair != nil {
		return quectel.Failed, nil
	}
	mode := method(r.security, l.peer.security, true)
	if l.server {
		mode = method(l.peer.security, r.security, false)
	}
	l.pair = &pairing{mode}
	shown := 0
	switch mode {
	case numericComparison:
		shown = l.peer.pin
	case passkeyOutput, passkeyOutput + securePasskey:
		shown = r.passkey
	}
	r.tellLink(l, confirmWanted, 0, l.id, mode, shown)
	if mode == passkeyOutput || mode == passkeyOutput+securePasskey {
		r.entered(l, l.peer.pin == r.passkey)
	}
	return quectel.OK, nil
}

// entered ends a pairing in which a pin was entered.
func (r *radio) entered(l *link, right bool) {
	if right {
		r.finishPair(l, 0)
	} else {
		r.finishPair(l, confirmFailed)
	}
}

func (r *radio) finishPair(l *link, status int) {
	l.pair = nil
	if status == 0 && r.security.authReq&l.peer.security.authReq&bonding != 0 {
		r.forget(l.peer.addr)
		r.paired = append(r.paired, l.peer.addr)
		if len(r.paired) > mostPaired {
			r.paired = r.paired[1:]
		}
	}
	r.tellLink(l, pairEnded, status)
}

func confirmPair(c *script.Call, r *radio, l *link) (any, error) {
	var operation, pin int
	if err := c.Unpack(nil, &operation, &pin); err != nil {
		return nil, err
	}
	if l.pair == nil {
		return quectel.Failed, nil
	}
	enters := l.pair.mode == passkeyInput || l.pair.mode == passkeyInput+securePasskey
	switch {
	case operation == 0:
		r.finishPair(l, entryFailed)
		r.drop(l)
	case operation == 1 && !enters:
		r.finishPair(l, 0)
	case operation == 2 && enters:
		r.entered(l, pin == l.peer.pin)
	default:
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

// forget takes an address out of the paired ones; false when it is not among them.
func (r *radio) forget(addr []byte) bool {
	n := len(r.paired)
	r.paired = slices.DeleteFunc(r.paired, func(a []byte) bool { return bytes.Equal(a, addr) })
	return len(r.paired) < n
}

func removePaired(c *script.Call) (any, error) {
	addr, err := addressArg(c, 0)
	if err != nil {
		return nil, err
	}
	if !shared(c.Interp).forget(addr) {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}
