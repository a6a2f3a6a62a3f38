package wire

import (
	"hash/fnv"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// chance is randomness of its own for each connection, direction and link, by what they are called: what one
// of them does, and when, changes nothing for another.
type chance struct {
	seed uint64
	name uint64

	mu sync.Mutex
	r  *rand.Rand // made when it is first needed
}

// of is the chance of something by its name, within c's.
func (c *chance) of(name string) *chance {
	h := fnv.New64a()
	_, _ = io.WriteString(h, name) // never fails
	return &chance{seed: c.seed, name: c.name*31 + h.Sum64()}
}

func (c *chance) draw(f func(*rand.Rand)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.r == nil {
		c.r = rand.New(rand.NewPCG(c.seed, c.name))
	}
	f(c.r)
}

// upTo is a time from 0 to d.
func (c *chance) upTo(d time.Duration) (t time.Duration) {
	if d > 0 {
		c.draw(func(r *rand.Rand) { t = time.Duration(r.Int64N(int64(d) + 1)) })
	}
	return t
}

// within is a number from -n to n.
func (c *chance) within(n int) (k int) {
	if n > 0 {
		c.draw(func(r *rand.Rand) { k = r.IntN(2*n+1) - n })
	}
	return k
}

// happens reports whether something of a probability from 0 to 1 happens; 0 stands for 1.
func (c *chance) happens(share float64) (is bool) {
	if share == 0 {
		return true
	}
	c.draw(func(r *rand.Rand) { is = r.Float64() < share })
	return is
}
