package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"quecstar/harness/event"
)

// Errors of requests to a device.
var (
	// ErrOffline is that the device is not connected (IOTDA.014016).
	ErrOffline = errors.New("the device is offline")
	// ErrTimeout is that the device did not answer in time (IOTDA.014111).
	ErrTimeout = errors.New("the device did not answer in time")
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

// send publishes to whoever is subscribed; a device is to its downward topics.
func (c *Cloud) send(topic string, payload []byte, qos byte) {
	if err := c.server.Publish(topic, payload, false, qos); err != nil {
		c.warn("", topic, "it could not be sent: %v", err)
	}
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
	body := struct {
		ObjectDeviceID string `json:"object_device_id"`
		Command
	}{id, cmd}
	request := c.newID()
	topic := topicOf(id, "sys/commands/request_id="+request)
	payload, err := json.Marshal(body)
	if err != nil {
		return request, nil, fmt.Errorf("command %s: %w", cmd.Name, err)
	}
	c.emit(event.Event{Kind: event.Command, Device: id, Topic: topic, Payload: payload, Text: cmd.Name})
	answer, err := c.request(ctx, id, request, topic, payload)
	return request, answer, err
}

// checkCommand compares a command that names its service with the product model.
func (c *Cloud) checkCommand(id string, cmd Command) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	p := c.products[d.ProductID]
	if p == nil || len(p.Services) == 0 || cmd.ServiceID == "" {
		return nil
	}
	svc := p.service(cmd.ServiceID)
	if svc == nil {
		return fmt.Errorf("command %s: service %q: %w", cmd.Name, cmd.ServiceID, ErrModel)
	}
	model := svc.command(cmd.Name)
	if model == nil {
		return fmt.Errorf("service %s: command %q: %w", cmd.ServiceID, cmd.Name, ErrModel)
	}
	known := map[string]bool{}
	for _, para := range model.Paras {
		known[para.Name] = true
		if _, given := cmd.Paras[para.Name]; para.Required && !given {
			return fmt.Errorf("command %s: parameter %q is required: %w", cmd.Name, para.Name, ErrModel)
		}
	}
	for name := range cmd.Paras {
		if !known[name] {
			return fmt.Errorf("command %s: parameter %q: %w", cmd.Name, name, ErrModel)
		}
	}
	return nil
}

// request publishes and waits for the answer with the request's id.
func (c *Cloud) request(ctx context.Context, id, request, topic string, payload []byte) ([]byte, error) {
	answer := make(chan []byte, 1)
	c.mu.Lock()
	d, ok := c.devices[id]
	switch {
	case !ok:
		c.mu.Unlock()
		return nil, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	case d.client == nil:
		c.mu.Unlock()
		return nil, fmt.Errorf("device %s: %w", id, ErrOffline)
	}
	c.pending[request] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, request)
		c.mu.Unlock()
	}()
	limit, cancel := context.WithTimeout(ctx, c.opts.CommandTimeout)
	defer cancel()
	c.send(topic, payload, 1)
	select {
	case a := <-answer:
		return a, nil
	case <-limit.Done():
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("device %s: %w (%v)", id, ErrTimeout, c.opts.CommandTimeout)
	}
}

// SetProperties asks a device to set properties, by service, and returns its answer.
func (c *Cloud) SetProperties(ctx context.Context, id string, services map[string]map[string]any) (string, json.RawMessage, error) {
	var list []serviceProperties
	for service, properties := range services {
		list = append(list, serviceProperties{ServiceID: service, Properties: properties})
	}
	return c.requestJSON(ctx, id, "sys/properties/set/request_id=", map[string]any{"object_device_id": id, "services": list})
}

// GetProperties asks a device for its properties, of one service or of all, and returns its answer.
func (c *Cloud) GetProperties(ctx context.Context, id, service string) (string, json.RawMessage, error) {
	body := map[string]any{"object_device_id": id}
	if service != "" {
		body["service_id"] = service
	}
	return c.requestJSON(ctx, id, "sys/properties/get/request_id=", body)
}

func (c *Cloud) requestJSON(ctx context.Context, id, prefix string, body any) (string, json.RawMessage, error) {
	request := c.newID()
	payload, err := json.Marshal(body)
	if err != nil {
		return request, nil, fmt.Errorf("device %s: %w", id, err)
	}
	topic := topicOf(id, prefix+request)
	c.emit(event.Event{Kind: event.Command, Device: id, Topic: topic, Payload: payload})
	answer, err := c.request(ctx, id, request, topic, payload)
	return request, answer, err
}
