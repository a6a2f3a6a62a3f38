package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// Message is a message to a device.
type Message struct {
	ID   string
	Name string
	// Content is a JSON value: a string, or an object.
	Content json.RawMessage
	// Raw sends the content alone, without the envelope.
	Raw bool
	// Bytes, when not nil, are sent as they are in the place of Content, without the envelope.
	Bytes []byte
	// Topic is where it goes; the device's messages/down when empty.
	Topic string
	// Properties travel with it to a device that speaks MQTT 5; nil for none. They are only read.
	Properties *MessageProperties
	// TTL is how long it waits for the device; 0 means that it does not.
	TTL time.Duration
	// Status is PENDING, DELIVERED, FAILED or TIMEOUT.
	Status string
	// ErrorCode is why the message was not delivered at once: IOTDA.014016, or IOTDA.014112; "" for one
	// that was.
	ErrorCode         string
	Created, Finished time.Time
}

// Why a message is not delivered (SDK, ErrorInfoDto).
const (
	codeOffline       = "IOTDA.014016"
	codeNotSubscribed = "IOTDA.014112"
)

// keptMessages is how many messages a device has at most (SDK, CreateMessage).
const keptMessages = 20

// SendMessage sends a message to a device that is there to take it: online, and subscribed to a topic
// of the message's own. For another one the message waits. The message with its id and status is
// returned.
func (c *Cloud) SendMessage(id string, m Message) (Message, error) {
	c.mu.Lock()
	d, ok := c.devices[id]
	if !ok {
		c.mu.Unlock()
		return m, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	if m.ID == "" {
		m.ID = c.newID()
	}
	for _, old := range d.messages {
		if old.ID == m.ID {
			c.mu.Unlock()
			return m, fmt.Errorf("message %s: %w", m.ID, ErrMessageExists)
		}
	}
	m.Created, m.Status = c.opts.Now(), "PENDING"
	if m.Topic == "" {
		m.Topic = topicOf(d.Link(), "sys/messages/down")
	}
	kept := &m
	d.messages = append(d.messages, kept)
	d.messages = d.messages[max(0, len(d.messages)-keptMessages):]
	c.touch(id)
	to := c.deliverable(d, kept)
	if to == nil && (m.TTL == 0 || c.policy.FailUnsubscribed && m.ErrorCode == codeNotSubscribed) {
		kept.Status, kept.Finished = "FAILED", c.opts.Now()
	}
	out := *kept
	c.mu.Unlock()
	if out.Status != "PENDING" {
		c.messageStatusNotice(id, out)
	}
	if to != nil {
		c.deliver(to, id, out)
	}
	return out, nil
}

// deliverable marks a message as delivered when its device can take it now, and returns the connection
// that it goes to; or else as why not. c.mu is held.
func (c *Cloud) deliverable(d *device, m *Message) *broker.Client {
	link := c.linkOf(d)
	switch {
	case link == nil || link.client == nil:
		m.ErrorCode = codeOffline
	case !link.client.Receives(m.Topic):
		m.ErrorCode = codeNotSubscribed
	default:
		m.Status, m.ErrorCode, m.Finished = "DELIVERED", "", c.opts.Now()
		c.touch(d.ID)
		return link.client
	}
	return nil
}

// deliver sends a message to one connection: whoever else is subscribed to a topic that is no device's own
// does not get it.
func (c *Cloud) deliver(to *broker.Client, id string, m Message) {
	payload, err := m.payload(id)
	if err != nil {
		c.warn(id, m.Topic, "the message cannot be sent: %v", err)
		return
	}
	c.emit(event.Event{Kind: event.Command, Device: id, Topic: m.Topic, Payload: payload, Text: "message"})
	if m.Properties != nil && to.Version != packet.V5 {
		c.warn(id, m.Topic, "the properties of the message %s do not reach the device, which does not speak MQTT 5", m.ID)
	}
	c.sendOrdered(to.Key, m.Topic, func() {
		if !to.Deliver(broker.Message{Topic: m.Topic, Payload: payload, QoS: 1, Props: m.Properties.packet()}) {
			c.warn(id, m.Topic, "the message %s did not reach the device, which has just unsubscribed", m.ID)
		}
	})
}

// payload is what travels to the device.
func (m Message) payload(id string) ([]byte, error) {
	switch {
	case m.Bytes != nil:
		return m.Bytes, nil
	case !m.Raw:
		return json.Marshal(map[string]any{"object_device_id": id, "name": m.Name, "id": m.ID, "content": m.Content})
	}
	var text string
	if json.Unmarshal(m.Content, &text) == nil {
		return []byte(text), nil
	}
	return m.Content, nil
}

// Messages lists the messages of a device, newest first.
func (c *Cloud) Messages(id string) ([]Message, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return nil, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	c.expire(d)
	out := make([]Message, 0, len(d.messages))
	for i := len(d.messages) - 1; i >= 0; i-- {
		out = append(out, *d.messages[i])
	}
	return out, nil
}

// ErrNoMessage is that the device has no such message.
var ErrNoMessage = errors.New("the device has no such message")

// DeleteMessage forgets a message of a device; one that waits is not sent.
func (c *Cloud) DeleteMessage(id, message string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	i := slices.IndexFunc(d.messages, func(m *Message) bool { return m.ID == message })
	if i < 0 {
		return fmt.Errorf("message %s: %w", message, ErrNoMessage)
	}
	d.messages = slices.Delete(d.messages, i, i+1)
	c.touch(id)
	return nil
}

// Broadcast sends to those devices of a project that have subscribed to a topic below $oc/broadcast/ and lie in a
// resource space that is wanted, and returns how many got it.
func (c *Cloud) Broadcast(project, topic string, payload []byte, in func(app string) bool) int {
	c.mu.Lock()
	var to []*broker.Client
	for _, d := range c.devices {
		if d.client != nil && in(d.App) && record.Visible(d.Project, project) && d.client.Receives(topic) {
			to = append(to, d.client)
		}
	}
	c.mu.Unlock()
	sent := 0
	for _, cl := range to {
		if cl.Deliver(broker.Message{Topic: topic, Payload: payload, QoS: 1}) {
			sent++
		}
	}
	return sent
}

// expire marks messages whose time is up. c.mu is held.
func (c *Cloud) expire(d *device) {
	now := c.opts.Now()
	for _, m := range d.messages {
		if m.Status == "PENDING" && now.Sub(m.Created) > m.TTL {
			m.Status, m.Finished = "TIMEOUT", now
			c.touch(d.ID)
		}
	}
}

// deliverWaiting sends what waited for a device and for its children and can go now: the device has
// come online, or has subscribed.
func (c *Cloud) deliverWaiting(id string) {
	type waiting struct {
		to     *broker.Client
		device string
		Message
	}
	var all []waiting
	c.mu.Lock()
	for _, d := range c.carried(id) {
		c.expire(d)
		for _, m := range d.messages {
			if m.Status != "PENDING" {
				continue
			}
			if to := c.deliverable(d, m); to != nil {
				all = append(all, waiting{to, d.ID, *m})
			}
		}
	}
	c.mu.Unlock()
	for _, w := range all {
		c.messageStatusNotice(w.device, w.Message)
		c.deliver(w.to, w.device, w.Message)
	}
}

// online sends a device that has connected what waited for it.
func (c *Cloud) online(id string) {
	c.deliverWaiting(id)
	c.pushDifference(id)
}
