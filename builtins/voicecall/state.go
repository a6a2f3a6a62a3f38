package voicecall

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// events are the vendor's numbers by state of the call, for calls over LTE.
var events = map[device.CallState]int{device.CallIncoming: 10, device.CallActive: 11, device.CallReleased: 12, device.CallWaiting: 13,
	device.CallDialing: 14, device.CallAlerting: 15, device.CallHeld: 16}

// state is what the module keeps for one run.
type state struct {
	in     *script.Interp
	calls  device.Calls // nil until the module listens
	ctx    context.Context
	end    context.CancelFunc
	stops  []func()
	timers sync.WaitGroup
	volume int

	mu              sync.Mutex // guards what follows
	callback, tones starlark.Callable
	detect, cancel  bool
	answer          time.Duration // 0 for never
	records         recorder
}

func newState(in *script.Interp) (any, error) {
	s := &state{in: in, volume: 7}
	s.records.tell = script.Teller{In: in, Name: "the call recording callback"}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s, nil
}

// Close ends what waits and listens.
func (s *state) Close() error {
	for _, stop := range s.stops {
		stop()
	}
	s.end()
	s.timers.Wait()
	return nil
}

// listen has the module hear of calls, from now on.
func (s *state) listen(c *script.Call) error {
	if s.calls != nil {
		return nil
	}
	calls, err := quectel.Role[device.Calls](c)
	if err != nil {
		return err
	}
	s.calls = calls
	s.stops = append(s.stops, calls.OnCall(s.changed), calls.OnDTMF(s.heard))
	return nil
}

// changed is called by the device.
func (s *state) changed(call device.Call) {
	s.mu.Lock()
	fn, answer, cancel := s.callback, s.answer, s.cancel
	s.mu.Unlock()
	s.records.changed(s.in, call)
	if call.State == device.CallIncoming && cancel {
		s.try(s.calls.HangUp)
	} else if call.State == device.CallIncoming && answer > 0 {
		s.timers.Add(1)
		go s.answerLater(answer)
	}
	if fn != nil {
		s.in.Callback("the voice call callback", fn, arguments(call))
	}
}

// arguments are the callback's.
func arguments(call device.Call) script.Tuple {
	direction, state, kind := 0, int(call.State), 129
	if call.Incoming {
		direction = 1
	}
	if strings.HasPrefix(call.Number, "+") {
		kind = 145
	}
	return script.Tuple{events[call.State], call.ID, direction, state, 0, 0, call.Number, kind}
}

// answerLater ends with the run. A call that is over by then is not answered.
func (s *state) answerLater(after time.Duration) {
	defer s.timers.Done()
	if s.in.Clock().Sleep(s.ctx, after) == nil {
		s.try(s.calls.Answer)
	}
}

// try does something with a call that may have changed meanwhile; another failure is told.
func (s *state) try(act func(context.Context) error) {
	if err := act(s.ctx); err != nil && !errors.Is(err, device.ErrNotReady) {
		s.in.Emit(event.Event{Layer: event.Builtin, Kind: event.Failure, Text: "voiceCall: " + err.Error()})
	}
}

// heard is called by the device with the other side's tones.
func (s *state) heard(tones string) {
	s.mu.Lock()
	fn, detect := s.tones, s.detect
	s.mu.Unlock()
	if fn != nil && detect {
		s.in.Callback("the DTMF callback", fn, tones)
	}
}
