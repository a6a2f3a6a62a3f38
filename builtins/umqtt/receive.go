package umqtt

import (
	"context"
	"errors"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/script"
)

// publishType is the first byte of a PUBLISH packet (MQTT 3.1.1, section 3.3.1), which wait_msg
// returns at QoS 1.
const publishType = 0x30

func waitMsg(c *script.Call) (any, error) {
	cl := c.Self.(*client)
	m, ok, err := cl.mq.TryNext(nil)
	if !ok && err == nil {
		err = c.Block(func(ctx context.Context) error {
			var err error
			m, err = cl.mq.Next(ctx, nil)
			return err
		})
	}
	return cl.received(c, m, err)
}

// checkMsg returns at once. A script that calls it in a tight loop is slowed down, so that the loop
// does not take a whole core; a message still comes through as soon as it is there.
func checkMsg(c *script.Call) (any, error) {
	cl := c.Self.(*client)
	m, ok, err := cl.mq.TryNext(nil)
	if !ok && err == nil {
		wait := cl.polls.pause(c.Interp.Clock().Now())
		if wait == 0 {
			return nil, nil
		}
		err = c.Block(func(ctx context.Context) error {
			ctx, cancel := context.WithTimeoutCause(ctx, wait, errNothing)
			defer cancel()
			var err error
			m, err = cl.mq.Next(ctx, nil)
			return err
		})
		if errors.Is(err, errNothing) {
			return nil, nil
		}
	}
	return cl.received(c, m, err)
}

var errNothing = errors.New("no message")

// received hands a message to the callback, or says what the end of the connection means: after
// disconnect() the vendor's functions return None.
func (cl *client) received(c *script.Call, m device.Message, err error) (any, error) {
	switch {
	case errors.Is(err, device.ErrClosed) && cl.ended():
		return nil, cl.idle(c)
	case err != nil:
		return nil, socketError(c, err)
	}
	cl.polls.reset()
	if cl.callback == nil {
		return nil, script.Raise("TypeError", "a message on %s has no callback to go to: call set_callback first", m.Topic)
	}
	if _, err := c.Invoke(cl.callback, []byte(m.Topic), m.Payload); err != nil {
		return nil, err
	}
	if m.QoS == 0 {
		return nil, nil
	}
	op := publishType | int(m.QoS)<<1
	if m.Retain {
		op |= 1
	}
	return op, nil
}

// idle slows down a loop that goes on calling after the connection was ended.
func (cl *client) idle(c *script.Call) error {
	if wait := cl.polls.pause(c.Interp.Clock().Now()); wait > 0 {
		return c.Sleep(wait)
	}
	return nil
}

// polls counts calls that found nothing.
type polls struct {
	inRow int
	last  time.Time
}

const (
	freePolls = 50
	pollGap   = 2 * time.Millisecond
	pollPause = time.Millisecond
)

// pause returns how long to wait: nothing for the first calls in a row and for calls that come at
// a distance.
func (p *polls) pause(now time.Time) time.Duration {
	if now.Sub(p.last) > pollGap {
		p.inRow = 0
	}
	p.last = now
	p.inRow++
	if p.inRow <= freePolls {
		return 0
	}
	return pollPause
}

func (p *polls) reset() { p.inRow = 0 }
