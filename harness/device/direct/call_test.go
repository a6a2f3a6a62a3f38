package direct

import (
	"context"
	"errors"
	"testing"

	"quecstar/harness/device"
)

func TestCalls(t *testing.T) {
	d, _ := recorder(t)
	ctx := context.Background()
	states := make(chan device.CallState, 20)
	defer d.OnCall(func(c device.Call) { states <- c.State })()
	want := func(what string, err error, all ...device.CallState) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		for _, s := range all {
			if got := <-states; got != s {
				t.Errorf("%s: state %d, want %d", what, got, s)
			}
		}
	}
	want("dial", d.Dial(ctx, "10086"), device.CallDialing, device.CallAlerting, device.CallActive)
	if err := d.ArriveCall("1"); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("a second call: %v", err)
	}
	want("tones", d.SendDTMF(ctx, "12#", 0))
	want("hang up", d.HangUp(ctx), device.CallReleased)
	for what, err := range map[string]error{"hang up": d.HangUp(ctx), "answer": d.Answer(ctx), "tones": d.SendDTMF(ctx, "1", 0), "their tones": d.ArriveDTMF("1")} {
		if !errors.Is(err, device.ErrNotReady) {
			t.Errorf("%s without a call: %v", what, err)
		}
	}
	want("arrive", d.ArriveCall("+861"), device.CallIncoming)
	want("answer", d.Answer(ctx), device.CallActive)
	want("their hanging up", d.HangUpRemote(), device.CallReleased)
	d.SetCallee(device.CalleeBusy)
	want("busy", d.Dial(ctx, "1"), device.CallDialing, device.CallReleased)
	d.SetCallee(device.CalleeRings)
	want("rings", d.Dial(ctx, "1"), device.CallDialing, device.CallAlerting)
	want("their answer", d.AnswerRemote(), device.CallActive)
}
