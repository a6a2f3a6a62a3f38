package cloud

import (
	"encoding/json"
	"fmt"
	"time"

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
	// Topic is where it goes; the device's messages/down when empty.
	Topic string
	// TTL is how long it waits for the device; 0 means that it does not.
	TTL time.Duration
	// Status is PENDING, DELIVERED, FAILED or TIMEOUT.
	Status            string
	Created, Finished time.Time
}

// keptMessages is how many messages a device has at most (SDK, CreateMessage).
const keptMessages = 20

// SendMessage sends a message, or keeps it for a device that is offline. The message with its id
// and status is returned.
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
			return m, fmt.Errorf("message %s: %w", m.ID, ErrExists)
		}
	}
	m.Created, m.Status = c.opts.Now(), "PENDING"
	if m.Topic == "" {
		m.Topic = d.topic("sys/messages/down")
	}
	kept := &m
	d.messages = append(d.messages, kept)
	if len(d.messages) > keptMessages {
		d.messages = d.messages[len(d.messages)-keptMessages:]
	}
	online := d.client != nil
	switch {
	case online:
		c.delivered(kept)
	case m.TTL == 0:
		kept.Status, kept.Finished = "FAILED", c.opts.Now()
	}
	out := *kept
	c.mu.Unlock()
	if online {
		c.deliver(id, out)
	}
	return out, nil
}

func (c *Cloud) delivered(m *Message) { m.Status, m.Finished = "DELIVERED", c.opts.Now() }

func (c *Cloud) deliver(id string, m Message) {
	payload := []byte(m.Content)
	if m.Raw {
		var s string
		if json.Unmarshal(m.Content, &s) == nil {
			payload = []byte(s)
		}
	} else {
		body, err := json.Marshal(map[string]any{"object_device_id": id, "name": m.Name, "id": m.ID, "content": m.Content})
		if err != nil {
			c.warn(id, m.Topic, "the message cannot be sent: %v", err)
			return
		}
		payload = body
	}
	c.emit(event.Event{Kind: event.Command, Device: id, Topic: m.Topic, Payload: payload, Text: "message"})
	c.send(m.Topic, payload, 1)
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

// expire marks messages whose time is up. c.mu is held.
func (c *Cloud) expire(d *device) {
	now := c.opts.Now()
	for _, m := range d.messages {
		if m.Status == "PENDING" && now.Sub(m.Created) > m.TTL {
			m.Status, m.Finished = "TIMEOUT", now
		}
	}
}

// online sends a device that has connected what waited for it.
func (c *Cloud) online(d *device) {
	c.mu.Lock()
	c.expire(d)
	var waiting []Message
	for _, m := range d.messages {
		if m.Status == "PENDING" {
			c.delivered(m)
			waiting = append(waiting, *m)
		}
	}
	c.mu.Unlock()
	for _, m := range waiting {
		c.deliver(d.ID, m)
	}
	c.pushDifference(d)
}
