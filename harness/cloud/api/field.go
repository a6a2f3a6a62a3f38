package api

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"quecstar/harness/cloud/record"
)

// field is one field of a body, with what the platform takes of it (limits: SDK, models of services/iotda/v5).
type field struct {
	name string
	form form
	// most is how many characters a text has, how many elements a list, or how large a number is; 0 is any.
	// least is the same from below.
	most, least int
	// chars are those of a text, or of each text of a list; nil is any.
	chars *regexp.Regexp
	// oneOf are the texts that are taken; empty is any.
	oneOf []string
	// needed says that a new one must have it, fixed that a change does not take it, hidden that lists leave it out.
	needed, fixed, hidden bool
	// secret says that it is told nobody, own that it is the platform's and taken from nobody.
	secret, own bool
	// def is what it is when it is not given; nil is none.
	def any
}

// form is what JSON a field is.
type form int

const (
	aText form = iota
	aNumber
	aFlag
	texts
	anObject
	aList
	anything
)

// Characters of names (SDK).
var (
	plainChars = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
	dotChars   = regexp.MustCompile(`^[A-Za-z0-9_.-]*$`)
	queueChars = regexp.MustCompile(`^[A-Za-z0-9_.:-]*$`)
	nameChars  = regexp.MustCompile(`^[\p{Han}A-Za-z0-9_?'#().,&%@! -]*$`)
	urnChars   = regexp.MustCompile(`^[A-Za-z0-9_:-]*$`)
	lowerChars = regexp.MustCompile(`^[a-z0-9.-]*$`)
	tagChars   = regexp.MustCompile(`^[\p{Han}A-Za-z0-9_.-]*$`)
	topicChars = regexp.MustCompile(`^[A-Za-z0-9/{}$=+#?*:._-]*$`)
	hexChars   = regexp.MustCompile(`^[A-Fa-f0-9]*$`)
)

// named is a field of plain characters.
func named(name string, most int) field { return field{name: name, most: most, chars: plainChars} }

// but changes a field.
func (f field) but(change func(*field)) field {
	change(&f)
	return f
}

func needed(f field) field { return f.but(func(f *field) { f.needed = true }) }
func fixed(f field) field  { return f.but(func(f *field) { f.fixed = true }) }

// check says why a value is not taken.
func (f field) check(v any) error {
	switch f.form {
	case aText:
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("%s is a string", f.name)
		}
		return f.checkText(s)
	case aNumber:
		n, ok := v.(json.Number)
		i, err := n.Int64()
		if !ok || err != nil {
			return fmt.Errorf("%s is an integer", f.name)
		}
		if i < int64(f.least) || f.most > 0 && i > int64(f.most) {
			return fmt.Errorf("%s is %d to %d, not %d", f.name, f.least, f.most, i)
		}
	case aFlag:
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s is true or false", f.name)
		}
	case texts, aList:
		return f.checkList(v)
	case anObject:
		if _, ok := v.(map[string]any); !ok {
			return fmt.Errorf("%s is an object", f.name)
		}
	}
	return nil
}

func (f field) checkText(s string) error {
	n := utf8.RuneCountInString(s)
	switch {
	case f.most > 0 && n > f.most:
		return fmt.Errorf("%s has %d characters, more than %d", f.name, n, f.most)
	case n < f.least:
		return fmt.Errorf("%s has %d characters, fewer than %d", f.name, n, f.least)
	case f.chars != nil && !f.chars.MatchString(s):
		return fmt.Errorf("%s has characters that are not taken: %q", f.name, s)
	case len(f.oneOf) > 0 && !slices.Contains(f.oneOf, s):
		return fmt.Errorf("%s is one of %s, not %q", f.name, strings.Join(f.oneOf, ", "), s)
	}
	return nil
}

func (f field) checkList(v any) error {
	list, ok := v.([]any)
	if !ok {
		return fmt.Errorf("%s is a list", f.name)
	}
	if n := len(list); n < f.least || f.most > 0 && n > f.most {
		return fmt.Errorf("%s has %d elements; %d to %d are taken", f.name, n, f.least, f.most)
	}
	if f.form == aList {
		return nil
	}
	each := field{name: f.name, chars: f.chars, oneOf: f.oneOf}
	for _, e := range list {
		s, ok := e.(string)
		if !ok {
			return fmt.Errorf("%s is a list of strings", f.name)
		}
		if err := each.checkText(s); err != nil {
			return err
		}
	}
	return nil
}

// checkObject says what of an object is not taken. Fields that it does not know are left alone, as the
// platform does.
func checkObject(fields []field, o record.Object) error {
	for _, f := range fields {
		v, there := o[f.name]
		if f.own {
			continue
		}
		if !there || v == nil {
			if f.needed {
				return fmt.Errorf("%s is wanted", f.name)
			}
			continue
		}
		if err := f.check(v); err != nil {
			return err
		}
		if s, ok := v.(string); ok && s == "" && f.needed {
			return fmt.Errorf("%s is wanted", f.name)
		}
	}
	return nil
}
