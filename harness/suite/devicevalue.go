package suite

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/builtins"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

func deviceAttr(self any, name string) (any, bool) {
	d := self.(*device)
	switch name {
	case "name":
		return d.name, true
	case "imei":
		return d.imei, true
	case "id":
		if d.id() == "" {
			return nil, true
		}
		return d.id(), true
	case "running":
		return !d.over(), true
	case "link":
		return classes.link.NewInstance(d.w.run.in, &link{of: d}), true
	case "at":
		if d.at == nil {
			return nil, true
		}
		return classes.port.NewInstance(d.w.run.in, d.at), true
	case "module":
		return classes.module.NewInstance(d.w.run.in, &module{w: d.w, d: d}), true
	}
	return nil, false
}

func deviceStop(c *script.Call) (any, error) {
	d := c.Self.(*device)
	d.stop()
	return nil, c.Block(func(ctx context.Context) error {
		select {
		case <-d.done:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

func deviceOutput(c *script.Call) (any, error) {
	d := c.Self.(*device)
	records, _, _ := d.w.log.since(0)
	text := ""
	for _, rec := range records {
		if rec.source == d.name && rec.Kind == line && rec.Text == "" {
			text += string(rec.Payload) + "\n"
		}
	}
	return text, nil
}

func deviceWait(c *script.Call) (any, error) {
	r, d := runOf(c), c.Self.(*device)
	within, err := duration(orText(c.Args[0], "1m"), "within")
	if err != nil {
		return nil, err
	}
	x := &wanted{of: d, m: &matcher{name: "exited", kinds: []event.Kind{event.Exit}}}
	r.checks++
	_, rec, err := r.await([]*wanted{x}, within)
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, r.unmet(c, []*wanted{x}, within, false, nil)
	}
	if rec.Traceback == "" {
		r.expected(*rec) // a status is what wait is for, an exception is not
	}
	return rec.Status, nil
}

func orText(v starlark.Value, text string) starlark.Value {
	if v == nil || v == starlark.None {
		return starlark.String(text)
	}
	return v
}

// module is the module of a device from outside; without one, of the only one that was started.
type module struct {
	w *world
	d *device
}

// device is whose module it is.
func (m *module) device() (*device, error) {
	if m.d != nil {
		return m.d, nil
	}
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	switch len(m.w.devices) {
	case 1:
		return m.w.devices[0], nil
	case 0:
		return nil, script.Raise("ValueError", "module: no script was started; the test's own module is quecstar")
	}
	return nil, script.Raise("ValueError", "module: %d scripts were started: use the module of one, as in meter.module",
		len(m.w.devices))
}

// moduleAttr is a function of the module quecstar that is called in the device's own run.
func moduleAttr(self any, name string) (any, bool) {
	m := self.(*module)
	if builtins.Controls()[name] == nil {
		return nil, false
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple,
		kwargs []starlark.Tuple) (starlark.Value, error) {
		positional := make([]any, len(args))
		for i, v := range args {
			positional[i] = goValue(v)
		}
		var named script.Dict
		for _, kw := range kwargs {
			key, _ := textOf(kw[0])
			named = append(named, script.Pair{Key: key, Value: goValue(kw[1])})
		}
		th := script.ThreadOf(t)
		d, err := m.device()
		if err != nil {
			return nil, err
		}
		d.w.run.tell(ordered, "", fmt.Sprintf("%s of %s%s", name, d.name, shownArgs(args)))
		var told any
		err = th.Block(func(ctx context.Context) error {
			var err error
			told, err = d.control(ctx, name, positional, named)
			return err
		})
		if err != nil {
			return nil, script.Raise("OSError", "%s.%s: %w", d.name, name, err)
		}
		out, err := json.Marshal(told)
		if err != nil {
			return nil, err
		}
		var v any
		if err := json.Unmarshal(out, &v); err != nil {
			return nil, err
		}
		return runOfThread(th).value(v), nil
	}), true
}

func shownArgs(args starlark.Tuple) string {
	shown := make([]string, len(args))
	for i, v := range args {
		shown[i] = object.Repr(v)
	}
	return "(" + cut(strings.Join(shown, ", "), 200) + ")"
}

// goValue is an argument that goes to another interpreter: bytes stay bytes.
func goValue(v starlark.Value) any {
	if object.TypeName(v) == "bytes" || object.TypeName(v) == "bytearray" {
		data, _ := object.AsBytes(v)
		return data
	}
	switch v := plainOf(v).(type) {
	case map[string]any:
		var d script.Dict
		for _, k := range sortedKeys(v) {
			d = append(d, script.Pair{Key: k, Value: v[k]})
		}
		return d
	default:
		return v
	}
}
