// Package urandom is the script module urandom, also called random. Numbers are repeatable with the
// --seed of a run; from seed(n) on they are those of MicroPython.
package urandom

import (
	"math/big"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// source is where one interpreter's numbers come from.
type source struct{ *yasmarang }

// Module is the table of urandom.
func Module() *script.Module {
	return &script.Module{
		Name: "urandom", Aliases: []string{"random"}, Doc: "Random numbers.",
		New: func(in *script.Interp) (any, error) { return &source{seeded(in.Rand().Uint32())}, nil },
		Funcs: []script.Func{
			{Name: "random", Params: "/", Doc: "A float from 0 to below 1.", Call: func(c *script.Call) (any, error) { return from(c).float(), nil }},
			{Name: "randint", Params: "start, end, /", Doc: "An int from start to end, both included.", Call: randint},
			{Name: "randrange", Params: "start, end=0, step=1, /", Doc: "An int of range(start, end, step).", Call: randrange},
			{Name: "getrandbits", Params: "k, /", Doc: "An int of k bits, at most 32.", Call: getrandbits},
			{Name: "uniform", Params: "start, end, /", Doc: "A float from start to end.", Call: uniform},
			{Name: "choice", Params: "obj, /", Doc: "An element of a sequence.", Call: choice},
			{Name: "seed", Params: "sed=None, /", Doc: "Makes the numbers that follow repeatable.", Call: seed},
		},
	}
}

func from(c *script.Call) *yasmarang { return c.State().(*source).yasmarang }

func errEmpty() error { return script.RaiseArgs("ValueError", nil) }

func randint(c *script.Call) (any, error) {
	var lo, hi int64
	if err := c.Unpack(&lo, &hi); err != nil {
		return nil, err
	}
	if hi < lo {
		return nil, errEmpty()
	}
	n := uint64(hi-lo) + 1
	if n == 0 {
		return nil, script.Raise("OverflowError", "the range is too large")
	}
	return lo + int64(from(c).below(n)), nil
}

func randrange(c *script.Call) (any, error) {
	var lo, hi int64
	step := int64(1)
	if err := c.Unpack(&lo, &hi, &step); err != nil {
		return nil, err
	}
	if c.Args[1] == nil {
		lo, hi = 0, lo
	}
	n := count(lo, hi, step)
	if n == 0 {
		return nil, errEmpty()
	}
	return lo + step*int64(from(c).below(n)), nil
}

// count is how many numbers range(lo, hi, step) has.
func count(lo, hi, step int64) uint64 {
	switch {
	case step > 0 && lo < hi:
		return (uint64(hi-lo)-1)/uint64(step) + 1
	case step < 0 && lo > hi:
		return (uint64(lo-hi)-1)/uint64(-step) + 1
	}
	return 0
}

func getrandbits(c *script.Call) (any, error) {
	var k int
	if err := c.Unpack(&k); err != nil {
		return nil, err
	}
	switch {
	case k < 0 || k > 32:
		return nil, script.Raise("ValueError", "bits must be 32 or less")
	case k == 0:
		return 0, nil // and no number is drawn
	}
	return from(c).next() & (1<<k - 1), nil
}

func uniform(c *script.Call) (any, error) {
	var lo, hi float64
	if err := c.Unpack(&lo, &hi); err != nil {
		return nil, err
	}
	return lo + (hi-lo)*from(c).float(), nil
}

// choice asks for the length and an element as a script would.
func choice(c *script.Call) (any, error) {
	n, err := object.Length(c.Args[0])
	if err != nil {
		return nil, err
	}
	if n <= 0 {
		return nil, script.RaiseArgs("IndexError", nil)
	}
	return element(object.GetItem(c.Args[0], starlark.MakeUint64(from(c).below(uint64(n)))))
}

// element keeps a nil value from becoming a value that is nil.
func element(v starlark.Value, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func seed(c *script.Call) (any, error) {
	s := c.State().(*source)
	if !c.Given(0) {
		s.yasmarang = seeded(c.Interp.Rand().Uint32())
		return nil, nil
	}
	n, ok := object.AsInt(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "can't convert %s to int", object.TypeName(c.Args[0]))
	}
	low := new(big.Int).And(n.BigInt(), big.NewInt(1<<32-1))
	s.yasmarang = seeded(uint32(low.Uint64()))
	return nil, nil
}
