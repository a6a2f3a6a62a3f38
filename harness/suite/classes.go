package suite

import (
	"go.starlark.net/starlark"

	"quecstar/harness/cloud"
	"quecstar/harness/script"
)

// give gives a class its attributes, by name and documentation.
func give(c *script.Class, doc [][2]string, get func(self any, name string) (any, bool)) *script.Class {
	for _, d := range doc {
		c.Attrs = append(c.Attrs, script.Const{Name: d[0], Doc: d[1]})
	}
	c.Attr = get
	return c
}

// shown has an object of a class shown as something.
func shown(c *script.Class, show func(self any) string) *script.Class {
	c.Show = show
	return c
}

// hidden is a class that only functions make instances of.
func hidden(name, doc string, methods ...script.Func) *script.Class {
	return &script.Class{Name: name, Hidden: true, Doc: doc, Methods: methods}
}

func makeClasses() *kit {
	return &kit{
		t:     testClass(),
		cloud: cloudClass(),
		broker: hidden("Broker", "The plain embedded broker, which answers for every host that is no IoTDA.",
			refusal()),
		identity: identityClass(),
		order:    orderClass(),
		device:   deviceClass(),
		port:     hidden("Port", "What travels on a device's port, by lines, and what goes wrong there.", portFaults()...),
		link:     linkClass(),
		module:   moduleClass(),
		fault:    faultClass(),
		clock:    clockClass(),
		rand:     randClass(),
		event:    eventClass(),
		want:     shown(hidden("Pattern", "What a value is to be."), func(self any) string { return self.(*want).show }),
		matcher: shown(hidden("Matcher", "What an event is to be."),
			func(self any) string { return self.(*matcher).show() }),
		fixture: hidden("Fixture", "A fixture."),
		cases:   hidden("Cases", "A test with cases."),
		raises:  raisesClass(),
	}
}

// testClass is what a test may ask of itself.
func testClass() *script.Class {
	k := hidden("T", "The test.",
		script.Func{Name: "log", Params: "*values", Doc: "Notes something in the record of the test.", Call: tLog},
		script.Func{Name: "cleanup", Params: "fn, *args", Doc: "Has fn(*args) called behind the test, the last first.",
			Call: tCleanup},
		script.Func{Name: "sub", Params: "name, fn, *args", Doc: "Calls fn(*args) as a part of the test; a failure has " +
			"its name, and the test goes on. Returns whether it passed.", Call: tSub},
		script.Func{Name: "skip", Params: "reason", Doc: "Ends the test, which is not for here.", Call: tSkip},
		script.Func{Name: "fails", Params: "fn, *args", Doc: "Calls what must fail, and returns the text of its error.",
			Call: tFails},
		script.Func{Name: "file", Params: "name", Doc: "The bytes of a file beside the test.", Call: tFile},
		script.Func{Name: "golden", Params: "name, value", Doc: "The value, a list or dict as JSON, must be what the " +
			"file testdata/name has; --update writes it.", Call: tGolden},
		script.Func{Name: "attach", Params: "name, data=None, file=None",
			Doc: "Keeps data, or a file beside the test, with the results.", Call: tAttach},
		script.Func{Name: "reached", Params: "name", Doc: "Says that a rare place was reached.", Call: tReached},
	)
	return give(k, [][2]string{{"name", "The test's function."}, {"id", "The test's id."},
		{"seed", "The seed of its chance."}, {"device", "What answers for the module, such as at:sim."},
		{"tmp", "A folder for the test alone."}}, testAttr)
}

func testAttr(self any, name string) (any, bool) {
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
}

// cloudClass is the embedded IoTDA.
func cloudClass() *script.Class {
	return hidden("Cloud", "The embedded IoTDA.", append(cloudFaults(),
		script.Func{Name: "register", Params: "product=None, id=None, secret=None, imei=None, gateway=None",
			Doc: "Registers a device and returns its Identity; product is an id, or a product model as IoTDA's AddProduct " +
				"takes it, with topics, the list of its custom topics, behind user/.", Call: cloudRegister, Returns: "Identity"},
		script.Func{Name: "device", Params: "id", Doc: "The Identity of a device that is registered, as by its gateway.",
			Call: cloudDevice, Returns: "Identity"},
		script.Func{Name: "command", Params: "device, name, paras=None, service=None",
			Doc: "Sends a command, once the device is there; expect its answer of what is returned.", Call: cloudCommand,
			Returns: "Order"},
		script.Func{Name: "message", Params: "device, content, topic=None, name=None", Doc: "Sends a message.",
			Call: cloudMessage, Returns: "Order"},
		script.Func{Name: "set_properties", Params: "device, service, properties",
			Doc: "Asks the device to set properties.", Call: cloudSetProperties, Returns: "Order"},
		script.Func{Name: "get_properties", Params: "device, service=None", Doc: "Asks the device for its properties.",
			Call: cloudGetProperties, Returns: "Order"},
		script.Func{Name: "upgrade", Params: "device, version, data, kind=\"firmware\", name=\"package.bin\", sign=None, " +
			"access_token=None",
			Returns: "Order",
			Doc: "Has the device fetch and install new \"firmware\" or \"software\"; sign is told as its SHA-256 and " +
				"access_token as what opens it, in place of the right ones. The order tells happened(\"ota.progress\"), and responded() when the device has the version.",
			Call: cloudUpgrade},
		script.Func{Name: "shadow", Params: "device", Doc: "The shadow: desired, reported and version by service.",
			Call: cloudShadow},
		script.Func{Name: "desire", Params: "device, service, properties", Doc: "Sets desired properties of the shadow.",
			Call: cloudDesire},
		script.Func{Name: "event", Params: "device, service, kind, paras=None", Doc: "Sends an event such as " +
			"cloud.event(gateway, \"$sub_device_manager\", \"start_scan\").", Call: cloudEvent},
		script.Func{Name: "collect_logs", Params: "device, within=\"1h\"", Doc: "Has the device report its log for a " +
			"time, or no more for 0; happened(\"response\", text = \"log\") is a piece of it.", Call: cloudCollectLogs},
		script.Func{Name: "reports", Params: "device", Doc: "The Events of what it reported so far.", Call: cloudReports},
		script.Func{Name: "kick", Params: "device", Doc: "Ends the device's connection, as a network that fails does.",
			Call: onDevice("kick", (*cloud.Cloud).Kick)},
		script.Func{Name: "freeze", Params: "device", Doc: "Freezes the device: it is disconnected, and refused from now " +
			"on.", Call: onDevice("freeze", func(cl *cloud.Cloud, id string) error { return cl.Freeze(id, true) })},
		script.Func{Name: "unfreeze", Params: "device", Doc: "Allows the device again.", Call: onDevice("unfreeze",
			func(cl *cloud.Cloud, id string) error { return cl.Freeze(id, false) })},
		script.Func{Name: "strict", Params: "on=True", Doc: "Refuses devices that are not registered, as the real IoTDA " +
			"does; or registers them as they come.", Call: cloudStrict},
		script.Func{Name: "ca", Doc: "The certificate of the authority behind the embedded servers, as PEM text.",
			Call: cloudCA},
		script.Func{Name: "client_certificate", Params: "name", Doc: "A certificate of that authority for a client, and " +
			"its key: {\"cert\": …, \"key\": …}, as PEM text.", Call: cloudClientCertificate},
		script.Func{Name: "delete", Params: "device", Doc: "Forgets the device.", Call: onDevice("delete",
			(*cloud.Cloud).DeleteDevice)},
	)...)
}

// identityClass is what a device is known by.
func identityClass() *script.Class {
	return give(hidden("Identity", "What a device is known by at the cloud; as a subject of expect, what the cloud tells "+
		"of it."),
		[][2]string{{"id", "The device id."}, {"secret", "Its secret."}, {"product", "The product id."},
			{"imei", "The IMEI of the module."}},
		func(self any, name string) (any, bool) {
			i := self.(*identity)
			v, ok := map[string]string{"id": i.ID, "secret": i.Secret, "product": i.Product, "imei": i.IMEI}[name]
			return v, ok
		})
}

// orderClass is what the cloud was told to do.
func orderClass() *script.Class {
	return give(hidden("Order", "What the cloud was told to do; its answer is what expect waits for."),
		[][2]string{{"request_id", "The id of the request; None while the device is not there."},
			{"done", "Whether it was answered, or refused."}, {"error", "Why it failed; None where it did not."}}, orderAttr)
}

func orderAttr(self any, name string) (any, bool) {
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
}

// deviceClass is a script that was started.
func deviceClass() *script.Class {
	k := hidden("Device", "A script that was started.",
		script.Func{Name: "stop", Doc: "Ends the script, and waits for that.", Call: deviceStop},
		script.Func{Name: "output", Doc: "What the script printed so far.", Call: deviceOutput},
		script.Func{Name: "wait", Params: "within=\"1m\"", Doc: "Waits for the script's end, and fails the test where it " +
			"does not come; returns its exit status.", Call: deviceWait},
	)
	return give(k, [][2]string{{"name", "Its name."}, {"id", "Its id at the cloud; None while that is not known."},
		{"imei", "Its IMEI."}, {"running", "Whether the script runs."}, {"link", "Its link."},
		{"at", "What its AT or REPL port carries, as a subject of expect; None on direct."},
		{"module", "Its module from outside."}}, deviceAttr)
}

// faultClass is what was ordered to go wrong.
func faultClass() *script.Class {
	k := hidden("Fault", "A fault that was ordered.", script.Func{Name: "remove", Doc: "Takes the fault away.",
		Call: func(c *script.Call) (any, error) {
			c.Self.(fault).remove()
			return nil, nil
		}}, script.Func{Name: "__enter__", Call: func(c *script.Call) (any, error) {
		return classes.fault.NewInstance(c.Interp, c.Self), nil
	}}, script.Func{Name: "__exit__", Params: "type=None, value=None, traceback=None",
		Call: func(c *script.Call) (any, error) {
			c.Self.(fault).remove()
			return false, nil
		}})
	return give(k, [][2]string{{"hits", "How often it struck."},
		{"packets", "The MQTT packets that it struck, as dicts of " +
			"type, id, topic, qos, dup, retain and stream; those of one device after the other."}}, faultAttr)
}

// clockClass is the test's time.
func clockClass() *script.Class {
	return hidden("Clock", "The test's time.",
		script.Func{Name: "now", Doc: "Seconds since the test began.", Call: clockNow},
		script.Func{Name: "advance", Params: "time", Doc: "Lets time pass.", Call: clockSleep},
		script.Func{Name: "sleep", Params: "time", Doc: "The same.", Call: clockSleep},
		script.Func{Name: "date", Doc: "The date and time of day, in UTC as RFC 3339 has it.", Call: clockDate},
	)
}

// randClass is the test's chance.
func randClass() *script.Class {
	return hidden("Rand", "Chance that the seed fixes.",
		script.Func{Name: "int", Params: "low, high", Doc: "An int from low to high.", Call: randInt},
		script.Func{Name: "float", Doc: "A float from 0 to below 1.", Call: randFloat},
		script.Func{Name: "choice", Params: "sequence", Doc: "One of the elements.", Call: randChoice},
		script.Func{Name: "bytes", Params: "n", Doc: "Bytes.", Call: randBytes},
	)
}

// raisesClass is what stands behind with raises(…).
func raisesClass() *script.Class {
	k := hidden("Raises", "What a with block must raise.",
		script.Func{Name: "__enter__", Call: func(c *script.Call) (any, error) {
			return classes.raises.NewInstance(c.Interp,
				c.Self), nil
		}},
		script.Func{Name: "__exit__", Params: "type=None, value=None, traceback=None", Call: raisesExit})
	return give(k, [][2]string{{"value", "What was raised."}}, func(self any, name string) (any, bool) {
		return self.(*raising).value, name == "value"
	})
}

// eventClass is what happened.
func eventClass() *script.Class {
	var doc [][2]string
	for _, a := range attributes {
		doc = append(doc, [2]string{a.name, a.doc})
	}
	k := give(hidden("Event", "Something that happened."), doc, func(self any, name string) (any, bool) {
		e := self.(*seen)
		return attribute(e.r, e.record, name)
	})
	return shown(k, func(self any) string { return self.(*seen).record.line() })
}

// moduleClass is a module from outside.
func moduleClass() *script.Class {
	k := hidden("Module",
		"The module of a device from outside: its functions are those of the module quecstar, and these.",
		script.Func{Name: "power_cycle", Params: "off=\"2s\"", Doc: "Cuts the supply for a time. A script on the module " +
			"starts again behind it.", Call: powerCycleCall})
	return give(k, nil, moduleAttr)
}

// linkClass is what lies between.
func linkClass() *script.Class {
	k := hidden("Link", "What lies between devices and everything else. A fault that never strikes fails its test.")
	for _, x := range toxics {
		k.Methods = append(k.Methods, script.Func{Name: x.name, Params: x.params, Doc: x.doc, Call: x.call, Returns: "Fault"})
	}
	k.Methods = append(k.Methods, script.Func{Name: "of", Params: "device", Doc: "The link of one device.",
		Returns: "Link", Call: func(c *script.Call) (any, error) {
			d, ok := selfOf(c.Args[0]).(*device)
			if !ok {
				return nil, script.Raise("TypeError", "link.of should be given a device, not %s", typeName(c.Args[0]))
			}
			return classes.link.NewInstance(c.Interp, &link{of: d}), nil
		}})
	return k
}

// seen is a record as a test has it.
type seen struct {
	record
	r *run
}

func (r *run) event(rec record) starlark.Value {
	return classes.event.NewInstance(r.in, &seen{rec, r})
}
