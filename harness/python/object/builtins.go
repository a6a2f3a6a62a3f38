package object

import (
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// builtin is a builtin function.
type builtin struct {
	min, max int
	kw       bool
	fn       func(a *args) (starlark.Value, error)
}

// ofOne are the builtin functions that scripts call most with one argument, as that needs no
// look at the arguments (BenchmarkSpeed/builtin, join).
var ofOne = map[string]func(x starlark.Value) (starlark.Value, error){
	"len": func(x starlark.Value) (starlark.Value, error) {
		n, err := length(x)
		return starlark.MakeInt(n), err
	},
	"repr": reprValue,
}

func (rt *Runtime) makeBuiltins() map[string]starlark.Value {
	all := map[string]starlark.Value{
		"NotImplemented": NotImplemented, "Ellipsis": Ellipsis,
		"__debug__": False,
	}
	for name, c := range exceptionClasses {
		all[name] = c
	}
	for name, c := range valueTypes {
		if (c.made || c == objectClass) && !imported[name] {
			all[name] = c
		}
	}
	for _, table := range []map[string]builtin{rt.valueBuiltins(), rt.iterBuiltins(), rt.objectBuiltins(), rt.codeBuiltins()} {
		for name, b := range table {
			one := ofOne[name]
			all[name] = starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, pos starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
				if one != nil && len(pos) == 1 && len(kw) == 0 {
					return one(pos[0])
				}
				a := &args{thread: t, name: name, pos: pos, kw: kw}
				if err := a.check(b.min, b.max, b.kw); err != nil {
					return nil, err
				}
				return b.fn(a)
			})
		}
	}
	return all
}

func (rt *Runtime) valueBuiltins() map[string]builtin {
	return map[string]builtin{
		"abs":    {1, 1, false, builtinAbs},
		"ascii":  {1, 1, false, func(a *args) (starlark.Value, error) { return reprValue(a.pos[0]) }},
		"bin":    {1, 1, false, based(2, "0b")},
		"oct":    {1, 1, false, based(8, "0o")},
		"hex":    {1, 1, false, based(16, "0x")},
		"chr":    {1, 1, false, builtinChr},
		"ord":    {1, 1, false, builtinOrd},
		"divmod": {2, 2, false, builtinDivmod},
		"format": {1, 2, false, builtinFormat},
		"hash":   {1, 1, false, builtinHash},
		"len":    {1, 1, false, func(a *args) (starlark.Value, error) { return ofOne["len"](a.pos[0]) }},
		"pow":    {2, 3, false, builtinPow},
		"print":  {0, -1, true, rt.print},
		"repr":   {1, 1, false, func(a *args) (starlark.Value, error) { return reprValue(a.pos[0]) }},
		"round":  {1, 2, false, builtinRound},
		"input":  {0, 1, false, rt.input},
	}
}

// print writes one line at once, so that threads do not mix within it.
func (rt *Runtime) print(a *args) (starlark.Value, error) {
	if err := a.only("sep", "end", "file", "flush"); err != nil {
		return nil, err
	}
	sep, end := " ", "\n"
	for name, to := range map[string]*string{"sep": &sep, "end": &end} {
		if v := a.named(len(a.pos), name); v != nil && v != starlark.None {
			s, ok := strOf(v)
			if !ok {
				return nil, newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
			}
			*to = s.s
		}
	}
	if file := a.named(len(a.pos), "file"); file != nil && file != starlark.None {
		return starlark.None, printTo(a, file, sep, end)
	}
	var b strings.Builder
	for i, v := range a.pos {
		if i > 0 {
			b.WriteString(sep)
		}
		text, err := strText(v)
		if err != nil {
			return nil, err
		}
		if err := roomFor(b.Len() + len(text)); err != nil {
			return nil, err
		}
		b.WriteString(text)
	}
	b.WriteString(end)
	if _, err := io.WriteString(rt.opts.Stdout, b.String()); err != nil {
		return nil, &Error{Class: "OSError", Args: []starlark.Value{NewStr("standard output: " + err.Error())}, Cause: err}
	}
	return starlark.None, nil
}

// printTo prints to a stream of the script, piece by piece as MicroPython does.
func printTo(a *args, file starlark.Value, sep, end string) error {
	own := false // a stream of the script's takes bytes, and is one only by its base
	if i, ok := file.(*Instance); ok {
		if i.native == nil {
			return newError("OSError", "stream operation not supported")
		}
		own = i.lookup("write") != nil
	}
	write := func(s string) error {
		var data starlark.Value = NewStr(s)
		if own {
			data = NewBytearray([]byte(s))
		}
		_, err := callMethod(a.thread, file, "write", data)
		return err
	}
	for i, v := range a.pos {
		if i > 0 {
			if err := write(sep); err != nil {
				return err
			}
		}
		text, err := strText(v)
		if err != nil {
			return err
		}
		if err := write(text); err != nil {
			return err
		}
	}
	return write(end)
}

func (rt *Runtime) input(a *args) (starlark.Value, error) {
	prompt := ""
	if v := a.at(0); v != nil {
		prompt = StrOf(v)
	}
	if rt.opts.Input == nil {
		return nil, newError("EOFError", "")
	}
	line, err := rt.opts.Input(prompt)
	if err == io.EOF {
		return nil, newError("EOFError", "")
	}
	return NewStr(line), err
}

func builtinAbs(a *args) (starlark.Value, error) {
	switch v := number(nativeOf(a.pos[0])).(type) {
	case starlark.Int:
		if v.Sign() < 0 {
			return starlark.Unary(syntax.MINUS, v)
		}
		return v, nil
	case starlark.Float:
		if v < 0 || v == 0 {
			return starlark.Float(0 - v), nil
		}
		return v, nil
	case Complex:
		return starlark.Float(magnitude(complex128(v))), nil
	case *Instance:
		if fn := v.lookup("__abs__"); fn != nil {
			return v.call(fn)
		}
	}
	return nil, newError("TypeError", "unsupported type for __abs__: '%s'", TypeName(a.pos[0]))
}

func based(base int, prefix string) func(a *args) (starlark.Value, error) {
	return func(a *args) (starlark.Value, error) {
		n, ok := AsInt(a.pos[0])
		if !ok {
			i, err := toInt(a.pos[0])
			if err != nil {
				return nil, err
			}
			n = starlark.MakeInt(i)
		}
		text := n.BigInt().Text(base)
		if digits, negative := strings.CutPrefix(text, "-"); negative {
			return NewStr("-" + prefix + digits), nil
		}
		return NewStr(prefix + text), nil
	}
}

func builtinChr(a *args) (starlark.Value, error) {
	n, err := toInt(a.pos[0])
	if err != nil {
		return nil, err
	}
	if n < 0 || n > utf8.MaxRune {
		return nil, newError("ValueError", "chr() arg not in range(0x110000)")
	}
	return NewStr(string(rune(n))), nil
}

func builtinOrd(a *args) (starlark.Value, error) {
	if b, ok := bytesOf(a.pos[0]); ok && len(b) == 1 {
		return starlark.MakeInt(int(b[0])), nil
	}
	s, ok := strOf(a.pos[0])
	if n, isText := textLen(a.pos[0]); isText && n != 1 {
		return nil, newError("TypeError", "ord() expected a character, but string of length %d found", n)
	}
	if !ok {
		return nil, newError("TypeError", "can't convert '%s' object to str implicitly", TypeName(a.pos[0]))
	}
	r, _ := utf8.DecodeRuneInString(s.s)
	return starlark.MakeInt(int(r)), nil
}

// textLen is the length of a str or of what is like bytes.
func textLen(v starlark.Value) (n int, ok bool) {
	if s, ok := strOf(v); ok {
		return s.Len(), true
	}
	b, ok := bytesOf(v)
	return len(b), ok
}

func builtinDivmod(a *args) (starlark.Value, error) {
	x, y := number(a.pos[0]), number(a.pos[1])
	q, err := floorDiv(x, y)
	if err != nil {
		return nil, err
	}
	r, err := modulo(x, y)
	return starlark.Tuple{q, r}, err
}

func builtinFormat(a *args) (starlark.Value, error) {
	spec := ""
	if a.at(1) != nil {
		var err error
		if spec, err = a.str(1); err != nil {
			return nil, err
		}
	}
	s, err := formatValue(a.pos[0], spec)
	if err != nil {
		return nil, err
	}
	return NewStr(s), nil
}

func builtinHash(a *args) (starlark.Value, error) {
	if i, ok := a.pos[0].(*Instance); ok {
		if fn := i.lookup("__hash__"); fn != nil && fn != starlark.None {
			v, err := i.call(fn)
			if err != nil {
				return nil, err
			}
			n, ok := AsInt(v)
			if !ok {
				return nil, newError("TypeError", "__hash__ method should return an integer")
			}
			return n, nil
		}
	}
	v := number(a.pos[0])
	if f, ok := v.(starlark.Float); ok && float64(f) == math.Trunc(float64(f)) && math.Abs(float64(f)) < 1<<53 {
		v = starlark.MakeInt64(int64(f)) // which equals it
	}
	if n, ok := AsInt(v); ok {
		if _, small := n.Int64(); small {
			return n, nil
		}
	}
	if err := nestedKey(v, maxNative); err != nil {
		return nil, err
	}
	h, err := a.pos[0].Hash()
	return starlark.MakeUint64(uint64(h)), err
}

func builtinPow(a *args) (starlark.Value, error) {
	if a.at(2) == nil {
		return power(a.pos[0], a.pos[1])
	}
	x, ok1 := AsInt(a.pos[0])
	y, ok2 := AsInt(a.pos[1])
	m, ok3 := AsInt(a.pos[2])
	if !ok1 || !ok2 || !ok3 {
		return nil, newError("TypeError", "pow() with 3 arguments requires integers")
	}
	if m.Sign() == 0 || y.Sign() < 0 {
		return nil, newError("ValueError", "divide by zero")
	}
	b := x.BigInt()
	r, err := starlark.Binary(syntax.PERCENT, starlark.MakeBigInt(b.Exp(b, y.BigInt(), m.BigInt())), m)
	return r, err
}

func builtinRound(a *args) (starlark.Value, error) {
	digits, err := 0, error(nil)
	if v := a.at(1); v != nil {
		if digits, err = toInt(v); err != nil {
			return nil, err
		}
	}
	if n, ok := AsInt(a.pos[0]); ok {
		if digits >= 0 {
			return n, nil
		}
		return roundInt(n, digits), nil
	}
	f, err := toFloat(a.pos[0])
	if err != nil {
		return nil, err
	}
	if a.at(1) != nil { // as MicroPython does: 2.675 is 2.68, as 267.5 is no less when rounded
		unit := pow10(digits)
		return starlark.Float(math.RoundToEven(f*unit) / unit), nil
	}
	return makeInt(nil, &args{pos: starlark.Tuple{starlark.Float(math.RoundToEven(f))}})
}

// roundInt rounds an int to a power of ten, a half to the even one.
func roundInt(n starlark.Int, digits int) starlark.Int {
	b := n.BigInt()
	if -digits > len(b.Text(10)) {
		return starlark.MakeInt(0)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	whole, rest := new(big.Int).DivMod(b, unit, new(big.Int))
	half := rest.Lsh(rest, 1).Cmp(unit)
	if half > 0 || half == 0 && whole.Bit(0) == 1 {
		whole.Add(whole, big.NewInt(1))
	}
	return starlark.MakeBigInt(whole.Mul(whole, unit))
}

func pow10(n int) float64 {
	f, err := strconv.ParseFloat("1e"+strconv.Itoa(n), 64)
	if err != nil {
		return 0
	}
	return f
}
