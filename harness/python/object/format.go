package object

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// spec is a parsed format specification: [[fill]align][sign][#][0][width][grouping][.precision][type].
type spec struct {
	fill      rune
	align     byte // one of < > = ^, 0 for the type's own
	sign      byte // one of + - and space
	alt       bool
	width     int
	group     byte // ',' or '_'
	precision int  // -1 for none
	typ       byte // 0 for none
	at        int  // where the conversion of the operator % stands in the template
	percent   bool // of the operator %, where a precision is the least number of digits
	zero      bool // the alignment is that of a leading 0
}

// maxWidth is the widest field that is formatted.
const maxWidth = 1 << 24

func parseSpec(s string) (spec, error) {
	f := spec{fill: ' ', precision: -1, sign: '-'}
	r := []rune(s)
	if len(r) >= 2 && strings.ContainsRune("<>=^", r[1]) {
		f.fill, f.align, r = r[0], byte(r[1]), r[2:]
	} else if len(r) >= 1 && strings.ContainsRune("<>=^", r[0]) {
		f.align, r = byte(r[0]), r[1:]
	}
	rest := string(r)
	if rest != "" && strings.IndexByte("+- ", rest[0]) >= 0 {
		f.sign, rest = rest[0], rest[1:]
	}
	if strings.HasPrefix(rest, "#") {
		f.alt, rest = true, rest[1:]
	}
	if strings.HasPrefix(rest, "0") {
		if f.align == 0 {
			f.fill, f.align, f.zero = '0', '=', true
		} else if f.fill == ' ' {
			f.fill = '0'
		}
		rest = rest[1:]
	}
	var err error
	if f.width, rest, err = leadingInt(rest); err != nil {
		return f, err
	}
	if rest != "" && (rest[0] == ',' || rest[0] == '_') {
		f.group, rest = rest[0], rest[1:]
	}
	if strings.HasPrefix(rest, ".") {
		before := rest[1:]
		if f.precision, rest, err = leadingInt(before); err != nil {
			return f, err
		}
		if rest == before {
			return f, Errorf("ValueError", "format specifier missing precision")
		}
	}
	if len(rest) > 1 {
		return f, Errorf("ValueError", "invalid format specifier")
	}
	if !strings.Contains("bcdeEfFgGnosxX%", rest) {
		return f, Errorf("ValueError", "invalid format specifier")
	}
	if rest != "" {
		f.typ = rest[0]
	}
	return f, nil
}

func leadingInt(s string) (n int, rest string, err error) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 {
		return 0, s, nil
	}
	n, err = strconv.Atoi(s[:i])
	if err != nil || n > maxWidth {
		return 0, s, Errorf("ValueError", "too many decimal digits in format string")
	}
	return n, s[i:], nil
}

// formatValue is format(v, s).
func formatValue(v starlark.Value, s string) (string, error) {
	if inst, ok := v.(*Instance); ok {
		if m := inst.Lookup("__format__"); m != nil {
			return inst.callText(m, NewStr(s))
		}
	}
	if s == "" {
		return TryStr(v)
	}
	f, err := parseSpec(s)
	if err != nil {
		return "", err
	}
	switch x := v.(type) {
	case boolean, starlark.Bool:
		return f.number(number(v))
	case starlark.Int, starlark.Float:
		return f.number(x)
	}
	if inst, ok := v.(*Instance); ok && inst.native != nil {
		return formatValue(inst.native, s)
	}
	return f.noNumber(v)
}

// noNumber formats what is no number: a str, or bytes as one.
func (f spec) noNumber(v starlark.Value) (string, error) {
	f.fixZero()
	switch {
	case f.align == '=':
		return "", Errorf("ValueError", "'=' alignment not allowed in string format specifier")
	case f.typ != 0 && f.typ != 's':
		return "", Errorf("ValueError", "unknown format code '%c' for object of type '%s'", f.typ, TypeName(v))
	}
	if s, ok := strOf(v); ok {
		return f.text(s)
	}
	if b, ok := v.(*Bytes); ok {
		return f.text(NewStr(string(b.b)))
	}
	return toStr(v)
}

func (f spec) text(s *Str) (string, error) {
	if f.sign != '-' && f.typ == 's' {
		return "", Errorf("ValueError", "sign not allowed in string format specifier")
	}
	if f.precision >= 0 && f.precision < s.Len() {
		s = s.Slice(0, f.precision, 1).(*Str)
	}
	return f.pad(s.s, '<'), nil
}

// fixZero has a leading 0 mean no more than the fill, for what is no number.
func (f *spec) fixZero() {
	if f.zero {
		f.align = 0
	}
}

// pad fills text up to the width; def is the alignment when none was given.
func (f spec) pad(text string, def byte) string {
	space := f.width - len(text) // in bytes, as MicroPython counts
	if space <= 0 {
		return text
	}
	align := f.align
	if align == 0 {
		align = def
	}
	fill := func(n int) string { return strings.Repeat(string(f.fill), n) }
	switch align {
	case '<':
		return text + fill(space)
	case '^':
		return fill(space/2) + text + fill(space-space/2)
	case '=':
		sign, digits := splitSign(text)
		return sign + fill(space) + digits
	}
	return fill(space) + text
}

// splitSign cuts off a sign and a base prefix, between which and the digits '=' pads.
func splitSign(text string) (sign, digits string) {
	i := 0
	if i < len(text) && strings.IndexByte("+- ", text[i]) >= 0 {
		i++
	}
	if len(text) > i+1 && text[i] == '0' && strings.IndexByte("xXob", text[i+1]) >= 0 {
		i += 2
	}
	return text[:i], text[i:]
}

func (f spec) number(v starlark.Value) (string, error) {
	i, isInt := v.(starlark.Int)
	switch f.typ {
	case 0, 'd', 'n', 'b', 'o', 'x', 'X', 'c':
		if isInt {
			return f.int(i)
		}
		if f.typ != 0 && f.typ != 'n' {
			return "", Errorf("ValueError", "unknown format code '%c' for object of type 'float'", f.typ)
		}
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
	case 's':
		return "", Errorf("ValueError", "unknown format code 's' for object of type '%s'", TypeName(v))
	}
	x, err := toFloat(v)
	if err != nil {
		return "", err
	}
	return f.float(x)
}

func (f spec) int(i starlark.Int) (string, error) {
	if f.precision >= 0 && !f.percent && f.typ != 0 {
		return "", Errorf("ValueError", "precision not allowed in integer format specifier")
	}
	if f.typ == 'c' {
		if f.sign != '-' {
			return "", Errorf("ValueError", "sign not allowed with integer format specifier 'c'")
		}
		n, ok := i.Int64()
		if !ok || n < 0 || n > 0x10ffff {
			return "", Errorf("OverflowError", "%%c arg not in range(0x110000)")
		}
		f.fixZero()
		return f.pad(string(rune(n)), '>'), nil
	}
	base, prefix := 10, ""
	switch f.typ {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	}
	digits := intText(i, base)
	negative := strings.HasPrefix(digits, "-")
	digits = strings.TrimPrefix(digits, "-")
	if f.typ == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !f.alt {
		prefix = ""
	}
	if n := f.precision - len(digits); n > 0 && f.percent {
		digits = strings.Repeat("0", n) + digits
	}
	every := 3
	if base != 10 {
		every = 4
	}
	return f.finish(negative, prefix, digits, "", every), nil
}

// intText is an int in a base.
func intText(i starlark.Int, base int) string {
	if n, small := i.Int64(); small {
		return strconv.FormatInt(n, base)
	}
	return i.BigInt().Text(base)
}

// finish puts sign, prefix, grouped digits and the rest of a number together and pads them.
func (f spec) finish(negative bool, prefix, digits, tail string, every int) string {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case f.sign != '-':
		sign = string(f.sign)
	}
	if f.group != 0 {
		least := 0
		if f.fill == '0' && f.align == '=' {
			least = f.width - len(sign) - len(prefix) - len(tail)
		}
		digits = grouped(digits, f.group, every, least)
	}
	return f.pad(sign+prefix+digits+tail, '>')
}

// grouped puts sep between groups of digits; zeros go in front until it is least wide.
func grouped(digits string, sep byte, every, least int) string {
	var out []byte
	for n := 0; ; n++ {
		i := len(digits) - 1 - n
		if i < 0 && len(out) >= least {
			break
		}
		if n > 0 && n%every == 0 {
			out = append(out, sep)
		}
		if i >= 0 {
			out = append(out, digits[i])
		} else {
			out = append(out, '0')
		}
	}
	slices.Reverse(out)
	return string(out)
}

func (f spec) float(x float64) (string, error) {
	negative := math.Signbit(x) && !math.IsNaN(x)
	x = math.Abs(x)
	if math.IsInf(x, 0) || math.IsNaN(x) {
		text := "inf"
		if math.IsNaN(x) {
			text = "nan"
		}
		if f.typ == 'E' || f.typ == 'F' || f.typ == 'G' {
			text = strings.ToUpper(text)
		}
		return f.finish(negative, "", text, "", 3), nil
	}
	digits, tail := f.floatDigits(x)
	return f.finish(negative, "", digits, tail, 3), nil
}

// floatDigits splits a number into its integer digits and what follows them.
func (f spec) floatDigits(x float64) (digits, tail string) {
	precision := f.precision
	if precision < 0 && f.typ != 0 {
		precision = 6
	}
	var s string
	switch f.typ {
	case 'e', 'E':
		s = rounded(x, 'e', min(precision, floatRoom-7))
	case 'f', 'F':
		s = fixed(x, precision)
	case '%':
		s = fixed(x*100, precision) + "%"
	case 'g', 'G', 'n':
		s = general(x, precision, f.alt)
	default: // as MicroPython does, which has no shortest form here
		if precision < 0 {
			precision = 6
		}
		s = general(x, precision, false)
	}
	if f.typ == 'E' || f.typ == 'G' {
		s = strings.ToUpper(s)
	}
	if i := strings.IndexAny(s, ".eE%"); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// floatRoom is how many characters MicroPython has for a float.
const floatRoom = 31

// fixed is C's %f. What does not fit has fewer digits behind the point, or is as %g has it.
func fixed(x float64, precision int) string {
	if math.IsInf(x, 0) { // of a percentage
		return "inf"
	}
	whole := len(rounded(x, 'f', 0))
	if precision > 0 {
		precision = min(precision, floatRoom-2)
	}
	switch {
	case whole-1+precision > floatRoom && whole > precision:
		return scientific(x, precision, false)
	case whole-1+precision > floatRoom:
		return general(x, precision, false)
	case whole+1+precision > floatRoom:
		precision = max(0, floatRoom-1-whole)
	}
	return rounded(x, 'f', precision)
}

// exactDigits is how many digits MicroPython finds of a number; where more are wanted it takes those that
// tell the number from its neighbours, and zeros behind them.
const exactDigits = 15

// rounded is strconv.FormatFloat with halves rounded away from zero, as MicroPython does.
func rounded(x float64, format byte, precision int) string {
	wanted := precision + 1
	shortest := strconv.FormatFloat(x, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(shortest, "e")
	if exp, err := strconv.Atoi(exponent); err == nil && format == 'f' {
		wanted += exp
	}
	if digits := strings.Replace(mantissa, ".", "", 1); wanted > exactDigits && len(digits) <= wanted {
		return zeroFilled(digits, exponent, format, precision)
	}
	const more = 25 // digits, behind which no half has others than 0
	exact := strconv.FormatFloat(x, format, precision+more, 64)
	mantissa, _, _ = strings.Cut(exact, "e")
	if dot := strings.IndexByte(mantissa, '.'); dot >= 0 && strings.TrimRight(mantissa[dot+1+precision:], "0") == "5" {
		x = math.Nextafter(x, math.Copysign(math.Inf(1), x))
	}
	return strconv.FormatFloat(x, format, precision, 64)
}

// zeroFilled is a number of the given decimal digits, the first of which stands in front of the point, with
// zeros behind them.
func zeroFilled(digits, exponent string, format byte, precision int) string {
	fill := func(s string, n int) string { return s + strings.Repeat("0", max(0, n-len(s))) }
	dotted := func(whole, part string) string {
		if precision == 0 {
			return whole
		}
		return whole + "." + fill(part, precision)
	}
	if format == 'e' {
		return dotted(digits[:1], digits[1:]) + "e" + exponent
	}
	exp, err := strconv.Atoi(exponent)
	if err != nil {
		return digits
	}
	if exp < 0 {
		return dotted("0", strings.Repeat("0", -exp-1)+digits)
	}
	digits = fill(digits, exp+1)
	return dotted(digits[:exp+1], digits[exp+1:])
}

// general is C's %g.
func general(x float64, precision int, keepZeros bool) string {
	if precision == 0 {
		precision = 1
	}
	e := rounded(x, 'e', precision-1)
	exp, err := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if err != nil {
		return e
	}
	if exp < -4 || exp >= precision {
		return scientific(x, precision-1, keepZeros)
	}
	s := rounded(x, 'f', precision-1-exp)
	if keepZeros {
		return s
	}
	return trimZeros(s)
}

// scientific is C's %e.
func scientific(x float64, precision int, keepZeros bool) string {
	mantissa, tail, _ := strings.Cut(rounded(x, 'e', precision), "e")
	if !keepZeros {
		mantissa = trimZeros(mantissa)
	}
	return mantissa + "e" + tail
}

func trimZeros(s string) string {
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
