package object

import (
	"errors"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Str is Python's str: it is counted and indexed by code point. Starlark's String is by byte.
type Str struct {
	s     string
	ascii bool // so that bytes and code points are the same
}

var (
	_ starlark.Sequence   = (*Str)(nil)
	_ starlark.Indexable  = (*Str)(nil)
	_ starlark.Sliceable  = (*Str)(nil)
	_ starlark.HasBinary  = (*Str)(nil)
	_ starlark.HasAttrs   = (*Str)(nil)
	_ starlark.Comparable = (*Str)(nil)
)

// NewStr returns a str.
func NewStr(s string) *Str { return &Str{s: s, ascii: isASCII(s)} }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// GoString returns the text.
func (s *Str) GoString() string { return s.s }

func (s *Str) String() string        { return quoteStr(s.s) }
func (s *Str) Type() string          { return "str" }
func (s *Str) Freeze()               {}
func (s *Str) Truth() starlark.Bool  { return len(s.s) > 0 }
func (s *Str) Hash() (uint32, error) { return starlark.String(s.s).Hash() }

// Len counts code points.
func (s *Str) Len() int {
	if s.ascii {
		return len(s.s)
	}
	return utf8.RuneCountInString(s.s)
}

// Index returns the i-th code point.
func (s *Str) Index(i int) starlark.Value {
	if s.ascii {
		return oneChar(s.s[i : i+1])
	}
	from := s.offset(i)
	_, n := utf8.DecodeRuneInString(s.s[from:])
	return NewStr(s.s[from : from+n])
}

// chars are the strs of one ASCII character, which loops over strings make all the time.
var chars = func() (all [utf8.RuneSelf]*Str) {
	for i := range all {
		all[i] = &Str{s: string(rune(i)), ascii: true}
	}
	return all
}()

func oneChar(s string) *Str { return chars[s[0]] }

// offset is where the i-th code point begins.
func (s *Str) offset(i int) int {
	if s.ascii {
		return i
	}
	at := 0
	for ; i > 0 && at < len(s.s); i-- {
		_, n := utf8.DecodeRuneInString(s.s[at:])
		at += n
	}
	return at
}

// Slice returns every step-th code point from start on and before end.
func (s *Str) Slice(start, end, step int) starlark.Value {
	if step == 1 {
		if s.ascii {
			return &Str{s: s.s[start:max(start, end)], ascii: true}
		}
		from := s.offset(start)
		rest := &Str{s: s.s[from:]}
		return NewStr(rest.s[:rest.offset(max(0, end-start))])
	}
	runes := []rune(s.s)
	var b strings.Builder
	for i := start; step > 0 && i < end || step < 0 && i > end; i += step {
		b.WriteRune(runes[i])
	}
	return NewStr(b.String())
}

// Iterate yields code points.
func (s *Str) Iterate() starlark.Iterator { return &strIterator{s: s} }

type strIterator struct {
	s  *Str
	at int
}

func (it *strIterator) Next(p *starlark.Value) bool {
	if it.at >= len(it.s.s) {
		return false
	}
	if it.s.s[it.at] < utf8.RuneSelf {
		*p = chars[it.s.s[it.at]]
		it.at++
		return true
	}
	_, n := utf8.DecodeRuneInString(it.s.s[it.at:])
	*p = &Str{s: it.s.s[it.at : it.at+n]}
	it.at += n
	return true
}

func (it *strIterator) Done() {}

// CompareSameType orders by code points, which is the order of UTF-8's bytes.
func (s *Str) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	other, ok := y.(*Str)
	if !ok {
		return false, errors.New("str is compared with what is none")
	}
	return ordered(op, strings.Compare(s.s, other.s)), nil
}

// ordered says whether a comparison with this outcome (-1, 0, 1) holds.
func ordered(op syntax.Token, cmp int) bool {
	switch op {
	case syntax.EQL:
		return cmp == 0
	case syntax.NEQ:
		return cmp != 0
	case syntax.LT:
		return cmp < 0
	case syntax.LE:
		return cmp <= 0
	case syntax.GT:
		return cmp > 0
	}
	return cmp >= 0
}

// Binary is + with a str, * with an int, % and in.
func (s *Str) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch op {
	case syntax.PLUS:
		if other, ok := strOf(y); ok {
			if side == starlark.Right {
				s, other = other, s
			}
			if err := RoomFor(len(s.s) + len(other.s)); err != nil {
				return nil, err
			}
			return &Str{s: s.s + other.s, ascii: s.ascii && other.ascii}, nil
		}
	case syntax.STAR:
		n, ok := repeatCount(y)
		if !ok {
			return nil, nil
		}
		if err := RoomFor(len(s.s) * n); err != nil { // neither of which is so large that the product is not right
			return nil, err
		}
		return &Str{s: strings.Repeat(s.s, n), ascii: s.ascii}, nil
	case syntax.PERCENT:
		if side == starlark.Left {
			return newStr(percent(s.s, y, false))
		}
	case syntax.IN:
		if side == starlark.Right {
			needle, err := toStr(y)
			return starlark.Bool(strings.Contains(s.s, needle)), err
		}
	}
	return nil, nil
}

// strOf accepts a str of Python or of Starlark.
func strOf(v starlark.Value) (*Str, bool) {
	switch v := v.(type) {
	case *Str:
		return v, true
	case starlark.String:
		return NewStr(string(v)), true
	case *Instance:
		if s, ok := v.native.(*Str); ok {
			return s, true
		}
	}
	return nil, false
}

// toStr is the text of what must be a str.
func toStr(v starlark.Value) (string, error) {
	s, ok := strOf(v)
	if !ok {
		return "", Errorf("TypeError", "can't convert '%s' object to str implicitly", TypeName(v))
	}
	return s.s, nil
}

// repeatCount is the right side of sequence * n; less than nothing is nothing.
func repeatCount(v starlark.Value) (int, bool) {
	n, ok := number(v).(starlark.Int)
	if !ok {
		return 0, false
	}
	count, ok := n.Int64()
	if !ok {
		count = maxRepeat + 1
		if n.Sign() < 0 {
			count = 0
		}
	}
	return int(max(0, min(count, maxRepeat+1))), true
}

// Attr returns a method.
func (s *Str) Attr(name string) (starlark.Value, error) { return MethodOf(strMethods, s, name) }

// AttrNames lists the methods.
func (s *Str) AttrNames() []string { return MethodNames(strMethods) }
