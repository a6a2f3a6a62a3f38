package ure

import (
	"errors"
	"fmt"
	"unicode"
)

// node matches at a position and then has next match what follows.
type node interface {
	match(m *matcher, at int, next func(at int) bool) bool
}

// pattern is a compiled regular expression.
type pattern struct {
	source string
	root   node
	groups int // with group 0, the whole match
}

// parser reads MicroPython's dialect: . ^ $ [] \d \D \s \S \w \W, * + ? and their lazy forms, |,
// groups and groups that are not captured. Counted repetition {m,n}, back references and
// look-around are not there (docs.micropython.org, library/re).
type parser struct {
	src    []rune
	at     int
	groups int
	depth  int
}

// maxGroups and maxDepth bound a pattern.
const (
	maxGroups = 100
	maxDepth  = 100
)

func compile(source string) (*pattern, error) {
	p := &parser{src: []rune(source), groups: 1}
	root, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.src) {
		return nil, errors.New("unbalanced ')'")
	}
	return &pattern{source: source, root: root, groups: p.groups}, nil
}

func (p *parser) more() bool { return p.at < len(p.src) }

func (p *parser) take(r rune) bool {
	if p.more() && p.src[p.at] == r {
		p.at++
		return true
	}
	return false
}

func (p *parser) alternatives() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errors.New("groups nest too deep")
	}
	defer func() { p.depth-- }()
	first, err := p.sequence()
	if err != nil {
		return nil, err
	}
	all := either{first}
	for p.take('|') {
		n, err := p.sequence()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	if len(all) == 1 {
		return first, nil
	}
	return all, nil
}

func (p *parser) sequence() (node, error) {
	var seq sequence
	for p.more() && p.src[p.at] != '|' && p.src[p.at] != ')' {
		n, err := p.atom()
		if err != nil {
			return nil, err
		}
		if n, err = p.repeated(n); err != nil {
			return nil, err
		}
		seq = append(seq, n)
	}
	return seq, nil
}

func (p *parser) repeated(n node) (node, error) {
	if !p.more() {
		return n, nil
	}
	r := &repeat{of: n, max: -1}
	switch p.src[p.at] {
	case '*':
	case '+':
		r.min = 1
	case '?':
		r.max = 1
	default:
		return n, nil
	}
	p.at++
	r.lazy = p.take('?')
	if p.more() && (p.src[p.at] == '*' || p.src[p.at] == '+') {
		return nil, errors.New("multiple repeat")
	}
	return r, nil
}

func (p *parser) atom() (node, error) {
	c := p.src[p.at]
	p.at++
	switch c {
	case '.':
		return set{not: true}, nil
	case '^':
		return start{}, nil
	case '$':
		return end{}, nil
	case '*', '+', '?':
		return nil, errors.New("nothing to repeat")
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '\\':
		if !p.more() {
			return nil, errors.New("the pattern ends in a backslash")
		}
		c = p.src[p.at]
		p.at++
		if unicode.IsDigit(c) {
			return nil, errors.New("back references are not supported")
		}
		return set{items: []item{escape(c)}}, nil
	}
	return set{items: []item{{lo: c, hi: c}}}, nil
}

func (p *parser) group() (node, error) {
	index := 0
	if p.take('?') {
		if !p.take(':') {
			return nil, errors.New("of groups with (? only (?: is supported")
		}
	} else {
		if p.groups >= maxGroups {
			return nil, fmt.Errorf("more than %d groups", maxGroups)
		}
		index = p.groups
		p.groups++
	}
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if !p.take(')') {
		return nil, errors.New("missing ')'")
	}
	if index == 0 {
		return n, nil
	}
	return group{of: n, index: index}, nil
}

func (p *parser) class() (node, error) {
	s := set{not: p.take('^')}
	for first := true; ; first = false {
		if !p.more() {
			return nil, errors.New("missing ']'")
		}
		c := p.src[p.at]
		p.at++
		if c == ']' && !first {
			return s, nil
		}
		it := item{lo: c, hi: c}
		if c == '\\' && p.more() {
			it = escape(p.src[p.at])
			p.at++
		}
		if it.class == 0 && p.at+1 < len(p.src) && p.src[p.at] == '-' && p.src[p.at+1] != ']' {
			p.at++
			it.hi = p.src[p.at]
			p.at++
		}
		s.items = append(s.items, it)
	}
}

// escape is what a backslash and a letter stand for.
func escape(c rune) item {
	switch c {
	case 'd', 'D', 's', 'S', 'w', 'W':
		return item{class: c}
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	}
	return item{lo: c, hi: c}
}
