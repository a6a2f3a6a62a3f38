// Package thread is the script module _thread: threads, locks and counting semaphores, as
// QuecPython documents them. A thread that raises prints its traceback and ends alone; the run does
// not end before its threads have.
package thread

import (
	"context"
	"sync"

	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

// threads are the running threads of one interpreter, by identity.
type threads struct {
	mu      sync.Mutex
	running map[int64]*script.Thread
	stack   int
}

// Module is the table of _thread.
func Module() *script.Module {
	lock, semaphore := lockClass(), semaphoreClass()
	return &script.Module{
		Name: "_thread", Lang: script.Python, Doc: "Threads and locks.",
		New: func(*script.Interp) (any, error) {
			return &threads{running: map[int64]*script.Thread{}, stack: 8448}, nil
		},
		Funcs: []script.Func{
			{Name: "start_new_thread", Params: "function, args=()", Doc: "Runs a function in a new thread and returns its identity.", Call: start},
			{Name: "get_ident", Doc: "The identity of the calling thread.", Call: func(c *script.Call) (any, error) { return c.Thread.ID(), nil }},
			{Name: "threadIsRunning", Params: "thread_id", Doc: "Whether a thread runs.", Call: isRunning},
			{Name: "stop_thread", Params: "thread_id", Doc: "Ends a thread; 0 is the calling one.", Call: stop},
			{Name: "stack_size", Params: "size=0", Doc: "Sets, and returns, the stack size of threads to come; here it changes nothing.", Call: stackSize},
			{Name: "get_heap_size", Doc: "The bytes that are free for threads; a constant here.", Call: func(*script.Call) (any, error) { return 512 << 10, nil }},
			{Name: "allocate_lock", Doc: "A new lock.", Call: func(c *script.Call) (any, error) { return lock.NewInstance(c.Interp, newLock(1, 1)), nil }},
			{Name: "delete_lock", Params: "lock", Doc: "Forgets a lock.", Call: func(*script.Call) (any, error) { return nil, nil }},
			{Name: "allocate_semphore", Params: "initcount", Doc: "A semaphore that counts from initcount.", Call: func(c *script.Call) (any, error) {
				var n int
				if err := c.Unpack(&n); err != nil {
					return nil, err
				}
				if n < 0 || n > maxCount {
					return nil, script.Raise("ValueError", "initcount %d is not 0 to %d", n, maxCount)
				}
				return semaphore.NewInstance(c.Interp, newLock(maxCount, n)), nil
			}},
			{Name: "delete_semphore", Params: "semphore", Doc: "Forgets a semaphore.", Call: func(*script.Call) (any, error) { return nil, nil }},
		},
		Classes: []*script.Class{lock, semaphore},
		Consts: []script.Const{{Name: "LockType", Value: lock}, {Name: "error", Value: func(in *script.Interp) any {
			v, _ := in.Runtime().Builtin("RuntimeError")
			return v
		}}},
	}
}

func start(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	if fn == nil {
		return nil, script.Raise("TypeError", "argument 'function' should be a function, not None")
	}
	var args []any
	if c.Args[1] != nil {
		seq, ok := c.Args[1].(starlark.Indexable)
		if !ok {
			return nil, script.Raise("TypeError", "argument 'args' should be a tuple")
		}
		for i := range seq.Len() {
			args = append(args, seq.Index(i))
		}
	}
	all := c.State().(*threads)
	t, err := c.Interp.Go("thread", false, func(t *script.Thread) error {
		defer all.forget(t.ID())
		_, err := t.Invoke(fn, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	// The new thread waits for the lock that the caller holds, so it cannot have ended yet.
	all.mu.Lock()
	all.running[t.ID()] = t
	all.mu.Unlock()
	return t.ID(), nil
}

func (a *threads) forget(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, id)
}

func (a *threads) get(id int64) *script.Thread {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.running[id]
}

func isRunning(c *script.Call) (any, error) {
	var id int64
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	return id == 1 || c.State().(*threads).get(id) != nil, nil
}

func stop(c *script.Call) (any, error) {
	var id int64
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	if id == 0 {
		id = c.Thread.ID()
	}
	t := c.State().(*threads).get(id)
	if t == nil {
		return -1, nil
	}
	t.End()
	return 0, nil
}

func stackSize(c *script.Call) (any, error) {
	a := c.State().(*threads)
	size := 0
	if err := c.Unpack(&size); err != nil {
		return nil, err
	}
	if size > 0 {
		a.stack = size
	}
	return a.stack, nil
}

// maxCount is the highest count of a semaphore.
const maxCount = 1 << 16

// lock is a lock, or a semaphore: places that are taken and given back.
type lock struct{ free chan struct{} }

func newLock(places, free int) *lock {
	l := &lock{free: make(chan struct{}, places)}
	for range free {
		l.free <- struct{}{}
	}
	return l
}

// acquire takes a place; without wait it reports whether there was one.
func (l *lock) acquire(c *script.Call, wait bool) (bool, error) {
	select {
	case <-l.free:
		return true, nil
	default:
	}
	if !wait {
		return false, nil
	}
	err := c.Block(func(ctx context.Context) error {
		select {
		case <-l.free:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	return err == nil, err
}

func (l *lock) release() error {
	select {
	case l.free <- struct{}{}:
		return nil
	default:
		return script.Raise("RuntimeError", "release of a lock that is not held")
	}
}

func lockClass() *script.Class {
	acquire := func(c *script.Call) (any, error) {
		wait := true
		if err := c.Unpack(&wait); err != nil {
			return nil, err
		}
		return c.Self.(*lock).acquire(c, wait)
	}
	return &script.Class{Name: "lock", Doc: "A lock.", Methods: []script.Func{
		{Name: "acquire", Params: "wait=True", Doc: "Takes the lock.", Call: acquire},
		{Name: "release", Doc: "Gives the lock back.", Call: func(c *script.Call) (any, error) { return nil, c.Self.(*lock).release() }},
		{Name: "locked", Doc: "Whether it is taken.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*lock).free) == 0, nil }},
		{Name: "__enter__", Doc: "acquire.", Call: func(c *script.Call) (any, error) { return c.Self.(*lock).acquire(c, true) }},
		{Name: "__exit__", Params: "*args", Doc: "release.", Call: func(c *script.Call) (any, error) { return nil, c.Self.(*lock).release() }},
	}}
}

func semaphoreClass() *script.Class {
	return &script.Class{Name: "semphore", Doc: "A counting semaphore.", Methods: []script.Func{
		{Name: "acquire", Doc: "Counts down; waits at 0.", Call: func(c *script.Call) (any, error) { return c.Self.(*lock).acquire(c, true) }},
		{Name: "release", Doc: "Counts up.", Call: func(c *script.Call) (any, error) { return nil, c.Self.(*lock).release() }},
		{Name: "getCnt", Doc: "The count.", Call: func(c *script.Call) (any, error) { return len(c.Self.(*lock).free), nil }},
	}}
}
