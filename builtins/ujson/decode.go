package ujson

import (
	"errors"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// errSyntax is what MicroPython says of anything that is no JSON.
func errSyntax() error { return script.Raise("ValueError", "syntax error in JSON") }

// decoder reads one value as MicroPython does, which takes more than JSON: commas and colons count
// as white space, and which bracket closes does not matter. A zero byte ends the text.
type decoder struct {
	c   *script.Call
	in  io.ByteReader
	cur byte
	err error
	n   uint64

	top  starlark.Value   // the container that is being filled, or the only value
	open []starlark.Value // the containers around it
	key  starlark.Value   // the key that waits for its value
}

// advance goes to the next byte; 0 at the end.
func (d *decoder) advance() byte {
	if d.err != nil {
		return 0
	}
	b, err := d.in.ReadByte()
	if err != nil {
		b = 0
		if !errors.Is(err, io.EOF) {
			d.err = err
		}
	}
	if d.n++; d.n%script.WorkSteps == 0 && d.err == nil {
		d.err = d.c.Work(script.WorkSteps)
	}
	d.cur = b
	return b
}

// decode reads the one value of a text.
func decode(c *script.Call, in io.ByteReader) (starlark.Value, error) {
	d := &decoder{c: c, in: in}
	d.advance()
	for done := false; !done; {
		var err error
		if done, err = d.element(); d.err != nil {
			return nil, d.err
		} else if err != nil {
			return nil, err
		}
	}
	for d.cur == ' ' || d.cur >= '\t' && d.cur <= '\r' {
		d.advance()
	}
	if d.err != nil {
		return nil, d.err
	}
	if d.cur != 0 || len(d.open) > 0 {
		return nil, errSyntax()
	}
	return d.top, nil
}

// element reads a value or a bracket; done says that the only value is complete.
func (d *decoder) element() (done bool, err error) {
	c := d.cur
	if c == 0 {
		return false, errSyntax()
	}
	d.advance()
	switch c {
	case ',', ':', ' ', '\t', '\n', '\r':
		return false, nil
	case '}', ']':
		return d.leave()
	case '[', '{':
		return false, d.enter(c)
	}
	v, err := d.scalar(c)
	if err != nil {
		return false, err
	}
	if d.top == nil {
		d.top = v
		return true, nil
	}
	return false, d.put(v)
}

func (d *decoder) leave() (done bool, err error) {
	if d.top == nil {
		return false, errSyntax()
	}
	last := len(d.open) - 1
	if last < 0 {
		return true, nil
	}
	d.top, d.open = d.open[last], d.open[:last]
	return false, nil
}

func (d *decoder) enter(bracket byte) error {
	var v starlark.Value = starlark.NewList(nil)
	switch {
	case bracket == '{' && d.c.Interp.Lang() == script.Python:
		v = object.NewDict(0)
	case bracket == '{':
		v = starlark.NewDict(0)
	}
	if d.top != nil {
		if err := d.put(v); err != nil {
			return err
		}
		d.open = append(d.open, d.top)
	}
	d.top = v
	return nil
}

// put adds a value to the container: in a dict every other one is a key, whatever stands between.
func (d *decoder) put(v starlark.Value) error {
	if l, ok := d.top.(*starlark.List); ok {
		return l.Append(v)
	}
	if d.key == nil {
		if _, err := v.Hash(); err != nil {
			return errSyntax()
		}
		d.key = v
		return nil
	}
	k := d.key
	d.key = nil
	return d.top.(starlark.HasSetKey).SetKey(k, v)
}

func (d *decoder) scalar(c byte) (starlark.Value, error) {
	switch {
	case c == '"':
		return d.text()
	case c == '-' || c >= '0' && c <= '9':
		return d.number(c)
	}
	for word, v := range map[string]any{"null": nil, "true": true, "false": false} {
		if c == word[0] {
			return d.c.Interp.Value(v), d.word(word[1:])
		}
	}
	return nil, errSyntax()
}

func (d *decoder) word(rest string) error {
	for i := range len(rest) {
		if d.cur != rest[i] {
			return errSyntax()
		}
		d.advance()
	}
	return nil
}

// text reads a string behind its opening quote. An unknown escape stands for its letter.
func (d *decoder) text() (starlark.Value, error) {
	var b []byte
	for d.cur != 0 && d.cur != '"' {
		c := d.cur
		if c == '\\' {
			if c = d.advance(); c == 'u' {
				b = appendRune(b, d.hex())
				d.advance()
				continue
			}
			if i := strings.IndexByte("bfnrt", c); i >= 0 {
				c = "\b\f\n\r\t"[i]
			}
		}
		b = append(b, c)
		d.advance()
	}
	if d.cur == 0 {
		return nil, errSyntax()
	}
	d.advance()
	if !utf8.Valid(b) {
		return nil, script.RaiseArgs("UnicodeError", nil)
	}
	return d.c.Interp.Value(string(b)), nil
}

// hex reads the four digits of \u; what is no digit counts as MicroPython counts it.
func (d *decoder) hex() rune {
	n := rune(0)
	for range 4 {
		c := (d.advance() | 0x20) - '0'
		if c > 9 {
			c -= 'a' - '9' - 1
		}
		n = n<<4 | rune(c)
	}
	return n
}

// appendRune adds a character. The second half of a surrogate pair completes the first, which
// MicroPython would leave as two characters that no text can hold.
func appendRune(b []byte, r rune) []byte {
	const first = "\xed\xa0\x80" // the halves as three bytes, until the pair is complete
	if r >= 0xd800 && r < 0xdc00 {
		return append(b, 0xed, 0xa0|byte(r>>6&0xf), 0x80|byte(r&0x3f))
	}
	if n := len(b) - len(first); r >= 0xdc00 && r < 0xe000 && n >= 0 && b[n] == 0xed && b[n+1]&0xf0 == 0xa0 {
		high := rune(b[n+1]&0xf)<<6 | rune(b[n+2]&0x3f)
		return utf8.AppendRune(b[:n], 0x10000+high<<10+(r-0xdc00))
	}
	return utf8.AppendRune(b, r)
}

func (d *decoder) number(c byte) (starlark.Value, error) {
	var b strings.Builder
	for isFloat := false; ; d.advance() {
		b.WriteByte(c)
		switch c = d.cur; {
		case c == '.' || c == 'e' || c == 'E':
			isFloat = true
		case c == '+' || c == '-' || c >= '0' && c <= '9':
		case isFloat:
			return float(b.String())
		default:
			return integer(b.String())
		}
	}
}

func float(s string) (starlark.Value, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, script.Raise("ValueError", "invalid syntax for number")
	}
	return starlark.Float(f), nil
}

// maxDigits bounds an int, as reading one takes time that grows with the square of its length.
const maxDigits = 1 << 20

func integer(s string) (starlark.Value, error) {
	digits := strings.TrimPrefix(s, "-")
	n, ok := new(big.Int), false
	if len(digits) <= maxDigits && !strings.ContainsAny(digits, "+-") {
		n, ok = n.SetString(s, 10)
	}
	if !ok {
		return nil, script.Raise("ValueError", "invalid syntax for integer with base 10: '%s'", digits)
	}
	return starlark.MakeBigInt(n), nil
}
