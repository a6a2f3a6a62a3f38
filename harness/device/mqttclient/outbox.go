package mqttclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// What may be in flight at QoS 1 and 2 at a time; a message that is larger goes alone.
const (
	MaxInFlight      = 1000
	MaxInFlightBytes = 16 << 20
)

// resendTime bounds how long a message that is sent again may take to be acknowledged; the next one
// goes out behind it, so that they keep their order (MQTT 3.1.1, section 4.6).
const resendTime = 30 * time.Second

// outgoing is a message at QoS 1 or 2 on its way. The client's mutex guards what follows msg.
type outgoing struct {
	msg  device.Message // Again is set between attempts only
	left bool           // its connection ended, and the next one takes it up
	done chan struct{}  // closed when it is acknowledged or given up
	over bool           // done is closed
	err  error          // why it was given up
	told bool           // Publish returned before that
}

// publishAcked sends a message at QoS 1 or 2 and waits for its acknowledgement, over as many
// connections as that takes.
func (c *Client) publishAcked(ctx context.Context, m device.Message) error {
	what := "publish to " + m.Topic
	o := &outgoing{msg: m, done: make(chan struct{})}
	s, life, err := c.begin(ctx, what, o)
	if err != nil {
		return err
	}
	go func() {
		defer c.work.Done()
		defer c.attempts.Done()
		c.attempt(life, s, o)
	}()
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		return c.stopWaiting(ctx, what, o)
	}
}

// begin waits for a connection and enters a message into the outbox.
func (c *Client) begin(ctx context.Context, what string, o *outgoing) (device.MQTTSession, context.Context, error) {
	for {
		c.mu.Lock()
		c.noticed()
		if c.state == Connected && !c.resending {
			defer c.mu.Unlock()
			if err := c.room(len(o.msg.Payload)); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", what, err)
			}
			c.outbox = append(c.outbox, o)
			c.work.Add(1)
			c.attempts.Add(1)
			return c.session, c.life, nil
		}
		if c.state != Connected && c.state != Reconnecting {
			defer c.mu.Unlock()
			return nil, nil, fmt.Errorf("%s: %w", what, c.over())
		}
		grown := c.growth()
		c.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("%s: it was not sent: %w: the client is reconnecting, and was not done in time", what,
				device.ErrLost)
		}
	}
}

// room refuses what would be too much in flight. The caller holds mu.
func (c *Client) room(size int) error {
	for _, o := range c.outbox {
		size += len(o.msg.Payload)
	}
	if n := len(c.outbox); n >= MaxInFlight || n > 0 && size > MaxInFlightBytes {
		return fmt.Errorf("%w: %d messages are in flight, which the server does not acknowledge: at most %d, or %d MB, may "+
			"be",
			device.ErrNotReady, n, MaxInFlight, MaxInFlightBytes>>20)
	}
	return nil
}

// stopWaiting leaves a message in flight.
func (c *Client) stopWaiting(ctx context.Context, what string, o *outgoing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o.over {
		return o.err
	}
	o.told = true
	if !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	if c.keeps() {
		return fmt.Errorf("%s: %w: the server has not acknowledged it yet; it stays in flight, and is sent again when the "+
			"connection is lost and comes back",
			what, device.ErrTimeout)
	}
	return fmt.Errorf("%s: %w: the server has not acknowledged it yet", what, device.ErrTimeout)
}

// keeps reports whether a message in flight outlives its connection. The caller holds mu.
func (c *Client) keeps() bool { return c.opts.Reconnect || !c.clean }

// comesBack reports whether a connection that was lost is made again without the script. The caller
// holds mu.
func (c *Client) comesBack() bool { return c.opts.Reconnect && c.state != Lost && c.state != Closed }

// attempt sends a message over one connection.
func (c *Client) attempt(ctx context.Context, s device.MQTTSession, o *outgoing) {
	err := s.Publish(ctx, o.msg)
	c.mu.Lock()
	why, left := c.leftBehind(s, o, err)
	o.left = left
	if !left {
		c.outbox = slices.DeleteFunc(c.outbox, func(other *outgoing) bool { return other == o })
	}
	late := o.told && !left
	if !left || !c.comesBack() {
		c.finish(o, why)
	}
	c.mu.Unlock()
	if late {
		c.tellLate(o, why)
	}
}

// leftBehind reports whether the next connection takes a message up, and what its sender is told if
// it does not wait for that. The caller holds mu.
func (c *Client) leftBehind(s device.MQTTSession, o *outgoing, err error) (error, bool) {
	// What cancels an attempt on a connection that has ended is its end: whichever of both was seen first.
	ended := errors.Is(err, device.ErrLost) || errors.Is(err, device.ErrClosed) || errors.Is(err, context.Canceled)
	if err == nil || s.Err() == nil || !ended {
		return err, false
	}
	if !slices.Contains(c.outbox, o) || !c.keeps() { // disconnect() gave it up, or nothing is to come
		return fmt.Errorf("%w; it is not known whether the message arrived", err), false
	}
	again := &device.InFlight{}
	if known := (*device.InFlightError)(nil); errors.As(err, &known) {
		*again = known.InFlight
	}
	switch {
	case o.msg.QoS == 2 && (c.clean || again.ID == 0):
		return fmt.Errorf("%w; it is not known whether the message arrived, and at QoS 2 it is not sent twice", err), false
	case c.clean:
		again = nil // a new session: the message goes out as a new one (MQTT 3.1.1, section 3.1.2.4)
	}
	o.msg.Again = again
	return fmt.Errorf("%w; the message is sent again by the next connect() that goes on with the session", err), true
}

// finish tells who waits for a message. The caller holds mu.
func (c *Client) finish(o *outgoing, err error) {
	if !o.over {
		o.over, o.err = true, err
		o.told = o.told || err != nil
		close(o.done)
	}
}

// tellLate says what became of a message whose sender was told that it is in flight.
func (c *Client) tellLate(o *outgoing, err error) {
	e := event.Event{Layer: event.Builtin, Kind: event.Note, Device: c.opts.Config.ClientID, Topic: o.msg.Topic,
		Text: "the server has acknowledged the message that was in flight"}
	if err != nil {
		e.Kind, e.Text = event.Warning, "the message that was in flight is given up: "+err.Error()
	}
	c.opts.Events.Emit(e)
}

// resend takes up what an earlier connection left behind.
func (c *Client) resend(ctx context.Context, s device.MQTTSession) {
	c.mu.Lock()
	if c.session != s {
		c.mu.Unlock()
		return
	}
	c.attempts.Add(1)
	defer c.attempts.Done()
	var left []*outgoing
	for _, o := range c.outbox {
		if o.left {
			o.left = false
			left = append(left, o)
		}
	}
	c.resending = len(left) > 0
	c.mu.Unlock()
	for i, o := range left {
		if s.Err() != nil {
			c.putBack(left[i:])
			break
		}
		within, cancel := context.WithTimeout(ctx, resendTime)
		c.attempt(within, s, o)
		cancel()
	}
	c.mu.Lock()
	c.resending = false
	c.wake()
	c.mu.Unlock()
}

// putBack leaves messages to the next connection.
func (c *Client) putBack(left []*outgoing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range left {
		o.left = true
	}
}

// stranded tells those that wait for messages that no connection is on its way to. The caller holds mu.
func (c *Client) stranded() {
	for _, o := range c.outbox {
		if o.left && !c.comesBack() {
			c.finish(o, fmt.Errorf("publish to %s: %w", o.msg.Topic, c.over()))
		}
	}
}

// giveUp forgets what is in flight, and says so.
func (c *Client) giveUp(why string) {
	c.mu.Lock()
	n := len(c.outbox)
	for _, o := range c.outbox {
		if o.left { // the others' attempts are about to end
			c.finish(o, fmt.Errorf("publish to %s: %w: %s while it was in flight", o.msg.Topic, device.ErrClosed, why))
		}
	}
	c.outbox = nil
	c.mu.Unlock()
	if n > 0 {
		c.opts.Events.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning, Device: c.opts.Config.ClientID,
			Text: fmt.Sprintf("messages in flight that are given up, as %s: %d", why, n)})
	}
}
