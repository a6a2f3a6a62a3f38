package urandom

// yasmarang is the generator of MicroPython's module random, by Ilya Levin, in the public domain: the
// same seed gives the same numbers as on a module.
type yasmarang struct {
	pad, n, d uint32
	dat       uint8
}

func seeded(seed uint32) *yasmarang { return &yasmarang{pad: seed, n: 69, d: 233} }

// next is the next 32 bits.
func (y *yasmarang) next() uint32 {
	y.pad += uint32(y.dat) + y.d*y.n
	y.pad = y.pad<<3 + y.pad>>29
	y.n = y.pad | 2
	y.d ^= y.pad<<31 + y.pad>>1
	y.dat ^= uint8(y.pad) ^ uint8(y.d>>8) ^ 1
	return y.pad ^ y.d<<5 ^ y.pad>>18 ^ uint32(y.dat)<<1
}

// below is a number from 0 to below n, for ranges beyond 32 bits of two draws.
func (y *yasmarang) below(n uint64) uint64 {
	mask := uint64(1)
	for n&mask < n {
		mask = mask<<1 | 1
	}
	for {
		r := uint64(y.next())
		if n > 1<<32-1 {
			r |= uint64(y.next()) << 32
		}
		if r &= mask; r < n {
			return r
		}
	}
}

// float is a number from 0 to below 1 with 52 random bits, of which the upper 20 come first.
func (y *yasmarang) float() float64 {
	high := uint64(y.next()) & (1<<20 - 1)
	return float64(high<<32|uint64(y.next())) / (1 << 52)
}
