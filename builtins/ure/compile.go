package ure

import (
	"errors"
	"strings"
)

// op is one instruction of a program.
type op uint8

const (
	opChar  op = iota // one byte, inst.char
	opAny             // any byte
	opSet             // a byte of inst.set
	opBegin           // the begin of the text
	opEnd             // the end of the text
	opJump            // goes on inst.arg instructions further
	opSplit           // tries the next instruction first, then the one inst.arg further
	opLate            // tries the one inst.arg further first, then the next
	opSave            // notes the position as inst.arg
)

// inst is an instruction. Its jumps count from the instruction behind it.
type inst struct {
	op   op
	char byte
	set  *set
	arg  int
	size int // in the byte code of MicroPython, whose jumps reach 127 bytes
}

// set is a class of bytes.
type set struct {
	has [256]bool
}

// pattern is a compiled regular expression.
type pattern struct {
	code   []inst
	groups int // with group 0, the whole match
}

var (
	errComplex = errors.New("regex too complex") // MicroPython says so of bad syntax too
	errRegex   = errors.New("error in regex")
	errDeep    = errors.New("maximum recursion depth exceeded")
)

// parser reads MicroPython's dialect: . ^ $ [] \d \D \s \S \w \W, * + ? and their lazy forms, |,
// groups and groups that are not captured; a backslash before another letter means the letter.
// Counted repetition {m,n} means itself, back references and look-around are not there
// (docs.micropython.org, library/re). What MicroPython's byte code cannot hold is refused as there:
// a repeated part or an alternative of more than about 120 bytes, and more than 63 groups.
type parser struct {
	src    string
	at     int
	groups int
	depth  int
}

const (
	maxGroups = 63
	maxClass  = 127 // ranges in one class
	maxJump   = 127
	maxDepth  = 500
)

func compile(source string) (*pattern, error) {
	if i := strings.IndexByte(source, 0); i >= 0 {
		source = source[:i] // as C does
	}
	p := &parser{src: source, groups: 1}
	code, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.src) {
		return nil, errRegex
	}
	return &pattern{code: code, groups: p.groups}, nil
}

// peek is the byte n further; 0 behind the end.
func (p *parser) peek(n int) byte {
	if p.at+n < len(p.src) {
		return p.src[p.at+n]
	}
	return 0
}

func size(code []inst) (n int) {
	for i := range code {
		n += code[i].size
	}
	return n
}

// jump makes a jump over a distance in instructions and in bytes.
func jump(o op, arg, bytes int) (inst, error) {
	if bytes > maxJump || bytes < -maxJump-1 {
		return inst{}, errComplex
	}
	return inst{op: o, arg: arg, size: 2}, nil
}

// alternatives reads up to the end or a closing bracket.
func (p *parser) alternatives() ([]inst, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	defer func() { p.depth-- }()
	code, err := p.sequence()
	for err == nil && p.peek(0) == '|' {
		p.at++
		var second []inst
		if second, err = p.sequence(); err == nil {
			code, err = either(code, second)
		}
	}
	return code, err
}

func either(first, second []inst) ([]inst, error) {
	split, err := jump(opSplit, len(first)+1, size(first)+2)
	if err != nil {
		return nil, err
	}
	over, err := jump(opJump, len(second), size(second))
	if err != nil {
		return nil, err
	}
	code := append([]inst{split}, first...)
	return append(append(code, over), second...), nil
}

func (p *parser) sequence() (code []inst, err error) {
	for p.at < len(p.src) && p.src[p.at] != '|' && p.src[p.at] != ')' {
		c := p.src[p.at]
		p.at++
		var part []inst
		switch c {
		case '*', '+', '?':
			return nil, errComplex // nothing to repeat
		case '^':
			code = append(code, inst{op: opBegin, size: 1})
			continue
		case '$':
			code = append(code, inst{op: opEnd, size: 1})
			continue
		case '(':
			part, err = p.group()
		case '[':
			part, err = p.class()
		case '\\':
			part, err = p.escape()
		case '.':
			part = []inst{{op: opAny, size: 1}}
		default:
			part = []inst{{op: opChar, char: c, size: 2}}
		}
		if err == nil {
			part, err = p.repeated(part)
		}
		if err != nil {
			return nil, err
		}
		code = append(code, part...)
	}
	return code, nil
}

// repeated reads *, + or ? behind a part.
func (p *parser) repeated(part []inst) ([]inst, error) {
	c := p.peek(0)
	if c != '*' && c != '+' && c != '?' {
		return part, nil
	}
	if len(part) == 0 {
		return nil, errComplex
	}
	p.at++
	first, then := opSplit, opLate
	if p.peek(0) == '?' {
		p.at++
		first, then = opLate, opSplit
	}
	n, bytes := len(part), size(part)
	switch c {
	case '+':
		back, err := jump(then, -n-1, -bytes-2)
		return append(part, back), err
	case '?':
		split, err := jump(first, n, bytes)
		return append([]inst{split}, part...), err
	}
	split, err := jump(first, n+1, bytes+2)
	if err != nil {
		return nil, err
	}
	back, err := jump(opJump, -n-2, -bytes-4)
	return append(append([]inst{split}, part...), back), err
}

func (p *parser) group() ([]inst, error) {
	index := 0
	if p.peek(0) == '?' && p.peek(1) == ':' {
		p.at += 2
	} else {
		if p.groups > maxGroups {
			return nil, errComplex
		}
		index = p.groups
		p.groups++
	}
	code, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.peek(0) != ')' {
		return nil, errComplex
	}
	p.at++
	if index == 0 {
		return code, nil
	}
	code = append([]inst{{op: opSave, arg: 2 * index, size: 2}}, code...)
	return append(code, inst{op: opSave, arg: 2*index + 1, size: 2}), nil
}

func (p *parser) escape() ([]inst, error) {
	c := p.peek(0)
	if c == 0 {
		return nil, errComplex
	}
	p.at++
	if named(c) {
		s := &set{}
		s.add(c)
		return []inst{{op: opSet, set: s, size: 2}}, nil
	}
	return []inst{{op: opChar, char: c, size: 2}}, nil
}

// class reads a class behind its opening bracket. A closing bracket ends it even at its begin.
func (p *parser) class() ([]inst, error) {
	not := p.peek(0) == '^'
	if not {
		p.at++
	}
	s, count := &set{}, 0
	for ; p.peek(0) != ']'; count++ {
		c := p.peek(0)
		if c == '\\' {
			p.at++
			if c = p.peek(0); named(c) {
				s.add(c)
				p.at++
				continue
			}
		}
		if c == 0 {
			return nil, errComplex
		}
		if p.peek(1) == '-' && p.peek(2) != ']' {
			p.at += 2
		}
		if p.at >= len(p.src) {
			return nil, errComplex
		}
		for b := int(c); b <= int(p.src[p.at]); b++ {
			s.has[b] = true
		}
		p.at++
	}
	p.at++
	if count > maxClass {
		return nil, errComplex
	}
	for i := range s.has {
		s.has[i] = s.has[i] != not
	}
	return []inst{{op: opSet, set: s, size: 2 + 2*count}}, nil
}

// named reports whether a backslash and c stand for a class.
func named(c byte) bool { return c != 0 && strings.IndexByte("dDsSwW", c) >= 0 }

// add adds a named class; the capital letter is the others.
func (s *set) add(name byte) {
	for i := range s.has {
		c := byte(i)
		var in bool
		switch name | 0x20 {
		case 'd':
			in = digit(c)
		case 's':
			in = c == ' ' || c >= '\t' && c <= '\r'
		default:
			in = c == '_' || digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		}
		if in == (name >= 'a') {
			s.has[i] = true
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
