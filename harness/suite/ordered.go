package suite

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/atcmd"
	"quecstar/harness/broker"
	"quecstar/harness/cloud"
	"quecstar/harness/script"
	"quecstar/harness/vmodule"
)

// counted is what a part tells of a fault that was ordered of it.
type counted interface {
	Hits() int
	Remove()
}

// orderedFault is a fault that another part carries out.
type orderedFault struct {
	show string
	counted
}

func (f *orderedFault) shown() string { return f.show }
func (f *orderedFault) hits() int     { return f.Hits() }
func (f *orderedFault) remove()       { f.Remove() }

// addFault notes a fault, which must strike before the test is over.
func (r *run) addFault(c *script.Call, show string, part counted) (any, error) {
	r.tell(faulted, "", show)
	f := &orderedFault{show, part}
	r.faults = append(r.faults, f)
	return classes.fault.NewInstance(c.Interp, f), nil
}

// refusal is the function refuse of the plain broker.
func refusal() script.Func {
	return script.Func{Name: "refuse", Params: "code=3, device=None, count=0", Returns: "Fault",
		Doc: "Refuses connections, of one device or of all: count of them, or until the fault is removed. The code is that " +
			"of the CONNACK, as of cloud.refuse.", Call: refuseCall}
}

func refuseCall(c *script.Call) (any, error) {
	r := runOf(c)
	code, count := 3, 0
	if err := c.Unpack(&code, nil, &count); err != nil {
		return nil, err
	}
	if code < 1 || code > 5 || count < 0 {
		return nil, script.Raise("ValueError", "refuse: the code %d, %d times: want 1 to 5, and a count from 0 on", code,
			count)
	}
	o := &broker.Order{Code: byte(code), Count: count}
	show := fmt.Sprintf("refuse(code = %d)", code)
	if c.Given(1) {
		id, err := r.deviceID(c.Args[1])
		if err != nil {
			return nil, err
		}
		o.Of = func(client string) bool { return client == id || deviceOf(client) == id }
		show = fmt.Sprintf("refuse(code = %d, device = %s)", code, id)
	}
	b, err := r.world.plain()
	if err != nil {
		return nil, err
	}
	b.Refuse(o)
	return r.addFault(c, show, o)
}

// cloudFaults are the functions by which the cloud does something wrong: one for each kind of fault that it knows.
func cloudFaults() []script.Func {
	var out []script.Func
	for _, k := range cloud.FaultKinds {
		out = append(out, script.Func{Name: k.Name, Params: k.Params, Doc: k.Doc, Returns: "Fault",
			Call: func(c *script.Call) (any, error) { return cloudFault(c, k) }})
	}
	return out
}

func cloudFault(c *script.Call, k cloud.FaultKind) (any, error) {
	r := runOf(c)
	given := map[string]any{}
	for i, name := range paramNames(k.Params) {
		v := c.Args[i]
		if v == nil || v == starlark.None {
			continue
		}
		var err error
		switch name {
		case "device":
			given[name], err = r.deviceID(v)
		case "delay":
			given[name], err = duration(v, name)
		default:
			given[name] = plainOf(v)
		}
		if err != nil {
			return nil, err
		}
	}
	cl, err := r.world.cloud()
	if err != nil {
		return nil, err
	}
	f, err := cl.Fault(k.Name, given)
	if errors.Is(err, cloud.ErrFault) {
		return nil, script.Raise("ValueError", "cloud.%s: %w", k.Name, err)
	}
	if err != nil {
		return nil, err
	}
	return r.addFault(c, f.String(), f)
}

// portFaults are the functions by which commands and lines on a virtual module's AT port go wrong.
func portFaults() []script.Func {
	command := func(name, more, doc string, order func(m *vmodule.Module, prefix string, nth int,
		c *script.Call) (counted, error)) script.Func {
		return script.Func{Name: name, Params: "command, nth=1" + more, Doc: doc, Returns: "Fault",
			Call: func(c *script.Call) (any, error) {
				prefix, nth := "", 1
				if err := c.Unpack(&prefix, &nth); err != nil {
					return nil, err
				}
				if nth < 1 {
					return nil, script.Raise("ValueError", "%s: nth is %d: want 1 or more", name, nth)
				}
				prefix = strings.TrimPrefix(strings.ToUpper(prefix), "AT")
				return onPort(c, name, func(m *vmodule.Module) (counted, error) { return order(m, prefix, nth, c) })
			}}
	}
	return []script.Func{
		command("refuse", ", error=\"+CME ERROR: 3\"", "Has the module refuse the nth command from now on that begins so, "+
			"such as \"AT+QMTPUB\".",
			func(m *vmodule.Module, prefix string, nth int, c *script.Call) (counted, error) {
				text, _ := textOf(orText(c.Args[2], "+CME ERROR: 3"))
				e := atcmd.ParseError(text)
				if e == nil {
					return nil, fmt.Errorf("%q is no answer that refuses a command, such as \"ERROR\" or \"+CME ERROR: 3\"", text)
				}
				return m.FailCommand(prefix, nth, e), nil
			}),
		command("mute", "", "Has the nth command that begins so do nothing, without an answer.",
			func(m *vmodule.Module, prefix string, nth int, _ *script.Call) (counted, error) {
				return m.MuteCommand(prefix, nth), nil
			}),
		command("reboot", "", "Has the module restart in the middle of the nth command that begins so.",
			func(m *vmodule.Module, prefix string, nth int, _ *script.Call) (counted, error) {
				return m.RebootAt(prefix, nth), nil
			}),
		{Name: "lose", Params: "line, count=1", Doc: "Loses the next lines that the module tells by itself and that begin " +
			"so, such as \"+QMTRECV\": count of them, or all for 0.",
			Returns: "Fault", Call: func(c *script.Call) (any, error) {
				prefix, count := "", 1
				if err := c.Unpack(&prefix, &count); err != nil {
					return nil, err
				}
				return onPort(c, "lose", func(m *vmodule.Module) (counted, error) { return m.DropURC(prefix, count), nil })
			}},
	}
}

// onPort orders a fault of the virtual module behind the port.
func onPort(c *script.Call, name string, order func(m *vmodule.Module) (counted, error)) (any, error) {
	d := c.Self.(*everything).port
	m := d.now().sess.Virtual()
	if m == nil || !strings.HasPrefix(d.kind, "at:") {
		return nil, script.Raise("ValueError", "%s: %s runs on %s, and only at:sim has AT commands that go wrong on order",
			name, d.name, d.kind)
	}
	f, err := order(m)
	if err != nil {
		return nil, script.Raise("ValueError", "%s: %w", name, err)
	}
	return runOf(c).addFault(c, fmt.Sprintf("%s of %s%s", name, d.name, shownArgs(starlark.Tuple(c.Args[:1]))), f)
}
