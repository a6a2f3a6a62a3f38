package ure

import "errors"

// matcher is one attempt to match a text.
type matcher struct {
	text  []rune
	spans []int // begin and end of each group; -1 for one that took no part
	steps int
	depth int
	err   error
}

// Limits of one match: patterns that would try for ever end in an error.
const (
	maxSteps = 5_000_000
	maxStack = 20_000
)

var errTooHard = errors.New("the pattern takes too long or nests too deep on this text")

// step counts one more attempt; false ends the match.
func (m *matcher) step() bool {
	if m.steps++; m.steps > maxSteps || m.depth > maxStack {
		m.err = errTooHard
	}
	return m.err == nil
}

// run matches at a position; spans is nil when the text does not match there.
func (p *pattern) run(text []rune, at int, steps *int) (spans []int, err error) {
	m := &matcher{text: text, spans: make([]int, 2*p.groups), steps: *steps}
	for i := range m.spans {
		m.spans[i] = -1
	}
	stop := -1
	ok := p.root.match(m, at, func(end int) bool { stop = end; return true })
	*steps = m.steps
	if m.err != nil || !ok {
		return nil, m.err
	}
	m.spans[0], m.spans[1] = at, stop
	return m.spans, nil
}

// search finds the first match from a position on.
func (p *pattern) search(text []rune, from int) ([]int, error) {
	steps := 0
	for at := from; at <= len(text); at++ {
		if spans, err := p.run(text, at, &steps); spans != nil || err != nil {
			return spans, err
		}
	}
	return nil, nil
}

type sequence []node

func (s sequence) match(m *matcher, at int, next func(int) bool) bool {
	if !m.step() {
		return false
	}
	if len(s) == 0 {
		return next(at)
	}
	m.depth++
	defer func() { m.depth-- }()
	return s[0].match(m, at, func(end int) bool { return s[1:].match(m, end, next) })
}

type either []node

func (e either) match(m *matcher, at int, next func(int) bool) bool {
	for _, n := range e {
		if !m.step() {
			return false
		}
		if n.match(m, at, next) {
			return true
		}
	}
	return false
}

type group struct {
	of    node
	index int
}

func (g group) match(m *matcher, at int, next func(int) bool) bool {
	begin, end := m.spans[2*g.index], m.spans[2*g.index+1]
	if g.of.match(m, at, func(stop int) bool {
		b, e := m.spans[2*g.index], m.spans[2*g.index+1]
		m.spans[2*g.index], m.spans[2*g.index+1] = at, stop
		if next(stop) {
			return true
		}
		m.spans[2*g.index], m.spans[2*g.index+1] = b, e
		return false
	}) {
		return true
	}
	m.spans[2*g.index], m.spans[2*g.index+1] = begin, end
	return false
}

// repeat is *, + or ?.
type repeat struct {
	of       node
	min, max int // a negative max means no limit
	lazy     bool
}

func (r *repeat) match(m *matcher, at int, next func(int) bool) bool {
	if s, ok := r.of.(set); ok {
		return r.chars(s, m, at, next)
	}
	return r.from(m, at, 0, next)
}

// chars repeats single characters without recursion.
func (r *repeat) chars(s set, m *matcher, at int, next func(int) bool) bool {
	most := len(m.text) - at
	if r.max >= 0 {
		most = min(most, r.max)
	}
	n := 0
	if !r.lazy {
		for n < most && s.has(m.text[at+n]) {
			n++
		}
		for ; n >= r.min; n-- {
			if !m.step() {
				return false
			}
			if next(at + n) {
				return true
			}
		}
		return false
	}
	for ; ; n++ {
		if !m.step() {
			return false
		}
		if n >= r.min && next(at+n) {
			return true
		}
		if n >= most || !s.has(m.text[at+n]) {
			return false
		}
	}
}

func (r *repeat) from(m *matcher, at, n int, next func(int) bool) bool {
	if !m.step() {
		return false
	}
	m.depth++
	defer func() { m.depth-- }()
	again := func() bool {
		if r.max >= 0 && n >= r.max {
			return false
		}
		return r.of.match(m, at, func(end int) bool {
			// What matched nothing would match nothing for ever.
			return end != at && r.from(m, end, n+1, next) || end == at && n < r.min && r.from(m, end, n+1, next)
		})
	}
	if r.lazy {
		return n >= r.min && next(at) || again()
	}
	return again() || n >= r.min && next(at)
}

type start struct{}

func (start) match(_ *matcher, at int, next func(int) bool) bool { return at == 0 && next(at) }

type end struct{}

func (end) match(m *matcher, at int, next func(int) bool) bool { return at == len(m.text) && next(at) }

// set matches one character.
type set struct {
	items []item
	not   bool
}

// item is a range of characters, or a class such as \d.
type item struct {
	lo, hi rune
	class  rune
}

func (s set) match(m *matcher, at int, next func(int) bool) bool {
	return m.step() && at < len(m.text) && s.has(m.text[at]) && next(at+1)
}

func (s set) has(r rune) bool {
	for _, it := range s.items {
		if it.has(r) {
			return !s.not
		}
	}
	return s.not
}

func (it item) has(r rune) bool {
	switch it.class {
	case 0:
		return it.lo <= r && r <= it.hi
	case 'd', 'D':
		return (r >= '0' && r <= '9') == (it.class == 'd')
	case 's', 'S':
		return (r == ' ' || r >= '\t' && r <= '\r') == (it.class == 's')
	}
	word := r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	return word == (it.class == 'w')
}
