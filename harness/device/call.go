package device

import (
	"context"
	"time"
)

// CallState is the state of a voice call as in +CLCC (3GPP TS 27.007, section 7.18), and Released
// behind them.
type CallState int

// The states of a call.
const (
	CallActive   CallState = 0
	CallHeld     CallState = 1
	CallDialing  CallState = 2
	CallAlerting CallState = 3 // the other side rings
	CallIncoming CallState = 4
	CallWaiting  CallState = 5
	CallReleased CallState = 6 // it is over
)

// Call is one voice call.
type Call struct {
	// ID is the number of the call as in +CLCC, from 1.
	ID int
	// Incoming says that the other side called.
	Incoming bool
	State    CallState
	Number   string
}

// Callee is what the other side does when the module calls it, as a test has it.
type Callee int

// What the other side does.
const (
	CalleeAnswers Callee = iota // at once
	CalleeRings                 // until the test has it answer or hang up
	CalleeBusy
)

// Calls are the voice calls of a module, one at a time.
type Calls interface {
	// Dial calls a number; ErrNotReady during another call or without a network.
	Dial(ctx context.Context, number string) error
	// Answer takes the call that comes in; ErrNotReady when none does.
	Answer(ctx context.Context) error
	// HangUp ends the call, whatever its state; ErrNotReady when there is none.
	HangUp(ctx context.Context) error
	// CurrentCall returns the call, if there is one.
	CurrentCall(ctx context.Context) (call Call, ok bool, err error)
	// SendDTMF sends tones, of which each lasts d, to the other side of an active call.
	SendDTMF(ctx context.Context, tones string, d time.Duration) error
	// OnCall calls f, from a goroutine of the device, whenever the call's state changes.
	OnCall(f func(Call)) (stop func())
	// OnDTMF calls f, from a goroutine of the device, with the tones that the other side sends.
	OnDTMF(f func(tones string)) (stop func())
}
