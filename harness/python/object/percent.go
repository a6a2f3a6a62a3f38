package object

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// percenter carries out one template % values.
type percenter struct {
	values starlark.Tuple
	one    bool // values holds a single value that was no tuple
	bytes  bool // the template is bytes, so that bytes are text for %s
	used   int
	dict   starlark.Value
}

// percent is template % v; of bytes where isBytes says so.
func percent(template string, v starlark.Value, isBytes bool) (string, error) {
	v = tupleOf(v)
	p := &percenter{bytes: isBytes, values: starlark.Tuple{v}, one: true}
	if t, ok := v.(starlark.Tuple); ok {
		p.values, p.one = t, false
	} else if _, ok := v.(starlark.Mapping); ok {
		p.dict = v
	}
	out, err := p.format(template)
	if err == nil && p.used < len(p.values) && p.dict == nil {
		err = Errorf("TypeError", "format string didn't convert all arguments")
	}
	return out, err
}

func (p *percenter) format(template string) (string, error) {
	var out strings.Builder
	size := len(template)
	for {
		text, rest, found := strings.Cut(template, "%")
		if err := Write(&out, text); err != nil {
			return "", err
		}
		if !found {
			return out.String(), nil
		}
		if strings.HasPrefix(rest, "%") {
			out.WriteByte('%')
			template = rest[1:]
			continue
		}
		text, rest, err := p.field(rest, size-len(rest))
		if err != nil {
			return "", err
		}
		if err := Write(&out, text); err != nil {
			return "", err
		}
		template = rest
	}
}

// field formats one conversion, of which s begins behind the percent sign, at that place of the template.
func (p *percenter) field(s string, at int) (text, rest string, err error) {
	begin := s
	var v starlark.Value
	if s != "" && (s[0] == 's' || s[0] == 'd') { // nearly all that scripts format
		if v, err = p.take(); err != nil {
			return "", "", err
		}
		if text, ok := plainText(s[0], v); ok {
			return text, s[1:], nil
		}
	}
	if strings.HasPrefix(s, "(") {
		key, tail, ok := strings.Cut(s[1:], ")")
		if !ok {
			return "", "", Errorf("ValueError", "incomplete format key")
		}
		if p.dict == nil {
			return "", "", Errorf("TypeError", "format needs a dict")
		}
		if v, err = GetItem(p.dict, NewStr(key)); err != nil {
			return "", "", err
		}
		s, p.used = tail, len(p.values) // the dict is no value for a plain conversion any more
	}
	f := spec{fill: ' ', sign: '-', align: '>', precision: -1}
	if s, err = p.flags(&f, s); err != nil {
		return "", "", err
	}
	if s == "" {
		return "", "", Errorf("ValueError", "incomplete format")
	}
	f.typ, rest, f.at = s[0], s[1:], at+len(begin)-len(s)
	if v == nil {
		if v, err = p.take(); err != nil {
			return "", "", err
		}
	}
	if b, ok := bytesOf(v); ok && p.bytes && f.typ == 's' {
		v = NewStr(string(b))
	}
	text, err = percentValue(f, v)
	return text, rest, err
}

// plainText is what %s or %d gives for a str or a small int; not ok for others.
func plainText(typ byte, v starlark.Value) (text string, ok bool) {
	switch v := v.(type) {
	case *Str:
		return v.s, typ == 's'
	case starlark.Int:
		if n, small := v.Int64(); small {
			return strconv.FormatInt(n, 10), true
		}
	}
	return "", false
}

func (p *percenter) take() (starlark.Value, error) {
	if p.used >= len(p.values) {
		return nil, Errorf("TypeError", "format string needs more arguments")
	}
	p.used++
	return p.values[p.used-1], nil
}

// flags parses what stands before the conversion's letter.
func (p *percenter) flags(f *spec, s string) (rest string, err error) {
	left, zero := false, false
	for ; s != "" && strings.IndexByte("-+ #0", s[0]) >= 0; s = s[1:] {
		switch s[0] {
		case '-':
			left = true
		case '0':
			zero = true
		case '#':
			f.alt = true
		case '+':
			f.sign = '+'
		case ' ':
			if f.sign != '+' {
				f.sign = ' '
			}
		}
	}
	if f.width, s, err = p.size(s); err != nil {
		return "", err
	}
	if f.width < 0 {
		left, f.width = true, -f.width
	}
	if strings.HasPrefix(s, ".") {
		if f.precision, s, err = p.size(s[1:]); err != nil {
			return "", err
		}
	}
	switch {
	case left:
		f.align = '<'
	case zero:
		f.align, f.fill = '=', '0'
	}
	return strings.TrimLeft(s, "hlL"), nil
}

// size is a number, or * for one of the values.
func (p *percenter) size(s string) (int, string, error) {
	if !strings.HasPrefix(s, "*") {
		return leadingInt(s)
	}
	v, err := p.take()
	if err != nil {
		return 0, "", err
	}
	n, err := ToInt(v)
	if err == nil && (n > maxWidth || n < -maxWidth) {
		err = Errorf("ValueError", "width too big")
	}
	return n, s[1:], err
}

func percentValue(f spec, v starlark.Value) (string, error) {
	switch f.typ {
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return percentInt(f, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		x, err := toFloat(v)
		if err != nil {
			return "", err
		}
		return f.float(x)
	case 'c':
		return percentChar(f, v)
	case 's', 'r', 'a':
		text, err := TryStr(v)
		if f.typ != 's' {
			text, err = TryRepr(v)
		}
		if err != nil {
			return "", err
		}
		f.typ, f.sign = 's', '-'
		if f.align == '=' {
			f.align, f.fill = '>', ' '
		}
		return f.text(NewStr(text))
	}
	return "", Errorf("ValueError", "unsupported format character '%c' (0x%x) at index %d", f.typ, f.typ, f.at)
}

func percentInt(f spec, v starlark.Value) (string, error) {
	if x, ok := v.(starlark.Float); ok && f.typ != 'x' && f.typ != 'X' && f.typ != 'o' {
		i, err := starlark.NumberToInt(x)
		if err != nil {
			return "", Errorf("OverflowError", "can't convert %s to int", floatText(float64(x)))
		}
		v = i
	}
	if inst, ok := v.(*Instance); ok {
		n, err := asInt(inst)
		if err != nil {
			return "", err
		}
		v = n
	}
	i, ok := number(v).(starlark.Int)
	if !ok {
		return "", Errorf("TypeError", "can't convert %s to int", TypeName(v))
	}
	f.percent = true
	if f.typ == 'i' || f.typ == 'u' {
		f.typ = 'd'
	}
	return f.int(i)
}

func percentChar(f spec, v starlark.Value) (string, error) {
	s, ok := strOf(v)
	if !ok {
		n, err := ToInt(v)
		if err != nil || n < 0 || n > utf8.MaxRune {
			return "", Errorf("TypeError", "integer needed")
		}
		s = NewStr(string(rune(n)))
	}
	if s.Len() != 1 {
		return "", Errorf("TypeError", "%%c needs int or char")
	}
	f.typ, f.sign = 's', '-'
	return f.text(s)
}

// Percent is template % values.
func Percent(template string, values starlark.Tuple) (string, error) {
	return percent(template, values, false)
}

// tupleOf is the tuple that a value is at heart, such as a named one, or the value itself.
func tupleOf(v starlark.Value) starlark.Value {
	if t, ok := Native(v).(starlark.Tuple); ok {
		return t
	}
	if n, ok := v.(interface{ AsTuple() starlark.Tuple }); ok {
		return n.AsTuple()
	}
	return v
}
