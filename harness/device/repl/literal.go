package repl

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Values that Parse returns beside nil, bool, int64, float64, string and []byte.
type (
	// Tuple is a Python tuple.
	Tuple []any
	// List is a Python list.
	List []any
	// Dict is a Python dict in the order in which it was printed.
	Dict []Item
)

// Item is one entry of a Dict.
type Item struct{ Key, Value any }

// maxDepth bounds nesting, so that no text can exhaust the stack.
const maxDepth = 32

// Parse reads a value as Python's repr prints it: None, True, False, integers of 64 bits, floats,
// str, bytes, tuples, lists and dicts. Anything else, such as "<object at 3>", is an error that
// says where.
func Parse(text string) (any, error) {
	p := &literal{text: text}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.text) {
		return nil, p.fail("%q follows the value", excerpt(p.text[p.at:]))
	}
	return v, nil
}

type literal struct {
	text string
	at   int
}

func (p *literal) fail(format string, args ...any) error {
	return fmt.Errorf("the module's answer %q: byte %d: %s", excerpt(p.text), p.at, fmt.Sprintf(format, args...))
}

func excerpt(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

func (p *literal) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *literal) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *literal) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, p.fail("nested more than %d deep", maxDepth)
	}
	switch b := p.peek(); {
	case b == '(':
		items, comma, err := p.items(')', depth)
		if err == nil && len(items) == 1 && !comma {
			return nil, p.fail("a tuple of one needs a comma")
		}
		return Tuple(items), err
	case b == '[':
		items, _, err := p.items(']', depth)
		return List(items), err
	case b == '{':
		return p.dict(depth)
	case b == '\'' || b == '"':
		return p.str()
	case b == 'b' && p.at+1 < len(p.text) && strings.IndexByte(`'"`, p.text[p.at+1]) >= 0:
		p.at++
		return p.bytes()
	}
	return p.word()
}

// items reads up to the closing bracket; comma says whether one stood before it.
func (p *literal) items(closing byte, depth int) (items []any, comma bool, err error) {
	p.at++
	items = []any{}
	for {
		p.space()
		if p.peek() == closing {
			p.at++
			return items, comma, nil
		}
		if len(items) > 0 && !comma {
			return nil, false, p.fail("a comma or %q is missing", closing)
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, false, err
		}
		items = append(items, v)
		comma = p.comma()
	}
}

func (p *literal) comma() bool {
	p.space()
	if p.peek() != ',' {
		return false
	}
	p.at++
	return true
}

func (p *literal) dict(depth int) (any, error) {
	p.at++
	d := Dict{}
	comma := true
	for {
		p.space()
		if p.peek() == '}' {
			p.at++
			return d, nil
		}
		if !comma {
			return nil, p.fail("a comma or '}' is missing")
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fail("a colon is missing")
		}
		p.at++
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d = append(d, Item{Key: k, Value: v})
		comma = p.comma()
	}
}

// word reads a number or a name.
func (p *literal) word() (any, error) {
	end := p.at
	for end < len(p.text) && strings.IndexByte(",:)]} \t\r\n", p.text[end]) < 0 {
		end++
	}
	w := p.text[p.at:end]
	v, ok := wordValue(w)
	if !ok {
		return nil, p.fail("%q is no value", excerpt(w))
	}
	p.at = end
	return v, nil
}

func wordValue(w string) (any, bool) {
	switch w {
	case "None":
		return nil, true
	case "True":
		return true, true
	case "False":
		return false, true
	case "inf":
		return math.Inf(1), true
	case "-inf":
		return math.Inf(-1), true
	case "nan":
		return math.NaN(), true
	}
	if strings.Trim(w, "0123456789+-.eE") != "" || strings.HasPrefix(w, "+") {
		return nil, false
	}
	if !strings.ContainsAny(w, ".eE") {
		n, err := strconv.ParseInt(w, 10, 64)
		return n, err == nil
	}
	f, err := strconv.ParseFloat(w, 64)
	return f, err == nil
}

func (p *literal) str() (any, error) {
	b, err := p.quoted(false)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(b) {
		return nil, p.fail("a str that is not UTF-8")
	}
	return string(b), nil
}

func (p *literal) bytes() (any, error) {
	b, err := p.quoted(true)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// quoted reads a string from its opening quote on.
func (p *literal) quoted(raw bool) ([]byte, error) {
	quote := p.peek()
	p.at++
	out := []byte{}
	for p.at < len(p.text) {
		b := p.text[p.at]
		switch {
		case b == quote:
			p.at++
			return out, nil
		case b == '\n' || raw && b >= 0x80:
			return nil, p.fail("byte 0x%02x in a quoted string", b)
		case b != '\\':
			out = append(out, b)
			p.at++
			continue
		}
		more, err := p.escape(raw)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return nil, p.fail("a quote is missing")
}

var simpleEscapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', '\\': '\\', '\'': '\'', '"': '"'}

// escape reads from a backslash on. \x is a byte of bytes and a character of str.
func (p *literal) escape(raw bool) ([]byte, error) {
	if p.at+1 >= len(p.text) {
		return nil, p.fail("a backslash at the end")
	}
	kind := p.text[p.at+1]
	if b, ok := simpleEscapes[kind]; ok {
		p.at += 2
		return []byte{b}, nil
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[kind]
	if digits == 0 || raw && kind != 'x' || p.at+2+digits > len(p.text) {
		return nil, p.fail("a wrong escape")
	}
	n, err := strconv.ParseUint(p.text[p.at+2:p.at+2+digits], 16, 32)
	if err != nil || n > utf8.MaxRune || !raw && !utf8.ValidRune(rune(n)) {
		return nil, p.fail("a wrong escape")
	}
	p.at += 2 + digits
	if raw {
		return []byte{byte(n)}, nil
	}
	return utf8.AppendRune(nil, rune(n)), nil
}
