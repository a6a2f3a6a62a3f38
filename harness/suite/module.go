package suite

import (
	"context"
	_ "embed" // of the manual
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"quecstar/builtins"
	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// catalog is what a test file can use: all that any script can, and the table of tests.
var catalog = sync.OnceValue(func() *script.Catalog {
	c, err := builtins.Catalog().With(Module(), rewritten())
	if err != nil {
		panic(err) // a mistake in the table, which every test of this package finds
	}
	return c
})

//go:embed test.txt
var manualText string

// kit is the classes of the objects that tests have.
type kit struct {
	t, cloud, broker, identity, order, device, link, fault, module, port, clock, rand, event, want, matcher, fixture, cases, raises *script.Class
}

var classes *kit

func init() { classes = makeClasses() }

// Module is the table of what test files have beside what any script has, under no module's name.
var Module = sync.OnceValue(func() *script.Module {
	m := &script.Module{Name: "test", Flat: true, Doc: "What a test file has: fixtures, what is expected, checks and marks.", Manual: manualText,
		Funcs: append(functions(), matcherFuncs()...),
		Classes: []*script.Class{classes.t, classes.cloud, classes.broker, classes.identity, classes.order, classes.device, classes.link, classes.fault,
			classes.module, classes.port, classes.clock, classes.rand, classes.event, classes.want, classes.matcher, classes.fixture, classes.cases, classes.raises}}
	for _, f := range m.Funcs {
		m.Builtins = append(m.Builtins, f.Name)
	}
	return m
})

// rewritten are the functions that checks are rewritten to call.
func rewritten() *script.Module {
	return &script.Module{Name: "·test", Flat: true, Builtins: []string{sidesName, checkedName, failedName, hiddenName, testsName}, Funcs: []script.Func{
		{Name: sidesName, Params: "op, x, y, same", Call: sidesCall},
		{Name: checkedName, Params: "test", Call: checkedCall},
		{Name: failedName, Params: "source, message=None", Call: failedCall},
		{Name: hiddenName, Params: "text", Call: hiddenCall},
		{Name: testsName, Params: "*sets", Call: testsCall},
	}}
}

func functions() []script.Func {
	return []script.Func{
		{Name: "fixture", Params: "fn=None, scope=\"test\"", Doc: "Makes a fixture of a function: tests that have a parameter of its name get what it returns. What a .py file's yields is given, and the rest of it tidies up. With scope \"file\" or \"suite\" it is called once for each worker process, and gives data alone.", Call: fixtureCall},
		{Name: "cases", Params: "fn=None, **cases", Doc: "Makes a test of a function for each case: name = dict(arg = value), where name is part of the test's id.", Call: casesCall},
		{Name: "mark", Params: "fn=None, **marks", Doc: "Says of a test: tags, devices, needs, skip, xfail, quarantine, owner, until, timeout, clock, retries.", Call: markCall},
		{Name: "suite", Params: "**marks", Doc: "Says of all tests of the file what mark says of one.", Call: suiteCall},
		{Name: "check", Params: "value, note=None, source=None", Doc: "Fails the test where value is not true, with both sides of its comparisons, and goes on. Returns whether it is.", Call: checkCall(true)},
		{Name: "require", Params: "value, note=None, source=None", Doc: "Fails and ends the test where value is not true.", Call: checkCall(false)},
		{Name: "expect", Params: "subject, matcher, within=\"5s\", since=None, soft=False, note=None", Returns: "Event",
			Doc: "Waits until the subject tells what matcher wants, from the last event on that an expect matched on it, and returns the Event; fails the test when it does not come in time.", Call: expectCall},
		{Name: "expect_all", Params: "*pairs, **within", Doc: "Waits for several (subject, matcher) in any order; within = time. Returns their Events.", Call: expectAllCall},
		{Name: "expect_none", Params: "subject, matcher, during=\"5s\", since=None", Doc: "Fails the test where it comes in that time.", Call: expectNoneCall},
		{Name: "raises", Params: "type=None, text=None", Doc: "with raises(OSError): in .py files: the block must raise it.", Call: raisesCall, Returns: "Raises"},
		{Name: "seconds", Params: "time", Doc: "A time such as \"1h30m\" as a number of seconds.", Call: secondsCall},
		{Name: "like", Params: "pattern", Doc: "A text that fits a pattern, in which * is any text.", Call: func(c *script.Call) (any, error) {
			text, ok := textOf(c.Args[0])
			if !ok {
				return nil, script.Raise("TypeError", "like should be given a str, not %s", typeName(c.Args[0]))
			}
			return wantValue(c, likeWant(text), nil)
		}},
		{Name: "matches", Params: "pattern", Doc: "A text in which a regular expression is found (RE2).", Call: func(c *script.Call) (any, error) {
			text, ok := textOf(c.Args[0])
			if !ok {
				return nil, script.Raise("TypeError", "matches should be given a str, not %s", typeName(c.Args[0]))
			}
			w, err := matchesWant(text)
			return wantValue(c, w, err)
		}},
		{Name: "between", Params: "low, high", Doc: "A number from low to high.", Call: func(c *script.Call) (any, error) {
			return wantValue(c, betweenWant(c.Args[0], c.Args[1]), nil)
		}},
		{Name: "any_of", Params: "*wanted", Doc: "What any of these is.", Call: func(c *script.Call) (any, error) {
			var all []*want
			for _, v := range c.Rest {
				all = append(all, wantOf(v))
			}
			return wantValue(c, anyOf(all), nil)
		}},
		{Name: "has", Params: "**fields", Doc: "A mapping that has these fields, beside others.", Call: func(c *script.Call) (any, error) {
			return wantValue(c, hasWant(keywordFields(c, func(_ string, v starlark.Value) *want { return wantOf(v) })), nil)
		}},
		{Name: "anything", Doc: "Any value.", Call: func(c *script.Call) (any, error) { return wantValue(c, anything, nil) }},
	}
}

func wantValue(c *script.Call, w *want, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return classes.want.NewInstance(c.Interp, w), nil
}

// matcherFuncs are the functions that make matchers.
func matcherFuncs() []script.Func {
	of := func(name, params, doc string, m matcher, first map[string]func(starlark.Value) *want) script.Func {
		return script.Func{Name: name, Params: params, Doc: doc, Returns: "Matcher", Call: func(c *script.Call) (any, error) {
			out := m
			out.name, out.kinds = name, plainKinds[name]
			for i, p := range paramNames(params) {
				if i < len(c.Args) && c.Given(i) {
					make := wantOf
					if first[p] != nil {
						make = first[p]
					}
					out.fields = append(out.fields, field{p, make(c.Args[i])})
				}
			}
			out.fields = append(out.fields, keywordFields(c, func(_ string, v starlark.Value) *want { return wantOf(v) })...)
			if name == "reported" {
				out.whole = services(out.fields)
			}
			return classes.matcher.NewInstance(c.Interp, &out), nil
		}}
	}
	topic := map[string]func(starlark.Value) *want{"topic": fitting, "service": fitting}
	text := map[string]func(starlark.Value) *want{"text": containing}
	return []script.Func{
		of("published", "topic=None, payload=None, qos=None, dup=None, json=None", "The device sent a message; * in topic is any text.", matcher{}, topic),
		of("received", "topic=None, payload=None, qos=None, json=None", "The device got a message.", matcher{}, topic),
		of("subscribed", "topic=None, qos=None", "The device asked for a topic.", matcher{}, topic),
		of("connected", "text=None", "The device has a connection.", matcher{}, text),
		of("disconnected", "text=None", "A connection ended.", matcher{}, text),
		of("refused", "text=None", "A connection was refused; text is in the reason.", matcher{either: true}, text),
		of("printed", "text=None", "The script wrote a line in which text is.", matcher{}, text),
		of("exited", "ok=None, status=None, text=None", "The script ended.", matcher{}, text),
		of("raised", "type=None, text=None", "The script, or a thread of it, failed with an exception.", matcher{whole: nil, look: raisedField}, text),
		of("line", "text=None", "The module sent a line on its port.", matcher{}, text),
		of("sent", "text=None", "The host sent a line on the module's port.", matcher{}, text),
		of("warned", "text=None", "A warning was told.", matcher{either: true}, text),
		of("reported", "service=None, **properties", "The cloud took a report of properties.", matcher{cloud: true}, topic),
		of("responded", "code=None, **fields", "The device answered; the fields are those of the answer, or of its paras.", matcher{cloud: true, look: answerField}, nil),
		of("commanded", "topic=None, json=None", "The cloud sent a command or message.", matcher{cloud: true}, topic),
		{Name: "happened", Params: "kind, **fields", Doc: "Any event of a kind, such as \"sms.sent\"; the fields are those of Event.", Returns: "Matcher", Call: func(c *script.Call) (any, error) {
			kind, ok := textOf(c.Args[0])
			if !ok {
				return nil, script.Raise("TypeError", "happened: kind should be a str, not %s", typeName(c.Args[0]))
			}
			if err := checkHappened(kind, c.Keywords); err != nil {
				return nil, err
			}
			m := &matcher{name: "happened", kinds: []event.Kind{event.Kind(kind)}, either: true,
				fields: keywordFields(c, func(name string, v starlark.Value) *want {
					if name == "text" {
						return containing(v)
					}
					return wantOf(v)
				})}
			return classes.matcher.NewInstance(c.Interp, m), nil
		}},
	}
}

// raisedField is attribute, of what ended with an exception alone.
func raisedField(r *run, rec record, name string) (starlark.Value, bool) {
	if rec.Traceback == "" {
		return nil, false
	}
	return attribute(r, rec, name)
}

// hidden is a class that only functions make instances of.
func hidden(name, doc string, methods ...script.Func) *script.Class {
	return &script.Class{Name: name, Hidden: true, Doc: doc, Methods: methods}
}

func makeClasses() *kit {
	k := &kit{
		t: hidden("T", "The test.",
			script.Func{Name: "log", Params: "*values", Doc: "Notes something in the record of the test.", Call: tLog},
			script.Func{Name: "cleanup", Params: "fn, *args", Doc: "Has fn(*args) called behind the test, the last first.", Call: tCleanup},
			script.Func{Name: "sub", Params: "name, fn, *args", Doc: "Calls fn(*args) as a part of the test; a failure has its name, and the test goes on. Returns whether it passed.", Call: tSub},
			script.Func{Name: "skip", Params: "reason", Doc: "Ends the test, which is not for here.", Call: tSkip},
			script.Func{Name: "fails", Params: "fn, *args", Doc: "Calls what must fail, and returns the text of its error.", Call: tFails},
			script.Func{Name: "file", Params: "name", Doc: "The bytes of a file beside the test.", Call: tFile},
			script.Func{Name: "golden", Params: "name, value", Doc: "The value must be what the file testdata/name has; --update writes it.", Call: tGolden},
			script.Func{Name: "attach", Params: "name, data=None, file=None", Doc: "Keeps data, or a file beside the test, with the results.", Call: tAttach},
			script.Func{Name: "reached", Params: "name", Doc: "Says that a rare place was reached.", Call: tReached},
		),
		cloud: hidden("Cloud", "The embedded IoTDA.",
			script.Func{Name: "register", Params: "product=None, id=None, secret=None, imei=None, gateway=None", Doc: "Registers a device and returns its Identity; product is an id, or a product model as IoTDA's AddProduct takes it.", Call: cloudRegister, Returns: "Identity"},
			script.Func{Name: "command", Params: "device, name, paras=None, service=None", Doc: "Sends a command, once the device is there; expect its answer of what is returned.", Call: cloudCommand, Returns: "Order"},
			script.Func{Name: "message", Params: "device, content, topic=None, name=None", Doc: "Sends a message.", Call: cloudMessage, Returns: "Order"},
			script.Func{Name: "set_properties", Params: "device, service, properties", Doc: "Asks the device to set properties.", Call: cloudSetProperties, Returns: "Order"},
			script.Func{Name: "get_properties", Params: "device, service=None", Doc: "Asks the device for its properties.", Call: cloudGetProperties, Returns: "Order"},
			script.Func{Name: "upgrade", Params: "device, version, data, kind=\"firmware\", name=\"package.bin\", sign=None", Returns: "Order",
				Doc: "Has the device fetch and install new \"firmware\" or \"software\"; sign is told as its SHA-256 in place of the right one. The order tells happened(\"ota.progress\"), and responded() when the device has the version.", Call: cloudUpgrade},
			script.Func{Name: "shadow", Params: "device", Doc: "The shadow: desired, reported and version by service.", Call: cloudShadow},
			script.Func{Name: "desire", Params: "device, service, properties", Doc: "Sets desired properties of the shadow.", Call: cloudDesire},
			script.Func{Name: "reports", Params: "device", Doc: "The Events of what it reported so far.", Call: cloudReports},
			script.Func{Name: "kick", Params: "device", Doc: "Ends the device's connection, as a network that fails does.", Call: onDevice("kick", func(cl *cloud.Cloud, id string) error {
				if !cl.Drop(id) {
					return cloud.ErrOffline
				}
				return nil
			})},
			script.Func{Name: "freeze", Params: "device", Doc: "Freezes the device: it is disconnected, and refused from now on.", Call: onDevice("freeze", func(cl *cloud.Cloud, id string) error {
				_, err := cl.UpdateDevice(id, func(d *cloud.Device) { d.Frozen = true })
				return err
			})},
			script.Func{Name: "unfreeze", Params: "device", Doc: "Allows the device again.", Call: onDevice("unfreeze", func(cl *cloud.Cloud, id string) error {
				_, err := cl.UpdateDevice(id, func(d *cloud.Device) { d.Frozen = false })
				return err
			})},
			script.Func{Name: "strict", Params: "on=True", Doc: "Refuses devices that are not registered, as the real IoTDA does; or registers them as they come.", Call: cloudStrict},
			script.Func{Name: "tls", Params: "certificate=\"good\", chain=0, version=None, client_certificate=False", Returns: "Fault",
				Doc: "Has the embedded servers, broker too, show a certificate that is \"expired\", \"self_signed\", of an \"other_name\" or \"good\", behind a chain of more authorities; speak one version alone, \"1.2\" or \"1.3\"; or ask for a client_certificate.", Call: cloudTLS},
			script.Func{Name: "ca", Doc: "The certificate of the authority behind the embedded servers, as PEM text.", Call: cloudCA},
			script.Func{Name: "client_certificate", Params: "name", Doc: "A certificate of that authority for a client, and its key: {\"cert\": …, \"key\": …}, as PEM text.", Call: cloudClientCertificate},
			refusal("The code is that of the CONNACK: 1 version, 2 client id, 3 unavailable, 4 user or password, 5 not allowed."),
			script.Func{Name: "delete", Params: "device", Doc: "Forgets the device.", Call: onDevice("delete", func(cl *cloud.Cloud, id string) error { return cl.DeleteDevice(id) })},
		),
		broker: hidden("Broker", "The plain embedded broker, which answers for every host that is no IoTDA.",
			refusal("The code is that of the CONNACK, as of cloud.refuse.")),
		identity: hidden("Identity", "What a device is known by at the cloud."),
		order:    hidden("Order", "What the cloud was told to do; its answer is what expect waits for."),
		device: hidden("Device", "A script that was started.",
			script.Func{Name: "stop", Doc: "Ends the script, and waits for that.", Call: deviceStop},
			script.Func{Name: "output", Doc: "What the script printed so far.", Call: deviceOutput},
			script.Func{Name: "wait", Params: "within=\"1m\"", Doc: "Waits for the script's end, and fails the test where it does not come; returns its exit status.", Call: deviceWait},
		),
		fault: hidden("Fault", "A fault that was ordered.", script.Func{Name: "remove", Doc: "Takes the fault away.", Call: func(c *script.Call) (any, error) {
			c.Self.(fault).remove()
			return nil, nil
		}}),
		clock: hidden("Clock", "The test's time.",
			script.Func{Name: "now", Doc: "Seconds since the test began.", Call: clockNow},
			script.Func{Name: "advance", Params: "time", Doc: "Lets time pass.", Call: clockSleep},
			script.Func{Name: "sleep", Params: "time", Doc: "The same.", Call: clockSleep},
			script.Func{Name: "date", Doc: "The date and time of day, in UTC as RFC 3339 has it.", Call: clockDate},
		),
		rand: hidden("Rand", "Chance that the seed fixes.",
			script.Func{Name: "int", Params: "low, high", Doc: "An int from low to high.", Call: randInt},
			script.Func{Name: "float", Doc: "A float from 0 to below 1.", Call: randFloat},
			script.Func{Name: "choice", Params: "sequence", Doc: "One of the elements.", Call: randChoice},
			script.Func{Name: "bytes", Params: "n", Doc: "Bytes.", Call: randBytes},
		),
		event:   hidden("Event", "Something that happened."),
		want:    hidden("Pattern", "What a value is to be."),
		matcher: hidden("Matcher", "What an event is to be."),
		fixture: hidden("Fixture", "A fixture."),
		cases:   hidden("Cases", "A test with cases."),
		raises: hidden("Raises", "What a with block must raise.",
			script.Func{Name: "__enter__", Call: func(c *script.Call) (any, error) { return classes.raises.NewInstance(c.Interp, c.Self), nil }},
			script.Func{Name: "__exit__", Params: "type=None, value=None, traceback=None", Call: raisesExit}),
	}
	k.port = hidden("Port", "What travels on a device's port, by lines, and what goes wrong there.", portFaults()...)
	k.link = linkClass()
	k.module = hidden("Module", "The module of a device from outside: its functions are those of the module quecstar, and these.",
		script.Func{Name: "power_cycle", Params: "off=\"2s\"", Doc: "Cuts the supply for a time. A script on the module starts again behind it.",
			Call: powerCycleCall})
	attrs(k)
	return k
}

func linkClass() *script.Class {
	k := hidden("Link", "What lies between devices and everything else. A fault that never strikes fails its test.")
	for _, x := range toxics {
		k.Methods = append(k.Methods, script.Func{Name: x.name, Params: x.params, Doc: x.doc, Call: x.call, Returns: "Fault"})
	}
	k.Methods = append(k.Methods, script.Func{Name: "of", Params: "device", Doc: "The link of one device.", Returns: "Link", Call: func(c *script.Call) (any, error) {
		d, ok := selfOf(c.Args[0]).(*device)
		if !ok {
			return nil, script.Raise("TypeError", "link.of should be given a device, not %s", typeName(c.Args[0]))
		}
		return classes.link.NewInstance(c.Interp, &link{of: d}), nil
	}})
	return k
}

// attrs gives classes their attributes.
func attrs(k *kit) {
	give := func(c *script.Class, doc [][2]string, get func(self any, name string) (any, bool)) {
		for _, d := range doc {
			c.Attrs = append(c.Attrs, script.Const{Name: d[0], Doc: d[1]})
		}
		c.Attr = get
	}
	give(k.identity, [][2]string{{"id", "The device id."}, {"secret", "Its secret."}, {"product", "The product id."}, {"imei", "The IMEI of the module."}},
		func(self any, name string) (any, bool) {
			i := self.(*identity)
			v, ok := map[string]string{"id": i.ID, "secret": i.Secret, "product": i.Product, "imei": i.IMEI}[name]
			return v, ok
		})
	give(k.order, [][2]string{{"request_id", "The id of the request; None while the device is not there."}, {"done", "Whether it was answered, or refused."}, {"error", "Why it failed; None where it did not."}},
		func(self any, name string) (any, bool) {
			o := self.(*order)
			o.mu.Lock()
			defer o.mu.Unlock()
			switch name {
			case "request_id":
				if o.id == "" {
					return nil, true
				}
				return o.id, true
			case "done":
				return o.ended(nil) != "", true
			case "error":
				if o.err == nil {
					return nil, true
				}
				return o.err.Error(), true
			}
			return nil, false
		})
	give(k.fault, [][2]string{{"hits", "How often it struck."}}, func(self any, name string) (any, bool) {
		return self.(fault).hits(), name == "hits"
	})
	give(k.device, [][2]string{{"name", "Its name."}, {"id", "Its id at the cloud; None while that is not known."}, {"imei", "Its IMEI."}, {"running", "Whether the script runs."},
		{"link", "Its link."}, {"at", "What its AT or REPL port carries, as a subject of expect; None on direct."}, {"module", "Its module from outside."}}, deviceAttr)
	var events [][2]string
	for _, a := range attributes {
		events = append(events, [2]string{a.name, a.doc})
	}
	give(k.event, events, nil)
	k.event.Attr = func(self any, name string) (any, bool) {
		e := self.(*seen)
		return attribute(e.r, e.record, name)
	}
	k.event.Show = func(self any) string { return self.(*seen).record.line() }
	k.want.Show = func(self any) string { return self.(*want).show }
	k.matcher.Show = func(self any) string { return self.(*matcher).show() }
	give(k.raises, [][2]string{{"value", "What was raised."}}, func(self any, name string) (any, bool) {
		return self.(*raising).value, name == "value"
	})
	give(k.t, [][2]string{{"name", "The test's function."}, {"id", "The test's id."}, {"seed", "The seed of its chance."}, {"device", "What answers for the module, such as at:sim."}, {"tmp", "A folder for the test alone."}},
		func(self any, name string) (any, bool) {
			r := self.(*run)
			switch name {
			case "name":
				return r.test.Name, true
			case "id":
				return r.test.ID, true
			case "seed":
				return r.world.seed, true
			case "device":
				return r.test.Device, true
			case "tmp":
				return r.tmp(), true
			}
			return nil, false
		})
	k.module.Attr = moduleAttr
}

// seen is a record as a test has it.
type seen struct {
	record
	r *run
}

func (r *run) event(rec record) starlark.Value {
	return classes.event.NewInstance(r.in, &seen{rec, r})
}

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
	return nil, script.Raise("ValueError", "module: %d scripts were started: use the module of one, as in meter.module", len(m.w.devices))
}

// moduleAttr is a function of the module quecstar that is called in the device's own run.
func moduleAttr(self any, name string) (any, bool) {
	m := self.(*module)
	if builtins.Controls()[name] == nil {
		return nil, false
	}
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
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
		d.w.log.add("test", event.Event{Layer: event.Harness, Kind: ordered, Text: fmt.Sprintf("%s of %s%s", name, d.name, shownArgs(args))}, nil)
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
