package at

import (
	"errors"
	"strings"
	"sync"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// order tells which publication without an id a +QMTPUB is of: all have the id 0 (MQTT application notes,
// "AT+QMTPUB"), but their results come in their order. One is under way at a time.
type order struct {
	mu      sync.Mutex
	waiting bool // somebody waits for the result of the last one
	late    int  // results of earlier ones that were given up, which may still come
	taken   *URC // the last of these that came while somebody waited
}

// begin makes of what takes a result one that leaves alone those of earlier publications.
func (o *order) begin(match func(URC) bool) func(URC) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting, o.taken = true, nil
	return func(u URC) bool {
		if !match(u) {
			return false
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.late == 0 {
			return true
		}
		o.late--
		o.taken = &u
		return false
	}
}

// end is how the publication came out. Where only one result came in the time that the module has for it, that
// of the earlier one was lost on the way, and this is its own.
func (o *order) end(u URC, err error) (URC, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = false
	var refusal *atcmd.Error
	switch {
	case err == nil || errors.As(err, &refusal):
		return u, err
	case errors.Is(err, device.ErrTimeout) && o.taken != nil:
		o.late = 0
		return *o.taken, nil
	}
	o.late++
	return u, err
}

// passed counts a result for which nobody waits any more.
func (o *order) passed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.waiting && o.late > 0 {
		o.late--
	}
}

// unclaimed is a wait without an end, for results that come when nobody waits for them.
func (q *client) unclaimed() *wait {
	return q.d.e.expect(func(u URC) bool {
		p := u.Params()
		if strings.HasPrefix(u.Line, "+QMTPUB") && p.Int(0, -1) == q.index && p.Int(1, -1) == 0 && p.Int(2, -1) != 1 {
			q.order.passed()
		}
		return false
	})
}
