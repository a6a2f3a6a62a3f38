package cloud

import (
	"context"
	"sync"
	"time"

	"quecstar/harness/cloud/record"
)

// flow is a flow control policy: so many notices a second are forwarded at most, of all that it is about.
type flow struct {
	record.Record

	mu   sync.Mutex
	next time.Time // when the next may go
}

// about reports whether a policy is about an action (SDK, AddFlowControlPolicy).
func (f *flow) about(o *outlet) bool {
	if !record.Visible(f.Project, o.project) {
		return false
	}
	of := f.Text("scope_value")
	switch f.Text("scope") {
	case "CHANNEL":
		return of == o.via
	case "RULE":
		return of == o.rule
	case "ACTION":
		return of == o.action
	}
	return true // USER
}

// delay takes the next place, and is how long it is until then.
func (f *flow) delay(now time.Time) time.Duration {
	limit := f.Number("limit")
	if limit <= 0 {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.next.Before(now) {
		f.next = now
	}
	wait := f.next.Sub(now)
	f.next = f.next.Add(time.Second / time.Duration(limit))
	return wait
}

// throttle waits until an action may forward one more.
func (rs *routes) throttle(ctx context.Context, o *outlet) error {
	var longest time.Duration
	rs.mu.Lock()
	for _, f := range rs.flows {
		if f.about(o) {
			longest = max(longest, f.delay(time.Now()))
		}
	}
	rs.mu.Unlock()
	return rs.cloud.tasks.pause(ctx, longest)
}
