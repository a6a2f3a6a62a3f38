// Package urandom is the script module urandom, also called random. Numbers are repeatable with the
// --seed of a run, or from seed(n) on.
package urandom

import (
	"math/big"
	"math/rand/v2"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// source is where one interpreter's numbers come from.
type source struct{ *rand.Rand }

// Module is the table of urandom.
func Module() *script.Module {
	return &script.Module{
		Name: "urandom", Aliases: []string{"random"}, Doc: "Random numbers.",
		New: func(in *script.Interp) (any, error) { return &source{in.Rand()}, nil },
		Funcs: []script.Func{
			{Name: "random", Doc: "A float from 0 to below 1.", Call: func(c *script.Call) (any, error) { return from(c).Float64(), nil }},
			{Name: "randint", Params: "start, end", Doc: "An int from start to end, both included.", Call: randint},
			{Name: "randrange", Params: "start, end=None, step=1", Doc: "An int of range(start, end, step).", Call: randrange},
			{Name: "getrandbits", Params: "k", Doc: "An int of k bits, at most 32.", Call: getrandbits},
			{Name: "uniform", Params: "start, end", Doc: "A float from start to end.", Call: uniform},
			{Name: "choice", Params: "obj", Doc: "An element of a sequence.", Call: choice},
			{Name: "seed", Params: "sed=None", Doc: "Makes the numbers that follow repeatable.", Call: seed},
		},
	}
}

func from(c *script.Call) *rand.Rand { return c.State().(*source).Rand }

func randint(c *script.Call) (any, error) {
	var lo, hi int64
	if err := c.Unpack(&lo, &hi); err != nil {
		return nil, err
	}
	if hi < lo {
		return nil, script.Raise("ValueError", "empty range: from %d to %d", lo, hi)
	}
	return lo + int64(from(c).Uint64N(uint64(hi-lo)+1)), nil
}

func randrange(c *script.Call) (any, error) {
	var lo, hi int64
	step := int64(1)
	if err := c.Unpack(&lo, &hi, &step); err != nil {
		return nil, err
	}
	if !c.Given(1) {
		lo, hi = 0, lo
	}
	if step == 0 {
		return nil, script.Raise("ValueError", "the step is zero")
	}
	n := (hi - lo + step - sign(step)) / step
	if n <= 0 {
		return nil, script.Raise("ValueError", "empty range")
	}
	return lo + step*from(c).Int64N(n), nil
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

func getrandbits(c *script.Call) (any, error) {
	var k int
	if err := c.Unpack(&k); err != nil {
		return nil, err
	}
	if k < 0 || k > 32 {
		return nil, script.Raise("ValueError", "bits must be 32 or less")
	}
	return from(c).Uint64() & (1<<k - 1), nil
}

func uniform(c *script.Call) (any, error) {
	var lo, hi float64
	if err := c.Unpack(&lo, &hi); err != nil {
		return nil, err
	}
	return lo + (hi-lo)*from(c).Float64(), nil
}

func choice(c *script.Call) (any, error) {
	seq, ok := c.Args[0].(starlark.Indexable)
	if !ok {
		return nil, script.Raise("TypeError", "'%s' object is no sequence", object.TypeName(c.Args[0]))
	}
	if seq.Len() == 0 {
		return nil, script.Raise("IndexError", "the sequence is empty")
	}
	return seq.Index(from(c).IntN(seq.Len())), nil
}

func seed(c *script.Call) (any, error) {
	n := new(big.Int)
	if c.Given(0) {
		i, ok := object.AsInt(c.Args[0])
		if !ok {
			return nil, script.Raise("TypeError", "the seed is an int")
		}
		n = i.BigInt()
	}
	s := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)).Uint64()
	c.State().(*source).Rand = rand.New(rand.NewPCG(s, s))
	return nil, nil
}
