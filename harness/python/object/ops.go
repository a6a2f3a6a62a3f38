package object

import (
	"math"
	"math/big"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// length is len(v).
func Length(v starlark.Value) (int, error) {
	if n, has, err := CallSpecial(v, "__len__"); err != nil {
		return 0, err
	} else if has {
		return ToInt(n)
	}
	native := Native(v)
	if _, plain := native.(*Instance); !plain {
		if n := starlark.Len(native); n >= 0 {
			return n, nil
		}
	}
	return 0, Errorf("TypeError", "object of type '%s' has no len()", TypeName(v))
}

// getItem is v[k].
func GetItem(v, k starlark.Value) (starlark.Value, error) {
	switch x := v.(type) {
	case starlark.Mapping:
		r, found, err := x.Get(k)
		if err == nil && !found {
			err = KeyError(k)
		}
		return r, err
	case starlark.Indexable:
		if s, ok := k.(*sliceValue); ok {
			return SliceOf(v, s.lo, s.hi, s.step)
		}
		i, err := itemIndex(v, k, x.Len())
		if err != nil {
			return nil, err
		}
		return x.Index(i), nil
	}
	return nil, Errorf("TypeError", "'%s' object isn't subscriptable", TypeName(v))
}

// itemIndex is the position that k means in a sequence of n.
func itemIndex(v, k starlark.Value, n int) (int, error) {
	i, err := ToInt(k)
	if inst, ok := k.(*Instance); ok && err != nil && inst.Lookup("__index__") != nil {
		return 0, err
	}
	if err != nil {
		return 0, Errorf("TypeError", "%s indices must be integers, not %s", TypeName(v), TypeName(k))
	}
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return 0, Errorf("IndexError", "%s index out of range", TypeName(v))
	}
	return i, nil
}

// setItem is v[k] = w.
func SetItem(v, k, w starlark.Value) error {
	switch x := v.(type) {
	case starlark.HasSetKey:
		return x.SetKey(k, w)
	case starlark.HasSetIndex:
		if s, ok := k.(*sliceValue); ok {
			return SetSlice(v, s.lo, s.hi, s.step, w)
		}
		i, err := itemIndex(v, k, x.Len())
		if err != nil {
			return err
		}
		return x.SetIndex(i, w)
	}
	return Errorf("TypeError", "'%s' object doesn't support item assignment", TypeName(v))
}

// HasDelKey is a mapping whose entries can be deleted.
type HasDelKey interface {
	starlark.Mapping
	// DelKey is del v[k]; a KeyError is its error for a key that is not there.
	DelKey(k starlark.Value) error
}

// delItem is del v[k].
func DelItem(v, k starlark.Value) error {
	switch x := v.(type) {
	case HasDelKey:
		return x.DelKey(k)
	case *starlark.List, *Bytearray, *Array:
		if s, ok := k.(*sliceValue); ok {
			return SetSlice(v, s.lo, s.hi, s.step, nil)
		}
		n, err := Length(v)
		if err != nil {
			return err
		}
		i, err := itemIndex(v, k, n)
		if err != nil {
			return err
		}
		return SetSlice(v, starlark.MakeInt(i), starlark.MakeInt(i+1), starlark.None, nil)
	}
	return Errorf("TypeError", "'%s' object doesn't support item deletion", TypeName(v))
}

// contains is x in v.
func contains(v, x starlark.Value) (bool, error) {
	switch c := v.(type) {
	case *Instance:
		if fn := c.Lookup("__contains__"); fn != nil {
			r, err := c.call(fn, x)
			return err == nil && Truth(r), err
		}
		if c.Lookup("__iter__") == nil && c.native != nil {
			return contains(c.native, x)
		}
	case *Dict:
		_, found, err := c.find(x)
		return found, err
	case starlark.HasBinary:
		r, err := c.Binary(syntax.IN, x, starlark.Right)
		if err != nil {
			return false, err
		}
		if r != nil {
			return Truth(r), nil
		}
	}
	return some(v, func(e starlark.Value) (bool, error) { return equal(e, x) })
}

// same is identity.
func Same(x, y starlark.Value) bool {
	switch a := x.(type) {
	case starlark.Tuple:
		b, ok := y.(starlark.Tuple)
		return ok && len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
	case boolean, starlark.Bool:
		p, _ := AsBool(x)
		q, ok := AsBool(y)
		return ok && p == q
	case *Str:
		b, ok := y.(*Str)
		return ok && a.s == b.s
	case *Bytes:
		b, ok := y.(*Bytes)
		return ok && (a == b || len(a.b) == 0 && len(b.b) == 0)
	case *boundMethod:
		b, ok := y.(*boundMethod)
		return ok && a == b
	case starlark.Int:
		b, ok := y.(starlark.Int)
		if !ok {
			return false
		}
		return a == b || a.BigInt().Cmp(b.BigInt()) == 0
	}
	if _, isTuple := y.(starlark.Tuple); isTuple {
		return false
	}
	return x == y
}

// power is x ** y.
func power(x, y starlark.Value) (starlark.Value, error) {
	if v, err := byInstances("pow", x, y); v != nil || err != nil {
		return v, err
	}
	base, exponent := number(Native(x)), number(Native(y))
	for _, v := range []starlark.Value{base, exponent} {
		if _, ok := v.(Complex); ok {
			return toThePower(base, exponent)
		}
	}
	a, aInt := base.(starlark.Int)
	b, bInt := exponent.(starlark.Int)
	if aInt && bInt && b.Sign() >= 0 {
		return intPower(a.BigInt(), b.BigInt())
	}
	f, err1 := toFloat(x)
	g, err2 := toFloat(y)
	if err1 != nil || err2 != nil {
		return nil, noOperator("pow", x, y)
	}
	if f == 0 && g < 0 && !math.IsInf(g, -1) {
		return nil, Errorf("ZeroDivisionError", "divide by zero")
	}
	if f < 0 && !math.IsInf(f, -1) && g != math.Trunc(g) && !math.IsNaN(g) {
		return complexPower(complex(f, 0), complex(g, 0))
	}
	return starlark.Float(math.Pow(f, g)), nil
}

// toThePower is x ** y of which one is a complex.
func toThePower(x, y starlark.Value) (starlark.Value, error) {
	a, err1 := ToComplex(x)
	b, err2 := ToComplex(y)
	if err1 != nil || err2 != nil {
		return nil, noOperator("pow", x, y)
	}
	return complexPower(a, b)
}

// floorDiv is x // y.
func floorDiv(x, y starlark.Value) (starlark.Value, error) {
	if f, g, ok := floats(x, y); ok {
		q, _ := floatDivMod(f, g)
		return starlark.Float(q), nil
	}
	return starlark.Binary(syntax.SLASHSLASH, x, y)
}

// modulo is x % y.
func modulo(x, y starlark.Value) (starlark.Value, error) {
	if f, g, ok := floats(x, y); ok {
		_, r := floatDivMod(f, g)
		return starlark.Float(r), nil
	}
	return starlark.Binary(syntax.PERCENT, x, y)
}

// floats are two numbers of which one is a float and the second is not 0.
func floats(x, y starlark.Value) (f, g float64, ok bool) {
	a, aFloat := x.(starlark.Float)
	b, bFloat := y.(starlark.Float)
	if !aFloat && !bFloat {
		return 0, 0, false
	}
	f, g = float64(a), float64(b)
	var err1, err2 error
	if !aFloat {
		f, err1 = toFloat(x)
	}
	if !bFloat {
		g, err2 = toFloat(y)
	}
	return f, g, err1 == nil && err2 == nil && g != 0
}

// floatDivMod is the quotient, rounded down, and the rest, which has the sign of y. Starlark rounds the
// quotient itself, which is one too much where the division had rounded it up: 1.0 // 0.1 is 9.0; and its
// zeros have other signs.
func floatDivMod(x, y float64) (quotient, rest float64) {
	rest = math.Mod(x, y)
	quotient = (x - rest) / y
	switch {
	case rest == 0:
		rest = math.Copysign(0, y)
	case (rest < 0) != (y < 0):
		rest += y
		quotient--
	}
	if quotient == 0 {
		return math.Copysign(0, x/y), rest
	}
	whole := math.Floor(quotient)
	if quotient-whole > 0.5 {
		whole++
	}
	return whole, rest
}

func intPower(a, b *big.Int) (starlark.Value, error) {
	if a.BitLen() > 1 && (!b.IsInt64() || b.Int64() > maxBits/int64(a.BitLen())) {
		return nil, Errorf("MemoryError", "memory allocation failed, an int of that size is not made")
	}
	return starlark.MakeBigInt(new(big.Int).Exp(a, b, nil)), nil
}

// shift is x << y or x >> y with counts that Starlark refuses.
func shift(op syntax.Token, x, y starlark.Value) (starlark.Value, error) {
	if i, ok := x.(*Instance); ok {
		return i.Binary(op, y, starlark.Left)
	}
	a, aInt := number(x).(starlark.Int)
	b, bInt := number(y).(starlark.Int)
	if !aInt || !bInt {
		if i, ok := y.(*Instance); ok && aInt { // Starlark refuses any y that is no int
			if v, err := i.Binary(op, x, starlark.Right); v != nil || err != nil {
				return v, err
			}
		}
		return starlark.Binary(op, x, y)
	}
	if b.Sign() < 0 {
		return nil, Errorf("ValueError", "negative shift count")
	}
	n, ok := b.Int64()
	if op == syntax.GTGT {
		if !ok || n > maxBits {
			n = maxBits
		}
		return starlark.MakeBigInt(new(big.Int).Rsh(a.BigInt(), uint(n))), nil
	}
	if a.Sign() != 0 && (!ok || n > maxBits) {
		return nil, Errorf("MemoryError", "memory allocation failed, an int of that size is not made")
	}
	return starlark.MakeBigInt(new(big.Int).Lsh(a.BigInt(), uint(n))), nil
}
