package thread

import (
	"context"

	"quecstar/builtins/ucollections"
	"quecstar/harness/script"
)

// maxCount is how high a semaphore counts, as on a module.
const maxCount = 65535

// semaphore is a script's counting semaphore; left holds as much as may still be taken.
type semaphore struct {
	left    chan struct{}
	deleted bool
}

func newSemaphore(c *script.Call) (*semaphore, error) {
	var n int
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 1 || n > maxCount {
		return nil, script.Raise("OSError", "initcount is 1 to %d, not %d", maxCount, n)
	}
	s := &semaphore{left: make(chan struct{}, n)}
	for range n {
		s.left <- struct{}{}
	}
	return s, nil
}

func semaphoreClass() *script.Class {
	return &script.Class{
		Name: "semphore", Doc: "A counting semaphore; allocate_semphore makes one.",
		Methods: []script.Func{
			{Name: "acquire", Params: "wait=-1", Doc: "Waits, at most so many milliseconds, until the count is above 0 and takes one off: True, or False when it was not to be had.", Call: acquireSemaphore},
			{Name: "release", Doc: "Puts one on; RuntimeError beyond the most.", Call: releaseSemaphore},
			{Name: "getCnt", Doc: "The most that the count can be and the count.", Call: func(c *script.Call) (any, error) {
				s := c.Self.(*semaphore)
				return ucollections.Record(c.Interp, []string{"maxCnt", "curCnt"}, cap(s.left), len(s.left)), nil
			}},
			{Name: "__enter__", Doc: "acquire.", Call: enterSemaphore},
			{Name: "__exit__", Params: "*args", Doc: "release.", Call: releaseSemaphore},
		},
	}
}

func acquireSemaphore(c *script.Call) (any, error) {
	ms := -1.0
	if err := c.Unpack(&ms); err != nil {
		return nil, err
	}
	return c.Self.(*semaphore).acquire(c, ms/1000)
}

func enterSemaphore(c *script.Call) (any, error) { return c.Self.(*semaphore).acquire(c, -1) }

func (s *semaphore) acquire(c *script.Call, timeout float64) (bool, error) {
	if s.deleted {
		return false, nil
	}
	select {
	case <-s.left:
		return true, nil
	default:
	}
	if timeout == 0 {
		return false, nil
	}
	got, err := await(c, timeout, func(ctx context.Context) bool {
		select {
		case <-s.left:
			return true
		case <-ctx.Done():
			return false
		}
	})
	if err != nil && got {
		s.left <- struct{}{}
	}
	return got && err == nil, err
}

func releaseSemaphore(c *script.Call) (any, error) {
	s := c.Self.(*semaphore)
	if s.deleted {
		return nil, script.Raise("RuntimeError", "the semphore was deleted")
	}
	select {
	case s.left <- struct{}{}:
		return nil, nil
	default:
		return nil, script.Raise("RuntimeError", "release of a full semphore")
	}
}

func deleteSemaphore(c *script.Call) (any, error) {
	o, ok := script.NativeOf(c.Args[0])
	if ok {
		if s, isSemaphore := o.Self().(*semaphore); isSemaphore {
			s.deleted = true
			return nil, nil
		}
	}
	return nil, script.Raise("TypeError", "The argument isn't a semphore.")
}
