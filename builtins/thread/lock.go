package thread

import (
	"context"
	"time"

	"quecstar/harness/script"
)

// lock is a script's lock; who puts something into place has it.
type lock struct {
	place   chan struct{}
	deleted bool
}

func newLock() *lock { return &lock{place: make(chan struct{}, 1)} }

func lockClass() *script.Class {
	return &script.Class{
		Name: "lock", Doc: "A lock; allocate_lock makes one.",
		Methods: []script.Func{
			{Name: "acquire", Params: "waitflag=1, timeout=-1", Doc: "Waits for the lock and takes it: True, or False when it was not to be had.", Call: acquireLock},
			{Name: "release", Doc: "Gives the lock back; RuntimeError when it is not locked.", Call: releaseLock},
			{Name: "locked", Doc: "Whether the lock is taken.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*lock).place) > 0, nil }},
			{Name: "__enter__", Doc: "acquire.", Call: enterLock},
			{Name: "__exit__", Params: "*args", Doc: "release.", Call: releaseLock},
		},
	}
}

func acquireLock(c *script.Call) (any, error) {
	wait, timeout := true, -1.0
	if err := c.Unpack(&wait, &timeout); err != nil {
		return nil, err
	}
	return c.Self.(*lock).acquire(c, wait, timeout)
}

func enterLock(c *script.Call) (any, error) { return c.Self.(*lock).acquire(c, true, -1) }

func (l *lock) acquire(c *script.Call, wait bool, timeout float64) (bool, error) {
	if l.deleted {
		return false, nil
	}
	select {
	case l.place <- struct{}{}:
		return true, nil
	default:
	}
	if !wait || timeout == 0 {
		return false, nil
	}
	got, err := await(c, timeout, func(ctx context.Context) bool {
		select {
		case l.place <- struct{}{}:
			return true
		case <-ctx.Done():
			return false
		}
	})
	if err != nil && got {
		<-l.place
	}
	return got && err == nil, err
}

// await lets try wait without the interpreter lock for at most timeout seconds, for ever when it is
// negative. The error is that the thread must end.
func await(c *script.Call, timeout float64, try func(ctx context.Context) bool) (got bool, err error) {
	err = c.Block(func(ctx context.Context) error {
		limited, cancel := context.WithCancel(ctx)
		defer cancel()
		if timeout >= 0 {
			go func() {
				defer cancel()
				_ = c.Interp.Clock().Sleep(limited, time.Duration(timeout*float64(time.Second)))
			}()
		}
		if got = try(limited); got {
			return nil
		}
		return context.Cause(ctx)
	})
	return got, err
}

func releaseLock(c *script.Call) (any, error) {
	if !c.Self.(*lock).free() {
		return nil, script.Raise("RuntimeError", "release of a lock that is not held")
	}
	return nil, nil
}

// free gives the lock back and reports whether it was taken.
func (l *lock) free() bool {
	select {
	case <-l.place:
		return true
	default:
		return false
	}
}

func deleteLock(c *script.Call) (any, error) {
	o, ok := script.NativeOf(c.Args[0])
	if ok {
		if l, isLock := o.Self().(*lock); isLock {
			l.deleted = true
			l.free()
			return nil, nil
		}
	}
	return nil, script.Raise("TypeError", "The argument isn't a lock.")
}
