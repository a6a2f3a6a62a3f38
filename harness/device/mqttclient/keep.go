package mqttclient

import (
	"context"
	"errors"

	"quecstar/harness/device"
)

// keep watches over a connection until it is ended from this side or is lost for good.
func (c *Client) keep(ctx context.Context, s device.MQTTSession, cfg device.MQTTConfig) {
	defer c.work.Done()
	for s != nil {
		c.resend(ctx, s)
		select {
		case <-ctx.Done():
			return
		case <-s.Lost():
		}
		if !c.noteLoss(s) {
			return
		}
		c.attempts.Wait()
		s = c.reconnect(ctx, cfg)
	}
}

// noteLoss reports whether to reconnect.
func (c *Client) noteLoss(s device.MQTTSession) bool {
	c.mu.Lock()
	if c.session != s {
		c.mu.Unlock()
		return false
	}
	c.noticed()
	c.session = nil
	next := c.state
	c.mu.Unlock()
	c.tell(Change{State: next, Err: s.Err()})
	return next == Reconnecting
}

func (c *Client) tell(change Change) {
	if c.opts.OnChange != nil {
		c.opts.OnChange(change)
	}
}

// reconnect tries until it succeeds; nil means that ctx ended, or that the device is gone.
func (c *Client) reconnect(ctx context.Context, cfg device.MQTTConfig) device.MQTTSession {
	for n := 0; ; n++ {
		if c.opts.Sleep(ctx, c.opts.Backoff(n)) != nil {
			return nil
		}
		s, err := c.opts.MQTT.OpenMQTT(ctx, cfg)
		if ctx.Err() != nil {
			if err == nil {
				_ = s.Close()
			}
			return nil
		}
		if errors.Is(err, device.ErrGone) {
			c.lose(err)
			return nil
		}
		if err != nil {
			continue
		}
		if c.resubscribe(ctx, s) != nil {
			_ = s.Close()
			continue
		}
		if !c.resume(ctx, s) {
			_ = s.Close()
			return nil
		}
		return s
	}
}

// lose ends the attempts to reconnect: the device that would make the connection is gone.
func (c *Client) lose(err error) {
	c.mu.Lock()
	if c.state != Reconnecting {
		c.mu.Unlock()
		return
	}
	c.err = err
	c.setState(Lost)
	c.stranded()
	c.mu.Unlock()
	c.tell(Change{State: Lost, Err: err})
}

func (c *Client) resubscribe(ctx context.Context, s device.MQTTSession) error {
	c.mu.Lock()
	filters := append([]subscription(nil), c.filters...)
	c.mu.Unlock()
	for _, f := range filters {
		// A server that refuses now what it granted before keeps the rest alive all the same.
		if err := s.Subscribe(ctx, f.filter, f.qos); err != nil && !errors.Is(err, device.ErrRefused) {
			return err
		}
	}
	return nil
}

// resume takes a new connection into use, unless the client was closed meanwhile.
func (c *Client) resume(ctx context.Context, s device.MQTTSession) bool {
	c.mu.Lock()
	if ctx.Err() != nil || c.state != Reconnecting {
		c.mu.Unlock()
		return false
	}
	c.session = s
	c.setState(Connected)
	c.mu.Unlock()
	c.tell(Change{State: Connected})
	return true
}
