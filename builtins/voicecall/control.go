package voicecall

import (
	"context"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// otherSide is a device whose calls a test plays.
type otherSide interface {
	ArriveCall(number string) error
	AnswerRemote() error
	HangUpRemote() error
	ArriveDTMF(tones string) error
	SetCallee(device.Callee)
}

// controls are what a test plays the other side of calls with.
func controls() []script.Func {
	return []script.Func{
		{Name: "incoming_call", Params: "number", Doc: "Has a number call the module, unless it forwards the call.", Call: incomingCall},
		{Name: "remote_dtmf", Params: "tones", Doc: "Has the other side send tones.", Call: play(otherSide.ArriveDTMF)},
		{Name: "remote_answer", Doc: "Has the other side answer.", Call: play(func(o otherSide, _ string) error { return o.AnswerRemote() })},
		{Name: "remote_hang_up", Doc: "Has the other side hang up.", Call: play(func(o otherSide, _ string) error { return o.HangUpRemote() })},
		{Name: "call_forwards", Reads: true, Doc: "Returns what setFw has set: (reason, number, whether it is on) of each.", Call: listForwards},
		{Name: "callee", Params: "does", Doc: "Sets what the other side does when the module calls: 'answers', 'rings' or 'busy'.", Call: setCallee},
		{Name: "call_state", Reads: true, Doc: "Returns (number, state) of the call, the state being one of 'active', 'held', 'dialing', 'alerting', 'incoming' and 'waiting'; None without a call.", Call: callState},
	}
}

func incomingCall(c *script.Call) (any, error) {
	busy, err := quectel.Ask(c, func(p device.Calls, ctx context.Context) (bool, error) {
		_, ok, err := p.CurrentCall(ctx)
		return ok, err
	})
	if err != nil {
		return nil, err
	}
	if to := forwardsOf(c.Interp).target(busy); to != "" {
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: "the call is forwarded to " + to})
		return nil, nil
	}
	return play(otherSide.ArriveCall)(c)
}

func play(f func(otherSide, string) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var text string
		if len(c.Args) > 0 {
			if err := c.Unpack(&text); err != nil {
				return nil, err
			}
		}
		o, err := quectel.Controlled[otherSide](c)
		if err != nil {
			return nil, err
		}
		if err := f(o, text); err != nil {
			return nil, script.Raise("OSError", "%w", err)
		}
		return nil, nil
	}
}

func setCallee(c *script.Call) (any, error) {
	var does string
	if err := c.Unpack(&does); err != nil {
		return nil, err
	}
	callee, ok := map[string]device.Callee{"answers": device.CalleeAnswers, "rings": device.CalleeRings, "busy": device.CalleeBusy}[does]
	if !ok {
		return nil, script.Raise("ValueError", "does is %q; it must be 'answers', 'rings' or 'busy'", does)
	}
	o, err := quectel.Controlled[otherSide](c)
	if err != nil {
		return nil, err
	}
	o.SetCallee(callee)
	return nil, nil
}

// states are the names of the states, by device.CallState.
var states = []string{"active", "held", "dialing", "alerting", "incoming", "waiting"}

func callState(c *script.Call) (any, error) {
	d, err := quectel.Controlled[interface {
		CurrentCall(context.Context) (device.Call, bool, error)
	}](c)
	if err != nil {
		return nil, err
	}
	call, ok, err := d.CurrentCall(c.Context())
	if err != nil || !ok {
		return nil, err
	}
	return script.Tuple{call.Number, states[call.State]}, nil
}
