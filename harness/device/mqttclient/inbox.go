package mqttclient

import (
	"context"
	"fmt"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// take puts a message into the inbox.
func (c *Client) take(m device.Message) {
	c.mu.Lock()
	if len(c.inbox) < MaxInbox {
		c.inbox = append(c.inbox, m)
		c.wake()
		c.mu.Unlock()
		return
	}
	warn := !c.full
	c.full = true
	c.mu.Unlock()
	if warn {
		c.opts.Events.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning, Device: c.opts.Config.ClientID,
			Topic: m.Topic,
			Text:  fmt.Sprintf("%d messages wait for the script, which does not take them: further ones are dropped", MaxInbox)})
	}
}

// Next waits for a message that match accepts, takes it out of the inbox and returns it; match may
// be nil. When none is there and none can come any more, the error is of class device.ErrLost or
// device.ErrClosed.
func (c *Client) Next(ctx context.Context, match func(device.Message) bool) (device.Message, error) {
	for {
		c.mu.Lock()
		m, ok := c.pop(match)
		err := c.over()
		if ok || err != nil {
			c.mu.Unlock()
			if ok {
				return m, nil
			}
			return device.Message{}, err
		}
		grown := c.growth()
		c.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return device.Message{}, context.Cause(ctx)
		}
	}
}

// TryNext is Next without waiting; ok is false when there is no such message now.
func (c *Client) TryNext(match func(device.Message) bool) (m device.Message, ok bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok = c.pop(match); ok {
		return m, true, nil
	}
	return m, false, c.over()
}

// pop takes the first message that match accepts. The caller holds mu.
func (c *Client) pop(match func(device.Message) bool) (device.Message, bool) {
	for i, m := range c.inbox {
		if match != nil && !match(m) {
			continue
		}
		if i == 0 {
			c.inbox[0] = device.Message{}
			c.inbox = c.inbox[1:]
		} else {
			c.inbox = append(c.inbox[:i], c.inbox[i+1:]...)
		}
		return m, true
	}
	return device.Message{}, false
}
