// Package thread is the script module _thread: threads, locks and semaphores, as QuecPython
// documents them (python.quectel.com, API reference, _thread).
//
// start_new_thread(function, args) returns the thread's number at once. All threads, timers and callbacks
// share the one interpreter lock, which goes to who waits longest: a thread that computes gives it up
// every so many steps, and every call that blocks gives it up, so that a loop without end starves
// nobody, and a lock of the script's that is held over a sleep holds up only who wants it. One call of
// a builtin is one step: d[k] = v and l.append(x) are whole, d[k] += 1 is not. A container may change
// while another thread goes through it.
//
// An exception in a thread or a callback is printed with its traceback and ends that thread or call
// alone; a timer goes on. As on a module, the run goes on behind the main script until the last thread
// has ended, no timer is to come, and every callback that was told has returned; that somebody listens,
// to a pin, a UART, a topic or the network, does not hold it. sys.exit in the main script ends it at
// once. As in the vendor's firmware, start_new_thread takes behind args a name, a
// dict of keyword arguments or a bool, and behind such a dict a bool: True starts a thread that
// raised again after half a second.
//
// stop_thread(number) ends a thread wherever it is, even in a sleep; it runs no handler and no
// finally, and the locks that it holds stay locked. 0 means the calling thread.
//
// A semaphore's count begins at its most: allocate_semphore(n) can be acquired n times.
package thread

import (
	"context"
	"errors"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

const (
	// mainThread is the number of the main script's thread.
	mainThread = 1
	// maxThreads is how many threads run at once, more than a module's memory holds.
	maxThreads = 1000
	// leastStack and defaultStack are the vendor's sizes in bytes.
	leastStack   = 8192
	defaultStack = 8448
	// heapSize is what get_heap_size reports: the host has no such limit.
	heapSize = 512 << 10
	// resumeAfter is when a thread that raised starts again.
	resumeAfter = 500 * time.Millisecond
)

// errEnded unwinds a thread that ended itself; nobody sees it.
var errEnded = errors.New("the thread ended itself")

// state is the module's state in one interpreter. The interpreter lock guards it.
type state struct {
	running map[int64]*script.Thread // those that have not ended
	stack   int
}

// Module is the table of _thread.
func Module() *script.Module {
	lock, semaphore := lockClass(), semaphoreClass()
	allocate := func(c *script.Call) (any, error) {
		s, err := newSemaphore(c)
		if err != nil {
			return nil, err
		}
		return semaphore.NewInstance(c.Interp, s), nil
	}
	return &script.Module{
		Name: "_thread", Lang: script.Python, Doc: "Threads, locks and semaphores.",
		New: func(*script.Interp) (any, error) {
			return &state{running: map[int64]*script.Thread{}, stack: defaultStack}, nil
		},
		Funcs: []script.Func{
			{Name: "start_new_thread", Params: "function, args, kwargs=None, resume=False", Doc: "Starts a thread that calls function(*args, **kwargs) and returns its number.", Call: start},
			{Name: "get_ident", Doc: "The number of the calling thread.", Call: func(c *script.Call) (any, error) { return c.Thread.ID(), nil }},
			{Name: "stack_size", Params: "size=None", Doc: "The stack of new threads in bytes; sets it and returns 0, or -1 for less than 8192.", Call: stackSize},
			{Name: "threadIsRunning", Params: "thread_id", Doc: "Whether the thread has not ended.", Call: isRunning},
			{Name: "stop_thread", Params: "thread_id", Doc: "Ends a thread, 0 the calling one, and returns 0; ValueError for the main thread and for none.", Call: stop},
			{Name: "get_heap_size", Doc: "The bytes of free memory; always the same on a host.", Call: func(*script.Call) (any, error) { return heapSize, nil }},
			{Name: "exit", Doc: "Ends the calling thread by raising SystemExit.", Call: func(*script.Call) (any, error) { return nil, script.RaiseArgs("SystemExit", nil) }},
			{Name: "allocate_lock", Doc: "A new lock, not locked.", Returns: "lock", Call: func(c *script.Call) (any, error) { return lock.NewInstance(c.Interp, newLock()), nil }},
			{Name: "delete_lock", Params: "lock", Doc: "Deletes a lock.", Call: deleteLock},
			{Name: "allocate_semphore", Params: "initcount", Returns: "semphore", Doc: "A new semaphore whose count begins at initcount, which is also its most.", Call: allocate},
			{Name: "delete_semphore", Params: "semphore", Doc: "Deletes a semaphore.", Call: deleteSemaphore},
			{Name: "allocate_semaphore", Params: "initcount", Returns: "semphore", Doc: "allocate_semphore.", Call: allocate},
			{Name: "delete_semaphore", Params: "semphore", Doc: "delete_semphore.", Call: deleteSemaphore},
		},
		Classes: []*script.Class{lock, semaphore},
		Consts: []script.Const{{Name: "LockType", Value: lock, Doc: "The class of locks."}, {Name: "Lock", Value: lock, Doc: "LockType, as the vendor's list calls it."},
			{Name: "Semphore", Value: semaphore, Doc: "The class of semaphores."}},
	}
}

func start(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	args, err := positional(c.Args[1])
	if err != nil {
		return nil, err
	}
	o, err := startOptions(c)
	if err != nil {
		return nil, err
	}
	st := c.State().(*state)
	if len(st.running) >= maxThreads {
		return nil, script.Raise("OSError", "can't create thread")
	}
	name := "thread started by " + nameOf(fn)
	// The new thread runs only once this call has given up the interpreter lock: st is complete
	// by then.
	t, err := c.Interp.Go(name, false, func(t *script.Thread) error {
		defer delete(st.running, t.ID())
		for {
			_, err := starlark.Call(c.Interp.Runtime().Thread(), fn, args, o.kwargs)
			if err == nil || !o.resume || exits(c.Interp, err) {
				return err
			}
			c.Interp.ReportThread(name, err)
			if err := t.Block(func(ctx context.Context) error { return c.Interp.Clock().Sleep(ctx, resumeAfter) }); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	st.running[t.ID()] = t
	return t.ID(), nil
}

// exits reports whether an error of a script is SystemExit, or must end it.
func exits(in *script.Interp, err error) bool {
	r := in.Runtime().Exception(err)
	return r == nil || r.IsA("SystemExit")
}

// nameOf is the name of a function for messages.
func nameOf(fn starlark.Callable) string {
	if f, ok := fn.(*starlark.Function); ok {
		return "<function " + f.Name() + ">"
	}
	return object.Repr(fn)
}

func positional(v starlark.Value) (starlark.Tuple, error) {
	seq, ok := object.Native(v).(starlark.Indexable)
	if _, isStr := object.AsBytes(v); !ok || isStr {
		return nil, script.Raise("TypeError", "argument 'args' should be a tuple, not %s", object.TypeName(v))
	}
	args := make(starlark.Tuple, seq.Len())
	for i := range args {
		args[i] = seq.Index(i)
	}
	return args, nil
}

// options are what stands behind the arguments of start_new_thread.
type options struct {
	kwargs []starlark.Tuple
	resume bool
}

func startOptions(c *script.Call) (o options, err error) {
	third := c.Args[2]
	if err := c.Unpack(nil, nil, nil, &o.resume); err != nil || !c.Given(2) {
		return o, err
	}
	if b, ok := object.AsBool(third); ok {
		o.resume = b
		return o, nil
	}
	if _, named := object.AsString(third); named {
		return o, nil
	}
	dict, ok := object.Native(third).(starlark.IterableMapping)
	if !ok {
		return o, script.Raise("TypeError", "expecting a dict for keyword args or a bool for thread auto resume flag")
	}
	for _, kv := range dict.Items() {
		name, ok := object.AsString(kv[0])
		if !ok {
			return o, script.Raise("TypeError", "keyword args are named by str, not %s", object.TypeName(kv[0]))
		}
		o.kwargs = append(o.kwargs, starlark.Tuple{starlark.String(name), kv[1]})
	}
	return o, nil
}

func stackSize(c *script.Call) (any, error) {
	st := c.State().(*state)
	if !c.Given(0) {
		return st.stack, nil
	}
	var size int
	if err := c.Unpack(&size); err != nil {
		return nil, err
	}
	if size < leastStack {
		return -1, nil
	}
	st.stack = size
	return 0, nil
}

func isRunning(c *script.Call) (any, error) {
	var id int64
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	return id == mainThread || c.State().(*state).running[id] != nil, nil
}

func stop(c *script.Call) (any, error) {
	var id int64
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	if id == 0 {
		id = c.Thread.ID()
	}
	if id == mainThread {
		return nil, script.Raise("ValueError", "Deleting the main thread is not allowed!")
	}
	st := c.State().(*state)
	t := st.running[id]
	if t == nil {
		return nil, script.Raise("ValueError", "No thread with thread id %d was found!", id)
	}
	delete(st.running, id)
	t.End()
	if id == c.Thread.ID() {
		return nil, errEnded
	}
	return 0, nil
}
