package suite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	dev "quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// fixture is what a parameter of a test, or of another fixture, gets.
func (r *run) fixture(g script.Globals, name string, within []string) (starlark.Value, error) {
	if v, ok := r.made[name]; ok {
		return v, nil
	}
	for _, outer := range within {
		if outer == name {
			return nil, fmt.Errorf("the fixture %s needs itself: %s", name, strings.Join(append(within, name), " → "))
		}
	}
	if make := builtinFixtures[name]; make != nil {
		v, err := make(r)
		if err == nil {
			r.made[name] = v
		}
		return v, err
	}
	v, _ := g.Get(name)
	f, ok := selfOf(v).(*fixture)
	if !ok {
		return nil, fmt.Errorf("there is no fixture %s", name)
	}
	fn, ok := f.fn.(*starlark.Function)
	if !ok {
		return nil, fmt.Errorf("the fixture %s is no function of the file", name)
	}
	var kwargs []starlark.Tuple
	for _, p := range params(fn) {
		arg, err := r.fixture(g, p, append(within, name))
		if err != nil {
			return nil, err
		}
		kwargs = append(kwargs, starlark.Tuple{starlark.String(p), arg})
	}
	r.building = name
	defer func() { r.building = "" }()
	call := func() (starlark.Value, error) { return starlark.Call(r.in.Runtime().Thread(), fn, nil, kwargs) }
	var out starlark.Value
	var err error
	if f.scope != "test" {
		out, err = r.shared(name, f, call)
	} else if out, err = call(); err == nil {
		out, err = r.yielded(name, out)
	}
	if err != nil {
		return nil, err
	}
	r.made[name] = out
	return out, nil
}

// yielded is what a fixture gives that is a generator; the rest of it tidies up.
func (r *run) yielded(name string, v starlark.Value) (starlark.Value, error) {
	if typeName(v) != "generator" {
		return v, nil
	}
	next := func() (starlark.Value, error) {
		fn, ok := r.in.Runtime().Builtin("next")
		if !ok {
			return nil, errors.New("there is no builtin next")
		}
		return r.thread.Invoke(fn, v, end)
	}
	out, err := next()
	if err != nil {
		return nil, err
	}
	if isEnd(out) {
		return nil, fmt.Errorf("the fixture %s yields nothing", name)
	}
	r.cleanup("fixture "+name, func() error {
		more, err := next()
		if err == nil && !isEnd(more) {
			err = fmt.Errorf("the fixture %s yields twice", name)
		}
		return err
	})
	return out, nil
}

// end is what next returns behind the end.
var end = starlark.String("·end")

func isEnd(v starlark.Value) bool { s, ok := textOf(v); return ok && s == string(end) }

// builtinFixtures are those that every test file has.
var builtinFixtures map[string]func(r *run) (starlark.Value, error)

func init() {
	builtinFixtures = map[string]func(r *run) (starlark.Value, error){
		"t": func(r *run) (starlark.Value, error) { return classes.t.NewInstance(r.in, r), nil },
		"cloud": func(r *run) (starlark.Value, error) {
			return classes.cloud.NewInstance(r.in, &everything{source: "cloud"}), nil
		},
		"broker": func(r *run) (starlark.Value, error) {
			return classes.broker.NewInstance(r.in, &everything{source: "broker"}), nil
		},
		"start": func(r *run) (starlark.Value, error) { return r.starter(), nil },
		"link":  func(r *run) (starlark.Value, error) { return classes.link.NewInstance(r.in, &link{}), nil },
		"module": func(r *run) (starlark.Value, error) {
			return classes.module.NewInstance(r.in, &module{w: r.world}), nil
		},
		"bench": func(r *run) (starlark.Value, error) { return r.benchValue() },
		"clock": func(r *run) (starlark.Value, error) { return classes.clock.NewInstance(r.in, r), nil },
		"rand":  func(r *run) (starlark.Value, error) { return classes.rand.NewInstance(r.in, r), nil },
	}
}

// starter is the fixture start.
func (r *run) starter() starlark.Value {
	f := &script.Func{Name: "start", Params: "script, args=None, identity=None, device=None, name=None, files=None",
		Returns: "Device",
		Doc: "Runs a script, unmodified, as a device; files is a dict of what its file system holds, such as " +
			"{\"/usr/config.json\": \"{}\"}.", Call: startCall}
	return r.in.FuncValue(f)
}

func startCall(c *script.Call) (any, error) {
	r := runOf(c)
	s := start{kind: r.test.Device}
	if err := c.Unpack(&s.script, nil, nil, &s.kind, &s.name); err != nil {
		return nil, err
	}
	if c.Given(1) {
		var err error
		if s.args, err = texts(c.Args[1], "args"); err != nil {
			return nil, err
		}
	}
	if c.Given(2) {
		i, ok := selfOf(c.Args[2]).(*identity)
		if !ok {
			return nil, script.Raise("TypeError", "start: identity should be what cloud.register returns, not %s",
				typeName(c.Args[2]))
		}
		s.identity = i
	}
	if c.Given(5) {
		var err error
		if s.files, err = filesOf(c.Args[5]); err != nil {
			return nil, err
		}
	}
	var d *device
	err := c.Block(func(context.Context) (err error) {
		if s.kind == r.test.Device && !simulated(s.kind) && !r.world.opts.replays(s.kind) {
			err = r.sess.Release() // there is one module, which is the started script's from now on
		}
		if err == nil {
			d, err = r.world.startDevice(s)
		}
		return err
	})
	if err != nil {
		switch r.class = Harness; {
		case errors.Is(err, dev.ErrTaken):
			r.class = Script // two that the test started want one port
		case errors.Is(err, dev.ErrUnreachable):
			r.class = Port
		}
		return nil, script.Raise("OSError", "%w", err)
	}
	return classes.device.NewInstance(c.Interp, d), nil
}

// lines takes what the test file itself tells.
type lines struct {
	world *world
	d     device
}

func (l *lines) hear(e event.Event) {
	l.d.w, l.d.name = l.world, "test"
	l.d.hear(e)
}

func (l *lines) flush() {
	l.d.w, l.d.name = l.world, "test"
	l.d.flush()
}
