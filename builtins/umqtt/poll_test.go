package umqtt

import (
	"testing"
	"time"
)

// The first polls are free, a tight loop is slowed down, and distance makes polls free again.
func TestPollsAreSlowedDown(t *testing.T) {
	var p polls
	now := time.Unix(1, 0)
	for i := range freePolls {
		if p.pause(now) != 0 {
			t.Fatalf("poll %d waits", i)
		}
	}
	if p.pause(now) != pollPause {
		t.Error("a tight loop does not wait")
	}
	if p.pause(now.Add(pollGap)) != pollPause {
		t.Error("a slowed loop does not wait any more")
	}
	if p.pause(now.Add(10*pollGap)) != 0 {
		t.Error("a slow loop waits")
	}
	for range freePolls {
		p.pause(now.Add(10 * pollGap))
	}
	p.reset()
	if p.pause(now.Add(10*pollGap)) != 0 {
		t.Error("a loop that found something waits")
	}
}
