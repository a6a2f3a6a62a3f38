package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// order is what the test had the cloud do, with the answer to exactly that.
type order struct {
	what   string
	device string
	done   chan struct{}
	cursor int

	mu  sync.Mutex
	id  string // of the request
	err error
}

// online is how long an order waits for its device to be there.
const online = 10 * time.Second

// place an order with the cloud, which is carried out beside the test.
func (r *run) order(
	what, device string,
	carryOut func(ctx context.Context, c *cloud.Cloud, o *order) (id, topic string, answer json.RawMessage, err error),
) (*order, error) {
	if r.world.opts.replays(r.test.Device) {
		return nil, script.Raise("OSError",
			"%s: with --replay no device is at the embedded cloud: what it was sent is on its tape", what)
	}
	c, err := r.world.cloud()
	if err != nil {
		return nil, err
	}
	o := &order{what: what, device: device, done: make(chan struct{})}
	r.tell(ordered, device, what)
	r.world.work.Go(func() {
		defer r.world.log.wake()
		defer close(o.done)
		ctx, cancel := context.WithTimeoutCause(r.world.ctx, online, fmt.Errorf("the device %s was not there within %v",
			device, online))
		_, err := c.WaitActive(ctx, device)
		cancel()
		if err != nil {
			o.end(r.world, "", "", nil, err)
			return
		}
		id, topic, answer, err := carryOut(r.world.ctx, c, o)
		o.end(r.world, id, topic, answer, err)
	})
	return o, nil
}

// end tells how an order ended.
func (o *order) end(w *world, id, topic string, answer json.RawMessage, err error) {
	o.mu.Lock()
	o.id, o.err = id, err
	o.mu.Unlock()
	if err != nil {
		if !errors.Is(err, errTestOver) {
			w.log.add("cloud", event.Event{Layer: event.Cloud, Kind: event.Failure, Device: o.device, Text: o.what + ": " +
				err.Error()}, o)
		}
		return
	}
	w.log.add("cloud", event.Event{Layer: event.Cloud, Kind: event.Response, Device: o.device, Topic: topic,
		Payload: answer}, o)
}

// deviceID is the id at the cloud of what a test means by a device.
func (r *run) deviceID(v starlark.Value) (string, error) {
	switch d := selfOf(v).(type) {
	case *device:
		if d.id() == "" {
			return "", script.Raise("ValueError", "%s has no id at the cloud yet: it has none in its bench, no identity, and "+
				"has not connected", d.name)
		}
		return d.id(), nil
	case *identity:
		return d.ID, nil
	}
	if text, ok := textOf(v); ok {
		return text, nil
	}
	return "", script.Raise("TypeError", "device should be a device, an identity or an id, not %s", typeName(v))
}

// command is cloud.command(device, name, paras={}, service=None).
func cloudCommand(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	var name, service string
	if err := c.Unpack(nil, &name, nil, &service); err != nil {
		return nil, err
	}
	paras, err := mappingOf(c.Args[2], "paras")
	if err != nil {
		return nil, err
	}
	o, err := r.order(fmt.Sprintf("command %s to %s", name, id), id, func(ctx context.Context, cl *cloud.Cloud,
		_ *order) (string, string, json.RawMessage, error) {
		request, answer, err := cl.SendCommand(ctx, id, cloud.Command{ServiceID: service, Name: name, Paras: paras})
		return request, "$oc/devices/" + id + "/sys/commands/response/request_id=" + request, answer, err
	})
	return orderValue(c, o, err)
}

// orderValue is an order as the test has it.
func orderValue(c *script.Call, o *order, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return classes.order.NewInstance(c.Interp, o), nil
}

// cloudSetProperties is cloud.set_properties(device, service, properties).
func cloudSetProperties(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	var service string
	if err := c.Unpack(nil, &service); err != nil {
		return nil, err
	}
	props, err := mappingOf(c.Args[2], "properties")
	if err != nil {
		return nil, err
	}
	o, err := r.order("set properties of "+id, id, func(ctx context.Context, cl *cloud.Cloud, _ *order) (string, string,
		json.RawMessage, error) {
		request, answer, err := cl.SetProperties(ctx, id, map[string]map[string]any{service: props})
		return request, "$oc/devices/" + id + "/sys/properties/set/response/request_id=" + request, answer, err
	})
	return orderValue(c, o, err)
}

// cloudGetProperties is cloud.get_properties(device, service=None).
func cloudGetProperties(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	var service string
	if err := c.Unpack(nil, &service); err != nil {
		return nil, err
	}
	o, err := r.order("get properties of "+id, id, func(ctx context.Context, cl *cloud.Cloud, _ *order) (string, string,
		json.RawMessage, error) {
		request, answer, err := cl.GetProperties(ctx, id, service)
		return request, "$oc/devices/" + id + "/sys/properties/get/response/request_id=" + request, answer, err
	})
	return orderValue(c, o, err)
}

// cloudMessage is cloud.message(device, content, topic=None, name=None).
func cloudMessage(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	var topic, name string
	if err := c.Unpack(nil, nil, &topic, &name); err != nil {
		return nil, err
	}
	m := cloud.Message{Name: name, Topic: topic}
	if raw, ok := textOf(c.Args[1]); ok {
		m.Content, err = json.Marshal(raw)
	} else {
		m.Content, err = json.Marshal(plainOf(c.Args[1]))
	}
	if err != nil {
		return nil, script.Raise("TypeError", "content cannot be written as JSON: %w", err)
	}
	o, err := r.order("message to "+id, id, func(_ context.Context, cl *cloud.Cloud, _ *order) (string, string,
		json.RawMessage, error) {
		sent, err := cl.SendMessage(id, m)
		if err == nil && sent.Status == "FAILED" {
			err = fmt.Errorf("%s: %w", sent.ErrorCode, cloud.ErrOffline)
		}
		answer, _ := json.Marshal(map[string]any{"message_id": sent.ID, "status": sent.Status}) // of text alone
		return sent.ID, topic, answer, err
	})
	return orderValue(c, o, err)
}

// cloudRegister is cloud.register(product=None, id=None, secret=None, imei=None, gateway=None).
func cloudRegister(c *script.Call) (any, error) {
	r := runOf(c)
	cl, err := r.world.cloud()
	if err != nil {
		return nil, err
	}
	var i identity
	var gateway string
	if err := c.Unpack(nil, &i.ID, &i.Secret, &i.IMEI, &gateway); err != nil {
		return nil, err
	}
	if i.Product, err = r.productID(cl, c.Args[0]); err != nil {
		return nil, err
	}
	r.registered++
	if i.IMEI == "" {
		i.IMEI = imei(r.registered)
	}
	d := cloud.Device{ID: i.ID, Secret: i.Secret, ProductID: i.Product, GatewayID: gateway, NodeID: i.IMEI}
	if d, err = cl.AddDevice(d); err != nil {
		return nil, r.refusedBy("cloud.register", err)
	}
	i.Node = d.NodeID
	return r.identityValue(c, &i, d), nil
}

// identityValue is the identity of a device that the cloud knows, as the test has it.
func (r *run) identityValue(c *script.Call, i *identity, d cloud.Device) any {
	i.ID, i.Secret, i.Product = d.ID, d.Secret, d.ProductID
	r.world.hide(d.Secret)
	i.apply = func(b *bench.Bench) {
		b.Device.ID, b.Device.Secret, b.Device.Product, b.Device.IMEI = i.ID, i.Secret, "", i.IMEI
	}
	return classes.identity.NewInstance(c.Interp, i)
}

// about is what a call about a device, its first argument, needs.
func about(c *script.Call) (r *run, cl *cloud.Cloud, id string, err error) {
	r = runOf(c)
	if id, err = r.deviceID(c.Args[0]); err == nil {
		cl, err = r.world.cloud()
	}
	return r, cl, id, err
}

// cloudDevice is cloud.device(id).
func cloudDevice(c *script.Call) (any, error) {
	r, cl, id, err := about(c)
	if err != nil {
		return nil, err
	}
	d, err := cl.Device(id)
	if err != nil {
		return nil, r.refusedBy("cloud.device", err)
	}
	return r.identityValue(c, &identity{IMEI: d.NodeID, Node: d.NodeID}, d), nil
}

// productID is the id of the product that a test means, which is made when it is described.
func (r *run) productID(cl *cloud.Cloud, v starlark.Value) (string, error) {
	if v == nil || v == starlark.None {
		p, err := cl.AddProduct(cloud.Product{Name: "product", DeviceType: "module", ProtocolType: "MQTT",
			DataFormat: "json"})
		if err != nil {
			return "", r.refusedBy("cloud.register", err)
		}
		return p.ID, nil
	}
	if id, ok := textOf(v); ok {
		return id, nil
	}
	text, err := json.Marshal(plainOf(v))
	var p cloud.Product
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if m, ok := v.(starlark.Mapping); ok && err == nil {
		if topics, has, _ := m.Get(r.in.Value("topics")); has {
			p.Topics, err = texts(topics, "topics")
		}
	}
	if err != nil {
		return "", script.Raise("ValueError", "product should be an id or a product model as IoTDA's AddProduct takes it: "+
			"%w", err)
	}
	if p.DeviceType == "" {
		p.DeviceType = "module"
	}
	if p.ProtocolType == "" {
		p.ProtocolType, p.DataFormat = "MQTT", "json"
	}
	made, err := cl.AddProduct(p)
	if errors.Is(err, cloud.ErrExists) {
		return p.ID, nil
	}
	if err != nil {
		return "", r.refusedBy("cloud.product", err)
	}
	return made.ID, nil
}

// refusedBy is an error of the cloud as a test has it.
func (r *run) refusedBy(what string, err error) error {
	r.class = Cloud
	return script.Raise("OSError", "%s: %w", what, err)
}

// onDevice is an order that the cloud carries out at once.
func onDevice(what string, do func(cl *cloud.Cloud, id string) error) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		r := runOf(c)
		id, err := r.deviceID(c.Args[0])
		if err != nil {
			return nil, err
		}
		cl, err := r.world.cloud()
		if err != nil {
			return nil, err
		}
		r.tell(ordered, id, what+" "+id)
		if err := do(cl, id); err != nil {
			return nil, r.refusedBy("cloud."+what, err)
		}
		return nil, nil
	}
}

// cloudStrict is cloud.strict(on=True).
func cloudStrict(c *script.Call) (any, error) {
	cl, err := runOf(c).world.cloud()
	if err != nil {
		return nil, err
	}
	cl.AllowUnknown(c.Args[0] != nil && !bool(c.Args[0].Truth()))
	return nil, nil
}

// cloudShadow is cloud.shadow(device).
func cloudShadow(c *script.Call) (any, error) {
	r, cl, id, err := about(c)
	if err != nil {
		return nil, err
	}
	all, err := cl.Shadow(id)
	if err != nil {
		return nil, r.refusedBy("cloud.shadow", err)
	}
	out := map[string]any{}
	for _, s := range all {
		text, err := json.Marshal(s)
		var v map[string]any
		if err == nil {
			err = json.Unmarshal(text, &v)
		}
		if err != nil {
			return nil, err
		}
		half := func(name string) any {
			part, _ := v[name].(map[string]any)
			if props, ok := part["properties"].(map[string]any); ok {
				return props
			}
			return map[string]any{}
		}
		out[s.ServiceID] = map[string]any{"desired": half("desired"), "reported": half("reported"), "version": v["version"]}
	}
	return r.value(out), nil
}

// cloudDesire is cloud.desire(device, service, properties).
func cloudDesire(c *script.Call) (any, error) {
	var service string
	if err := c.Unpack(nil, &service); err != nil {
		return nil, err
	}
	props, err := mappingOf(c.Args[2], "properties")
	if err != nil {
		return nil, err
	}
	return onDevice("desire", func(cl *cloud.Cloud, id string) error {
		return cl.UpdateDesired(id, service, props,
			nil)
	})(c)
}

// cloudReports is cloud.reports(device): what it reported so far.
func cloudReports(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	records, _, _ := r.world.log.since(0)
	out := []any{}
	for _, rec := range records {
		if rec.source == "cloud" && rec.Kind == event.Report && rec.Device == id {
			out = append(out, r.event(rec))
		}
	}
	return out, nil
}
