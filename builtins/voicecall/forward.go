package voicecall

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// Why a call is forwarded, and what is done with a forwarding, as in +CCFC (3GPP TS 27.007, section
// 7.11).
const (
	always       = 0
	whenBusy     = 1
	lastReason   = 3
	forwardOff   = 0
	forwardOn    = 1
	forwardAsk   = 2
	forwardStart = 3
	forwardErase = 4
)

// forward is one forwarding; without a number there is none.
type forward struct {
	number string
	on     bool
}

// forwards are those of the simulated network, by reason. The interpreter lock guards them.
type forwards [lastReason + 1]forward

func forwardsOf(in *script.Interp) *forwards {
	return script.Shared(in, func() *forwards { return &forwards{} })
}

// target is where a call goes that comes in, "" for the module.
func (f *forwards) target(busy bool) string {
	switch {
	case f[always].on:
		return f[always].number
	case busy && f[whenBusy].on:
		return f[whenBusy].number
	}
	return ""
}

func setForward(c *script.Call) (any, error) {
	var reason, mode int
	var number string
	if err := c.Unpack(&reason, &mode, &number); err != nil {
		return nil, err
	}
	if _, err := quectel.Role[otherSide](c); err != nil {
		return nil, err
	}
	if reason < always || reason > lastReason {
		return quectel.Failed, nil
	}
	f := &forwardsOf(c.Interp)[reason]
	switch {
	case mode == forwardStart && number != "":
		*f = forward{number, true}
	case mode == forwardOn && (number != "" || f.number != ""):
		if number != "" {
			f.number = number
		}
		f.on = true
	case mode == forwardOff:
		f.on = false
	case mode == forwardErase:
		*f = forward{}
	case mode != forwardAsk:
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func listForwards(c *script.Call) (any, error) {
	out := script.List{}
	for reason, f := range forwardsOf(c.Interp) {
		if f.number != "" {
			out = append(out, script.Tuple{reason, f.number, f.on})
		}
	}
	return out, nil
}
