package ustruct

import "math"

// halfValue is the value of a float of 16 bits (IEEE 754 binary16).
func halfValue(h uint16) float64 {
	sign, exp, frac := float64(1), int(h>>10&0x1f), float64(h&0x3ff)
	if h>>15 == 1 {
		sign = -1
	}
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// halfBits is a float in 16 bits, rounded to the nearest, ties to even.
func halfBits(x float64) uint16 {
	sign := uint16(math.Float64bits(x) >> 48 & 0x8000)
	switch a := math.Abs(x); {
	case math.IsNaN(x):
		return sign | 0x7e00
	case a >= 65520:
		return sign | 0x7c00
	case a < math.Ldexp(1, -14):
		return sign | uint16(math.RoundToEven(math.Ldexp(a, 24)))
	default:
		frac, exp := math.Frexp(a)
		// frac is in [0.5, 1): 11 bits with the leading one. A carry goes into the exponent.
		return sign | uint16(int(math.RoundToEven(math.Ldexp(frac, 11)))-1024+(exp+14)<<10)
	}
}
