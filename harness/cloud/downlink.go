package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"quecstar/harness/broker"
	"quecstar/harness/event"
)

// Errors of requests to a device.
var (
	// ErrOffline is that the device is not connected (IOTDA.014016).
	ErrOffline = errors.New("the device is offline")
	// ErrGatewayOffline is that the gateway of the device is not connected (IOTDA.014028).
	ErrGatewayOffline = errors.New("the gateway of the device is offline")
	// ErrTimeout is that the device did not answer in time (IOTDA.014111).
	ErrTimeout = errors.New("the device did not answer in time")
	// ErrNotWritable is that the product model has no such property, or that it cannot be written
	// (IOTDA.000029).
	ErrNotWritable = errors.New("the property cannot be written")
	// ErrModel is that a request does not fit the product model.
	ErrModel = errors.New("it does not fit the product model")
)

// newID is a request or message id: no = and no /, which device SDKs split topics at.
func (c *Cloud) newID() string {
	if c.opts.NewID != nil {
		return c.opts.NewID()
	}
	return uuid.NewString()
}

// send publishes to whoever is subscribed, as a device is to its downward topics.
func (c *Cloud) send(topic string, payload []byte, qos byte) {
	id, _, _ := strings.Cut(strings.TrimPrefix(topic, devicePrefix), "/")
	c.sendOrdered(id, topic, func() { c.broker.Publish(broker.Message{Topic: topic, Payload: payload, QoS: qos}) })
}

func (c *Cloud) sendJSON(id, topic string, body any) {
	payload, err := json.Marshal(body)
	if err != nil {
		c.warn(id, topic, "it could not be sent: %v", err)
		return
	}
	c.send(topic, payload, 1)
}

// Command is a command to a device.
type Command struct {
	ServiceID string         `json:"service_id,omitempty"`
	Name      string         `json:"command_name"`
	Paras     map[string]any `json:"paras"`
}

// SendCommand sends a command and waits for the response, which is returned as the device sent it,
// with the id of the command. Errors are ErrNoDevice, ErrOffline, ErrTimeout, ErrModel and the
// context's.
func (c *Cloud) SendCommand(ctx context.Context, id string, cmd Command) (string, json.RawMessage, error) {
	if err := c.checkCommand(id, cmd); err != nil {
		return "", nil, err
	}
	if cmd.Paras == nil {
		cmd.Paras = map[string]any{}
	}
	payload, err := json.Marshal(struct {
		ObjectDeviceID string `json:"object_device_id"`
		Command
	}{id, cmd})
	if err != nil {
		return "", nil, fmt.Errorf("command %s: %w", cmd.Name, err)
	}
	return c.request(ctx, id, "sys/commands", payload, cmd.Name)
}

// checkCommand compares a command that names its service with the product model.
func (c *Cloud) checkCommand(id string, cmd Command) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	if cmd.ServiceID == "" {
		return nil
	}
	return c.products[d.ProductID].CheckCommand(cmd)
}

// linkOf is the device whose connection carries what a device sends and is sent: its gateway, or the
// device itself; nil when it is gone. c.mu is held.
func (c *Cloud) linkOf(d *device) *device {
	if d == nil || d.GatewayID == "" {
		return d
	}
	return c.devices[d.GatewayID]
}

// onlineLink is linkOf of a device that must be there and must be reachable. c.mu is held.
func (c *Cloud) onlineLink(id string) (*device, error) {
	d, ok := c.devices[id]
	if !ok {
		return nil, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	link := c.linkOf(d)
	switch {
	case link != nil && link.client != nil:
		return link, nil
	case d.GatewayID != "":
		return nil, fmt.Errorf("device %s, gateway %s: %w", id, d.GatewayID, ErrGatewayOffline)
	}
	return nil, fmt.Errorf("device %s: %w", id, ErrOffline)
}

// request is one that waits for its answer.
type request struct {
	device string // on whose connection the answer comes
	kind   string // of the request and, with "/response" behind it, of the answer: the topic's suffix
	answer chan []byte
}

// request publishes and waits for the answer: the one with the request's id, on the topic that belongs
// to the request, from the device that was asked. Its id is returned, too.
func (c *Cloud) request(
	ctx context.Context, id, kind string, payload []byte, text string,
) (string, json.RawMessage, error) {
	number := c.newID()
	c.mu.Lock()
	link, err := c.onlineLink(id)
	if err != nil {
		c.mu.Unlock()
		return number, nil, err
	}
	r := &request{device: link.ID, kind: kind, answer: make(chan []byte, 1)}
	topic := link.topic(kind + "/request_id=" + number)
	c.pending[number] = r
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, number)
		c.mu.Unlock()
	}()
	limit, cancel := context.WithTimeout(ctx, c.opts.CommandTimeout)
	defer cancel()
	c.emit(event.Event{Kind: event.Command, Device: id, Topic: topic, Payload: payload, Text: text})
	c.send(topic, payload, 1)
	select {
	case a := <-r.answer:
		return number, a, nil
	case <-limit.Done():
		select {
		case a := <-r.answer:
			return number, a, nil // it came at the same time
		default:
		}
		if err := context.Cause(ctx); err != nil {
			return number, nil, err
		}
		return number, nil, fmt.Errorf("device %s: %w (%v)", id, ErrTimeout, c.opts.CommandTimeout)
	}
}

// SetProperties asks a device to set properties, by service, and returns its answer.
func (c *Cloud) SetProperties(
	ctx context.Context, id string, services map[string]map[string]any,
) (string, json.RawMessage, error) {
	if err := c.checkWritable(id, services); err != nil {
		return "", nil, err
	}
	var list []serviceProperties
	for _, service := range slices.Sorted(maps.Keys(services)) {
		list = append(list, serviceProperties{ServiceID: service, Properties: services[service]})
	}
	return c.requestJSON(ctx, id, "sys/properties/set", map[string]any{"object_device_id": id, "services": list})
}

// checkWritable says which of the properties the product model does not let the platform write.
func (c *Cloud) checkWritable(id string, services map[string]map[string]any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	p := c.products[d.ProductID]
	if p == nil || len(p.Services) == 0 {
		return nil
	}
	for _, service := range slices.Sorted(maps.Keys(services)) {
		svc := p.service(service)
		if svc == nil {
			return fmt.Errorf("the model has no service %q%s: %w", service, hint(service, p.serviceIDs()), ErrNotWritable)
		}
		for _, name := range slices.Sorted(maps.Keys(services[service])) {
			if prop := svc.property(name); prop == nil || !strings.Contains(prop.Method, "W") {
				return fmt.Errorf("the service %s has no property %q with the method W: %w", service, name, ErrNotWritable)
			}
		}
	}
	return nil
}

// GetProperties asks a device for its properties, of one service or of all, and returns its answer.
func (c *Cloud) GetProperties(ctx context.Context, id, service string) (string, json.RawMessage, error) {
	body := map[string]any{"object_device_id": id}
	if service != "" {
		body["service_id"] = service
	}
	return c.requestJSON(ctx, id, "sys/properties/get", body)
}

func (c *Cloud) requestJSON(ctx context.Context, id, kind string, body any) (string, json.RawMessage, error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return "", nil, fmt.Errorf("device %s: %w", id, err)
	}
	return c.request(ctx, id, kind, payload, "")
}

// answer hands a device's answer to who waits for it, and to nobody else.
func (c *Cloud) answer(id, topic, kind, number string, payload []byte) {
	c.emit(event.Event{Kind: event.Response, Device: id, Topic: topic, Payload: payload})
	var probe map[string]any
	if !c.decode(id, topic, payload, &probe) {
		return
	}
	c.mu.Lock()
	r, why := c.awaited(id, kind, number)
	if r != nil {
		delete(c.pending, number)
	}
	c.mu.Unlock()
	switch {
	case r != nil:
		r.answer <- payload
	case why != "":
		c.warn(id, topic, "%s", why)
	}
}

// awaited is the request that an answer belongs to, or why it belongs to none; neither for the answer
// to a push of the shadow. c.mu is held.
func (c *Cloud) awaited(id, kind, number string) (*request, string) {
	if d := c.devices[id]; d != nil && kind == "sys/properties/set" {
		if i := slices.Index(d.pushed, number); i >= 0 {
			d.pushed = slices.Delete(d.pushed, i, i+1)
			return nil, ""
		}
	}
	r := c.pending[number]
	switch {
	case r == nil:
		return nil, fmt.Sprintf("nobody waits for an answer to the request %q: it is late, or its id is not one that was "+
			"sent", number)
	case r.device != id:
		return nil, fmt.Sprintf("the request %q was sent to the device %s: this answer is dropped", number, r.device)
	case r.kind != kind:
		return nil, fmt.Sprintf("the request %q came on %s and wants its answer on %s/response: this one is dropped", number,
			r.kind, r.kind)
	}
	return r, ""
}
