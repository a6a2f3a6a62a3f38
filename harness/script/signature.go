package script

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
)

// signature is a parsed Func.Params.
type signature struct {
	names    []string
	required int  // how many of the positional ones must be given
	posMax   int  // how many may be given by position
	rest     bool // the last name is *rest
	keywords bool // behind it all is **keywords, which is none of the names
	needKw   map[int]bool
	// plain is a function that takes no keywords, marked by a "/" behind its parameters; only is how
	// many parameters stand before a "/" that others follow. The errors of both are worded as
	// MicroPython's (py/argcheck.c).
	plain bool
	only  int
	// self is 1 for a method, which counts its instance among the arguments.
	self int
}

func parseSignature(params string) (*signature, error) {
	s := &signature{}
	kwOnly := false
	for _, p := range splitParams(params) {
		s.plain = false
		name, _, optional := strings.Cut(p, "=")
		name = strings.TrimSpace(name)
		switch {
		case name == "/":
			s.plain, s.only = true, len(s.names)
			continue
		case strings.HasPrefix(name, "**"):
			s.keywords = true
			continue
		case s.keywords:
			return nil, fmt.Errorf("parameter %s behind **keywords", name)
		case s.rest:
			return nil, fmt.Errorf("parameter %s behind *rest", name)
		case name == "*":
			kwOnly = true
			continue
		case strings.HasPrefix(name, "*"):
			s.names = append(s.names, name[1:])
			s.rest = true
			continue
		}
		if !optional {
			if kwOnly {
				s.require(len(s.names))
			} else if s.required < len(s.names) {
				return nil, fmt.Errorf("parameter %s without a default behind one with a default", name)
			} else {
				s.required++
			}
		}
		s.names = append(s.names, name)
		if !kwOnly {
			s.posMax = len(s.names)
		}
	}
	return s, nil
}

func (s *signature) require(i int) {
	if s.needKw == nil {
		s.needKw = map[int]bool{}
	}
	s.needKw[i] = true
}

// splitParams cuts at commas outside brackets and quotes.
func splitParams(params string) []string {
	var out []string
	depth, start := 0, 0
	var quote rune
	for i, r := range params {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(params[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(params[start:]); last != "" {
		out = append(out, last)
	}
	return out
}

// bind puts arguments into the positions of the parameters; those left out are nil. The error is
// a TypeError.
func (s *signature) bind(args starlark.Tuple, kwargs []starlark.Tuple) ([]starlark.Value, starlark.Tuple, error) {
	if s.plain || s.only > 0 {
		if err := s.check(len(args), kwargs); err != nil {
			return nil, nil, err
		}
	}
	var rest starlark.Tuple
	if len(args) > s.posMax {
		if !s.rest {
			return nil, nil, s.countError(len(args))
		}
		rest, args = args[s.posMax:], args[:s.posMax]
	}
	if len(kwargs) == 0 && len(args) == len(s.names) {
		return args, rest, nil
	}
	bound := make([]starlark.Value, len(s.names))
	copy(bound, args)
	for _, kv := range kwargs {
		name := string(kv[0].(starlark.String))
		i := s.index(name)
		if i < 0 {
			return nil, nil, Raise("TypeError", "unexpected keyword argument '%s'", name)
		}
		if bound[i] != nil {
			return nil, nil, Raise("TypeError", "argument '%s' given twice", name)
		}
		bound[i] = kv[1]
	}
	for i, name := range s.names {
		if bound[i] == nil && (i < s.required || s.needKw[i]) {
			return nil, nil, Raise("TypeError", "missing argument '%s'", name)
		}
	}
	return bound, rest, nil
}

// split takes the keywords that no parameter is for out of kwargs, for **keywords.
func (s *signature) split(kwargs []starlark.Tuple) (bound, left []starlark.Tuple) {
	if !s.keywords {
		return kwargs, nil
	}
	for _, kv := range kwargs {
		if s.index(string(kv[0].(starlark.String))) >= 0 {
			bound = append(bound, kv)
		} else {
			left = append(left, kv)
		}
	}
	return bound, left
}

// check does what mp_arg_check_num and, with keywords, mp_arg_parse_all do.
func (s *signature) check(given int, kwargs []starlark.Tuple) error {
	if !s.plain {
		return s.checkKeywords(given, kwargs)
	}
	switch {
	case len(kwargs) > 0:
		return Raise("TypeError", "function doesn't take keyword arguments")
	case s.required == s.posMax && !s.rest && given != s.posMax:
		return Raise("TypeError", "function takes %d positional arguments but %d were given", s.posMax+s.self, given+s.self)
	case given < s.required:
		return Raise("TypeError", "function missing %d required positional arguments", s.required-given)
	case given > s.posMax && !s.rest:
		return Raise("TypeError", "function expected at most %d arguments, got %d", s.posMax+s.self, given+s.self)
	}
	return nil
}

func (s *signature) checkKeywords(given int, kwargs []starlark.Tuple) error {
	switch {
	case given < min(s.only, s.required):
		return Raise("TypeError", "function missing %d required positional arguments", min(s.only, s.required)-given)
	case given > s.posMax && !s.rest:
		return Raise("TypeError", "extra positional arguments given")
	}
	for _, kv := range kwargs {
		if i := s.index(string(kv[0].(starlark.String))); i < s.only {
			return Raise("TypeError", "extra keyword arguments given")
		}
	}
	return nil
}

func (s *signature) index(name string) int {
	for i, n := range s.names {
		if n == name && !(s.rest && i == len(s.names)-1) {
			return i
		}
	}
	return -1
}

func (s *signature) countError(given int) error {
	want := fmt.Sprint(s.posMax)
	if s.required < s.posMax {
		want = fmt.Sprintf("%d to %d", s.required, s.posMax)
	}
	return Raise("TypeError", "takes %s positional arguments but %d were given", want, given)
}

// Accepts returns what is wrong with a call with so many arguments by position and these by name; ""
// when nothing is.
func (f *Func) Accepts(pos int, names []string) string {
	s, err := parseSignature(f.Params)
	if err != nil {
		return ""
	}
	if pos > s.posMax && !s.rest {
		return fmt.Sprintf("takes %s, not %d", arguments(s.required, s.posMax), pos)
	}
	given := map[string]bool{}
	for _, name := range names {
		i := s.index(name)
		if i < 0 && s.keywords {
			continue
		}
		if i < 0 {
			return "has no parameter " + name
		}
		if i < pos {
			return "is given " + name + " twice"
		}
		given[name] = true
	}
	for i, name := range s.names {
		if i >= pos && !given[name] && (i < s.required || s.needKw[i]) {
			return "lacks its argument " + name
		}
	}
	return ""
}

func arguments(least, most int) string {
	plural := "s"
	if most == 1 {
		plural = ""
	}
	switch {
	case most == 0:
		return "no arguments"
	case least == most:
		return fmt.Sprintf("%d argument%s", most, plural)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}
