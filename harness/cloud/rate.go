package cloud

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/broker"
)

// rates count what devices do in a second, where the policy limits it.
type rates struct {
	mu       sync.Mutex
	connects bucket
	devices  map[string]*deviceRate
}

// deviceRate is what one device published in a second.
type deviceRate struct{ messages, bytes bucket }

// bucket counts what came in one second.
type bucket struct {
	second int64
	used   int
}

// take takes n where most a second are taken; 0 is any.
func (b *bucket) take(now time.Time, n, most int) bool {
	if s := now.Unix(); s != b.second {
		b.second, b.used = s, 0
	}
	b.used += n
	return most == 0 || b.used <= most
}

// tooFast reports whether a device publishes more than the policy allows, and tells it once a second.
func (c *Cloud) tooFast(id string, m *broker.Message) bool {
	if c.policy.MessageRate == 0 && c.policy.ByteRate == 0 {
		return false
	}
	now := c.opts.Now()
	c.rates.mu.Lock()
	r := c.rates.devices[id]
	if r == nil {
		if len(c.rates.devices) >= maxCounted {
			clear(c.rates.devices) // of devices that are gone, most of them
		}
		r = &deviceRate{}
		c.rates.devices[id] = r
	}
	was := r.messages.second == now.Unix() && (over(r.messages, c.policy.MessageRate) || over(r.bytes, c.policy.ByteRate))
	counted := r.messages.take(now, 1, c.policy.MessageRate)
	fits := r.bytes.take(now, len(m.Payload), c.policy.ByteRate) && counted
	c.rates.mu.Unlock()
	if !fits && !was {
		c.warn(id, m.Topic, "the device publishes more than %d messages or %d bytes in a second: what is beyond is lost",
			c.policy.MessageRate, c.policy.ByteRate)
	}
	return !fits
}

func over(b bucket, most int) bool { return most > 0 && b.used > most }

// refuseFast is the refusal of a connection that is one too many in a second; nil for none.
func (c *Cloud) refuseFast() *refusal {
	c.rates.mu.Lock()
	defer c.rates.mu.Unlock()
	if c.rates.connects.take(c.opts.Now(), 1, c.policy.ConnectRate) {
		return nil
	}
	return &refusal{3, fmt.Sprintf("devices ask for more than %d connections in a second", c.policy.ConnectRate)}
}

// ErrQuota is that there are as many products or devices as there may be.
var ErrQuota = errors.New("there are as many as there may be")

// quota says that there may be no more.
func quota(what string, n, most int) error {
	if most > 0 && n >= most {
		return fmt.Errorf("%s: %w: %d", what, ErrQuota, most)
	}
	return nil
}
