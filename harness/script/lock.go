package script

import "sync/atomic"

// lock is the interpreter lock. Whoever waits longest gets it next: a channel hands its place on
// to the oldest sender, which sync.Mutex does only after a millisecond of starving.
type lock struct {
	place   chan struct{}
	waiting atomic.Int32
}

func newLock() *lock { return &lock{place: make(chan struct{}, 1)} }

func (l *lock) acquire() {
	select {
	case l.place <- struct{}{}:
		return
	default:
	}
	l.waiting.Add(1)
	l.place <- struct{}{}
	l.waiting.Add(-1)
}

func (l *lock) release() { <-l.place }

// contended reports whether somebody waits for the lock.
func (l *lock) contended() bool { return l.waiting.Load() > 0 }
