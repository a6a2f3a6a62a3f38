package wire

import (
	"hash/fnv"
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// chance is what is left to chance of one thing, such as a direction of a connection. It is a function of the
// seed, of the thing and of the moment alone: what happens at one moment in no order of its own, as packets that
// a library writes from two goroutines, gets the same in whatever order it comes.
type chance uint64

// of is the chance of something else, by its name.
func (c chance) of(name string) chance {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strconv.FormatUint(uint64(c), 36)+" "+name) // never fails
	return chance(h.Sum64())
}

// with is the chance of the n-th of several such things.
func (c chance) with(n int) chance { return c.of(strconv.Itoa(n)) }

// now is a number that this moment has.
func (c chance) now() uint64 {
	var r rand.PCG
	r.Seed(uint64(c), uint64(time.Now().UnixNano()))
	return r.Uint64()
}

// upTo is a time from 0 to d.
func (c chance) upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(c.now() % (uint64(d) + 1))
}

// within is a number from -n to n.
func (c chance) within(n int) int { return int(c.now()%uint64(2*n+1)) - n }

// happens reports whether something of a probability from 0 to 1 happens; 0 stands for 1.
func (c chance) happens(share float64) bool {
	return share == 0 || float64(c.now()>>11)/(1<<53) < share
}
