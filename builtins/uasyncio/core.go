package uasyncio

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/usocket"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// mailbox is where the loop hears of what is over that went on beside it.
type mailbox struct {
	mu     sync.Mutex
	posted []starlark.Value
	wake   context.CancelFunc // of the loop, while it waits

	in   *script.Interp
	dead []death // of which nobody knows yet; the interpreter lock guards them
}

func (m *mailbox) post(v starlark.Value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.posted = append(m.posted, v)
	if m.wake != nil {
		m.wake()
	}
}

func (m *mailbox) take() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]any, len(m.posted))
	for i, v := range m.posted {
		out[i] = v
	}
	m.posted = nil
	return out
}

// await waits for something to be posted, at most for d on the run's clock, without end when d is
// negative.
func (m *mailbox) await(ctx context.Context, clock script.Clock, d time.Duration) error {
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	m.mu.Lock()
	if len(m.posted) > 0 {
		m.mu.Unlock()
		return nil
	}
	m.wake = cancel
	m.mu.Unlock()
	if d < 0 {
		<-until.Done()
	} else {
		_ = clock.Sleep(until, d) // it ends early when something comes
	}
	m.mu.Lock()
	m.wake = nil
	m.mu.Unlock()
	return context.Cause(ctx)
}

// death is that a task ended with an exception.
type death struct{ task, exception starlark.Value }

// heard notes that somebody knows how a task ended.
func (m *mailbox) heard(task starlark.Value) {
	m.dead = slices.DeleteFunc(m.dead, func(d death) bool { return d.task == task })
}

// tell tells of a task's death, which is nobody's any more, as of that of a thread.
func (m *mailbox) tell(d death) {
	text, _ := object.TracebackOf(d.exception)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	m.in.Emit(event.Event{Layer: event.Script, Kind: event.Failure, Text: "in a task: " + lines[len(lines)-1],
		Traceback: text})
}

// Close tells of the tasks whose exception nobody asked for before the run's end.
func (m *mailbox) Close() error {
	for _, d := range m.dead {
		m.tell(d)
	}
	m.dead = nil
	return nil
}

// onTask makes a function of the mailbox that is called with a task.
func onTask(f func(m *mailbox, task starlark.Value)) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		f(c.State().(*mailbox), c.Args[0])
		return nil, nil
	}
}

// tellOf tells of the death of a task now.
func tellOf(m *mailbox, task starlark.Value) {
	for _, d := range m.dead {
		if d.task == task {
			m.tell(d)
		}
	}
	m.heard(task)
}

// op is something that goes on beside the loop.
type op struct{ *usocket.Pending }

// Core is the table of _uasyncio, on which the Python module stands.
func Core() *script.Module {
	class := opClass()
	return &script.Module{
		Name: "_uasyncio", Lang: script.Python, Doc: "What uasyncio stands on: waiting, and sockets that go on beside the loop.",
		New: func(in *script.Interp) (any, error) { return &mailbox{in: in}, nil },
		Funcs: []script.Func{
			{Name: "wait", Params: "ms", Doc: "Waits until something is over, at most ms milliseconds, without end when it is negative; returns what is.", Call: wait},
			{Name: "flag", Doc: "Returns what post may post.", Call: func(c *script.Call) (any, error) {
				return class.NewInstance(c.Interp, &op{&usocket.Pending{}}), nil
			}},
			{Name: "post", Params: "flag", Doc: "Has wait return a flag; any thread may call it.", Call: func(c *script.Call) (any, error) {
				c.State().(*mailbox).post(c.Args[0])
				return nil, nil
			}},
			{Name: "died", Params: "task, exception", Doc: "Notes that a task ended with an exception.", Call: died},
			{Name: "heard", Params: "task", Doc: "Notes that somebody knows how it ended.", Call: onTask((*mailbox).heard)},
			{Name: "tell", Params: "task", Doc: "Tells that nobody asked how it ended.", Call: onTask(tellOf)},
			{Name: "is_socket", Params: "s", Doc: "Whether s is a socket.", Call: func(c *script.Call) (any, error) { return usocket.IsSocket(c.Args[0]), nil }},
			{Name: "connect", Params: "s, host, port, secure", Doc: "Connects a socket.", Call: starting(class, connect)},
			{Name: "fill", Params: "s", Doc: "Waits until something can be taken from a socket.", Call: starting(class, func(c *script.Call, told func(*usocket.Pending)) (*usocket.Pending, error) {
				return usocket.Fill(c, c.Args[0], told)
			})},
			{Name: "send", Params: "s, data", Doc: "Sends data.", Call: starting(class, send)},
			{Name: "accept", Params: "s", Doc: "Waits for a connection.", Call: starting(class, func(c *script.Call, told func(*usocket.Pending)) (*usocket.Pending, error) {
				return usocket.Accept(c, c.Args[0], told)
			})},
			{Name: "take", Params: "s, n", Doc: "What fill waited for, n bytes at most.", Call: func(c *script.Call) (any, error) {
				n := 0
				if err := c.Unpack(nil, &n); err != nil {
					return nil, err
				}
				return usocket.Take(c.Args[0], n)
			}},
			{Name: "take_line", Params: "s", Doc: "What fill waited for, up to the end of the line.", Call: func(c *script.Call) (any, error) { return usocket.TakeLine(c.Args[0]) }},
		},
		Classes: []*script.Class{class},
	}
}

// opClass is what goes on as the Python module sees it.
func opClass() *script.Class {
	return &script.Class{Name: "op", Doc: "Something that goes on beside the loop.", Methods: []script.Func{
		{Name: "done", Doc: "Whether it is over.", Call: func(c *script.Call) (any, error) { return c.Self.(*op).Done, nil }},
		{Name: "result", Doc: "What came of it, or raises why it failed.", Call: func(c *script.Call) (any, error) {
			o := c.Self.(*op)
			o.Taken = true
			return o.Value, o.Err
		}},
	}}
}

// starting makes a function that starts something and returns its op. One that goes on already is the
// same op again.
func starting(class *script.Class, f func(*script.Call, func(*usocket.Pending)) (*usocket.Pending, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		ops, box := opsOf(c.Interp), c.State().(*mailbox)
		p, err := f(c, func(p *usocket.Pending) {
			if v, ok := ops.of[p]; ok {
				delete(ops.of, p)
				box.post(v)
			}
		})
		if err != nil {
			return nil, err
		}
		if v, ok := ops.of[p]; ok {
			return v, nil
		}
		v := class.NewInstance(c.Interp, &op{p})
		if !p.Done {
			ops.of[p] = v
		}
		return v, nil
	}
}

// ops are those that go on. The interpreter lock guards them.
type ops struct {
	of map[*usocket.Pending]starlark.Value
}

func opsOf(in *script.Interp) *ops {
	return script.Shared(in, func() *ops { return &ops{of: map[*usocket.Pending]starlark.Value{}} })
}

func wait(c *script.Call) (any, error) {
	ms := int64(0)
	if err := c.Unpack(&ms); err != nil {
		return nil, err
	}
	box := c.State().(*mailbox)
	if ready := box.take(); len(ready) > 0 || ms == 0 {
		return script.List(ready), nil
	}
	err := c.Block(func(ctx context.Context) error {
		return box.await(ctx, c.Interp.Clock(), time.Duration(ms)*time.Millisecond)
	})
	return script.List(box.take()), err
}

func connect(c *script.Call, told func(*usocket.Pending)) (*usocket.Pending, error) {
	host, port, secure := "", 0, false
	if err := c.Unpack(nil, &host, &port, &secure); err != nil {
		return nil, err
	}
	return usocket.Connect(c, c.Args[0], host, port, secure, told)
}

func send(c *script.Call, told func(*usocket.Pending)) (*usocket.Pending, error) {
	var data []byte
	if err := c.Unpack(nil, &data); err != nil {
		return nil, err
	}
	return usocket.Send(c, c.Args[0], append([]byte{}, data...), told)
}

func died(c *script.Call) (any, error) {
	m := c.State().(*mailbox)
	m.dead = append(m.dead, death{c.Args[0], c.Args[1]})
	return nil, nil
}
