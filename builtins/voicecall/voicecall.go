// Package voicecall is the script module voiceCall: voice calls.
//
//	import voiceCall
//	voiceCall.setCallback(lambda args: print(args[0], args[6]))
//	voiceCall.callStart("10086")
//
// The callback's argument is that of calls over LTE: (event, call id, direction, state, type, mpty,
// number, number type); event is 10 for an incoming call, 11 connected, 12 ended, 14 dialing and 15
// when the other side rings (vendor's documentation, "voiceCall - Voice Call"). Functions return 0,
// or -1 on failure. Recordings hold silence.
package voicecall

import (
	"context"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	funcs := []script.Func{
		{Name: "setAutoAnswer", Params: "seconds", Doc: "Has incoming calls answered after 1 to 255 seconds; 0 ends that.", Call: setAutoAnswer},
		{Name: "callStart", Params: "phonenum", Doc: "Calls a number.", Call: callStart},
		{Name: "callAnswer", Doc: "Answers the incoming call.", Call: do(device.Calls.Answer)},
		{Name: "callEnd", Doc: "Ends the call.", Call: do(device.Calls.HangUp)},
		{Name: "setCallback", Params: "voicecallFun", Doc: "Has voicecallFun((event, id, direction, state, type, mpty, number, number type)) called when a call changes.", Call: listener(func(s *state) *starlark.Callable { return &s.callback })},
		{Name: "setAutoCancel", Params: "enable", Doc: "Has incoming calls ended at once (1), or not (0).", Call: setAutoCancel},
		{Name: "getAutoCancelStatus", Doc: "Returns what setAutoCancel set.", Call: func(c *script.Call) (any, error) { return bit(c.State().(*state).cancel), nil }},
		{Name: "startDtmf", Params: "dtmf, duration", Doc: "Sends 1 to 32 tones of 0-9, A-D, * and #, each of 100 to 1000 milliseconds, during a call.", Call: startDTMF},
		{Name: "dtmfDetEnable", Params: "enable", Doc: "Switches the detection of the other side's tones on (1) or off (0).", Call: enableDTMF},
		{Name: "dtmfSetCb", Params: "dtmfFun", Doc: "Has dtmfFun(tones) called with the other side's tones.", Call: listener(func(s *state) *starlark.Callable { return &s.tones })},
		{Name: "setFw", Params: "reason, fwmode, phonenum", Doc: "Sets call forwarding: reason 0 always, 1 busy, 2 no reply, 3 not reachable; fwmode 0 off, 1 on, 2 ask, 3 register, 4 erase.", Call: setForward},
		{Name: "setChannel", Params: "device", Doc: "Sets where the call sounds: 0 handset, 1 headset, 2 loudspeaker.", Call: setChannel},
		{Name: "getVolume", Doc: "Returns the volume, 0 to 11.", Call: func(c *script.Call) (any, error) { return c.State().(*state).volume, nil }},
		{Name: "setVolume", Params: "volume", Doc: "Sets the volume, 0 to 11.", Call: setVolume},
	}
	return &script.Module{Name: "voiceCall", Simulated: true, Controls: controls(), Doc: "Voice calls. Functions return 0, or -1 on failure.", Funcs: append(funcs, recordFuncs()...), New: newState}
}

func do(f func(device.Calls, context.Context) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) { return quectel.Do(c, f) }
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func callStart(c *script.Call) (any, error) {
	var number string
	if err := c.Unpack(&number); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(p device.Calls, ctx context.Context) error { return p.Dial(ctx, number) })
}

func startDTMF(c *script.Call) (any, error) {
	var tones string
	var ms int
	if err := c.Unpack(&tones, &ms); err != nil {
		return nil, err
	}
	if ms < 100 || ms > 1000 {
		return quectel.Failed, nil
	}
	tones = strings.ToUpper(tones)
	return quectel.Do(c, func(p device.Calls, ctx context.Context) error {
		return p.SendDTMF(ctx, tones, time.Duration(ms)*time.Millisecond)
	})
}

// between unpacks the one int of a call; ok is false outside low to high.
func between(c *script.Call, low, high int) (n int, ok bool, err error) {
	err = c.Unpack(&n)
	return n, n >= low && n <= high, err
}

func setVolume(c *script.Call) (any, error) {
	n, ok, err := between(c, 0, 11)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	c.State().(*state).volume = n
	return quectel.OK, nil
}

func setChannel(c *script.Call) (any, error) {
	_, ok, err := between(c, 0, 2)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	return quectel.OK, nil
}

// listener makes the function by which a script sets one of its callbacks.
func listener(which func(*state) *starlark.Callable) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var fn starlark.Callable
		if err := c.Unpack(&fn); err != nil {
			return nil, err
		}
		s := c.State().(*state)
		if err := s.listen(c); err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		*which(s) = fn
		return quectel.OK, nil
	}
}

func enableDTMF(c *script.Call) (any, error) {
	n, ok, err := between(c, 0, 1)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	s := c.State().(*state)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detect = n == 1
	return quectel.OK, nil
}

func setAutoAnswer(c *script.Call) (any, error) {
	n, ok, err := between(c, 0, 255)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	s := c.State().(*state)
	if err := s.listen(c); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = time.Duration(n) * time.Second
	return quectel.OK, nil
}

func setAutoCancel(c *script.Call) (any, error) {
	n, ok, err := between(c, 0, 1)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	s := c.State().(*state)
	if err := s.listen(c); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel = n == 1
	return quectel.OK, nil
}
