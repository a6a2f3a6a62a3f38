package board

import (
	"bytes"
	"regexp"
	"time"
)

// Rule is an answer of a scripted peer.
type Rule struct {
	// When is what the peer waits for. Pattern takes its place where it is not nil, and its groups may
	// be named in Answer, as in "$1".
	When    []byte
	Pattern *regexp.Regexp
	// Answer is what it says.
	Answer []byte
	// Delay is how long it takes.
	Delay time.Duration
}

// responder are the rules of a peer. Those that wait for the same are used in turn, the last again and
// again.
type responder struct{ rules []*ruleTurn }

type ruleTurn struct {
	Rule
	used bool
}

func (r *responder) any() bool { return len(r.rules) > 0 }

func (r *responder) add(rule Rule) { r.rules = append(r.rules, &ruleTurn{Rule: rule}) }

// same reports whether two rules wait for the same.
func (t *ruleTurn) same(o *ruleTurn) bool {
	if t.Pattern != nil || o.Pattern != nil {
		return t.Pattern != nil && o.Pattern != nil && t.Pattern.String() == o.Pattern.String()
	}
	return bytes.Equal(t.When, o.When)
}

// turn is the one of the rules that wait for the same whose turn it is.
func (r *responder) turn(first *ruleTurn) *ruleTurn {
	use := first
	for _, t := range r.rules {
		if t.same(first) {
			use = t
			if !t.used {
				break
			}
		}
	}
	use.used = true
	return use
}

// toPrefix is the answer to what begins with a rule's When, the longest that does; zeros of the same
// length where there is no such rule.
func (r *responder) toPrefix(written []byte) []byte {
	var best *ruleTurn
	for _, t := range r.rules {
		if bytes.HasPrefix(written, t.When) && (best == nil || len(t.When) > len(best.When)) {
			best = t
		}
	}
	if best == nil {
		return make([]byte, len(written))
	}
	return r.turn(best).Answer
}

// inStream finds what ends first in a stream of bytes, of two the first rule's; end is where it ends, 0
// when there is none.
func (r *responder) inStream(heard []byte) (answer []byte, delay time.Duration, end int) {
	var best *ruleTurn
	var groups []int
	for _, t := range r.rules {
		at := t.find(heard)
		if at != nil && at[1] > 0 && (best == nil || at[1] < groups[1]) {
			best, groups = t, at
		}
	}
	if best == nil {
		return nil, 0, 0
	}
	use := r.turn(best)
	answer = bytes.Clone(use.Answer)
	if use.Pattern != nil {
		answer = use.Pattern.Expand(nil, use.Answer, heard, groups)
	}
	return answer, use.Delay, groups[1]
}

// find is where a rule's condition is met: its begin and end, and those of its groups.
func (t *ruleTurn) find(heard []byte) []int {
	if t.Pattern != nil {
		return t.Pattern.FindSubmatchIndex(heard)
	}
	if i := bytes.Index(heard, t.When); i >= 0 {
		return []int{i, i + len(t.When)}
	}
	return nil
}
