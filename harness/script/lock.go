package script

import "sync/atomic"

// lock is the interpreter lock. Whoever waits longest gets it next: a channel hands its place on
// to the oldest sender, which sync.Mutex does only after a millisecond of starving.
type lock struct {
	place   chan struct{}
	waiting atomic.Int32
}

func newLock() *lock { return &lock{place: make(chan struct{}, 1)} }

func (l *lock) acquire() { l.acquireUnless(nil) }

// acquireUnless reports whether it got the lock before done was closed.
func (l *lock) acquireUnless(done <-chan struct{}) bool {
	select {
	case l.place <- struct{}{}:
		return true
	default:
	}
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	select {
	case l.place <- struct{}{}:
		return true
	case <-done:
		return false
	}
}

func (l *lock) release() { <-l.place }

// contended reports whether somebody waits for the lock.
func (l *lock) contended() bool { return l.waiting.Load() > 0 }
