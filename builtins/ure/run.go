package ure

import "quecstar/harness/script"

// maxTries is how many choices a match remembers at most, where MicroPython's stack ends: patterns
// that repeat nothing for ever end there.
const maxTries = 50_000

// subject is a text with the part that is searched.
type subject struct {
	text       string
	begin, end int
	// work is told of every script.WorkSteps steps and ends the search with an error.
	work func(steps uint64) error
}

// try is what a match goes back to when it fails: another way, or the old value of a position that
// was noted.
type try struct {
	pc, at int
	slot   int // -1 for another way
}

// search finds the first match and returns the begin and end of every group, -1 for those that took
// no part; nil when there is none.
func (p *pattern) search(s *subject, anchored bool) ([]int, error) {
	m := &match{p: p, s: s, spans: make([]int, 2*p.groups)}
	for at := s.begin; at <= s.end; at++ {
		end, err := m.from(at)
		if err != nil {
			return nil, err
		}
		if end >= 0 {
			m.spans[0], m.spans[1] = at, end
			return m.spans, nil
		}
		if anchored {
			break
		}
	}
	return nil, nil
}

// match is one search.
type match struct {
	p     *pattern
	s     *subject
	spans []int
	tries []try
	steps uint64
}

// from matches at a position and returns where the match ends, or -1.
func (m *match) from(at int) (int, error) {
	for i := range m.spans {
		m.spans[i] = -1
	}
	m.tries = m.tries[:0]
	pc, ok := 0, true
	for {
		if m.steps++; m.steps%script.WorkSteps == 0 {
			if err := m.s.work(script.WorkSteps); err != nil {
				return -1, err
			}
		}
		if !ok {
			if pc, at, ok = m.back(); !ok {
				return -1, nil
			}
			continue
		}
		if pc == len(m.p.code) {
			return at, nil
		}
		if len(m.tries) > maxTries {
			return -1, script.Raise("RuntimeError", "%w", errDeep)
		}
		pc, at, ok = m.step(pc, at)
	}
}

// step does one instruction; ok is false when the text does not go on like this.
func (m *match) step(pc, at int) (int, int, bool) {
	in := &m.p.code[pc]
	pc++
	switch in.op {
	case opJump:
		return pc + in.arg, at, true
	case opSplit:
		m.tries = append(m.tries, try{pc: pc + in.arg, at: at, slot: -1})
		return pc, at, true
	case opLate:
		m.tries = append(m.tries, try{pc: pc, at: at, slot: -1})
		return pc + in.arg, at, true
	case opSave:
		m.tries = append(m.tries, try{at: m.spans[in.arg], slot: in.arg})
		m.spans[in.arg] = at
		return pc, at, true
	case opBegin:
		return pc, at, at == 0
	case opEnd:
		return pc, at, at == m.s.end
	}
	if at >= m.s.end {
		return pc, at, false
	}
	c := m.s.text[at]
	ok := in.op == opAny || in.op == opChar && c == in.char || in.op == opSet && in.set.has[c]
	return pc, at + 1, ok
}

// back undoes up to the last choice and takes its other way; ok is false when there is none.
func (m *match) back() (pc, at int, ok bool) {
	for len(m.tries) > 0 {
		last := m.tries[len(m.tries)-1]
		m.tries = m.tries[:len(m.tries)-1]
		if last.slot < 0 {
			return last.pc, last.at, true
		}
		m.spans[last.slot] = last.at
	}
	return 0, 0, false
}
