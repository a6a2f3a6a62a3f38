package object

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// splitArgs are the separator, "" for white space, and how often to split, -1 for always.
func splitArgs(t text, a *Args) (sep string, n int, err error) {
	if err := a.Only("sep", "maxsplit"); err != nil {
		return "", 0, err
	}
	if v := a.Named(0, "sep"); v != nil && v != starlark.None {
		if sep, err = t.other(v); err != nil {
			return "", 0, err
		}
		if sep == "" {
			return "", 0, Errorf("ValueError", "empty separator")
		}
	}
	n = -1
	if v := a.Named(1, "maxsplit"); v != nil {
		n, err = ToInt(v)
	}
	return sep, n, err
}

// bytesPerPart is what one part of a split text takes: a string of Go's, a str, and its place in a list.
const bytesPerPart = 64

func (t text) list(parts []string) starlark.Value {
	out := make([]starlark.Value, len(parts))
	for i, p := range parts {
		out[i] = t.like(p)
	}
	return starlark.NewList(out)
}

// splitter splits at a separator or at white space, as often as is wanted from the one end or the other.
func splitter(fromEnd bool) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		sep, n, err := splitArgs(t, a)
		if err != nil {
			return nil, err
		}
		places := gaps(t.s)
		if sep != "" {
			places = strings.Count(t.s, sep)
		}
		if err := t.roomForParts(places, n); err != nil {
			return nil, err
		}
		if !fromEnd || n < 0 {
			return t.list(split(t.s, sep, n)), nil
		}
		if err := t.roomForCopies(); err != nil {
			return nil, err
		}
		parts := split(mirrored(t.s), mirrored(sep), n)
		slices.Reverse(parts)
		for i, p := range parts {
			parts[i] = mirrored(p)
		}
		return t.list(parts), nil
	}
}

// mirrored is a text with its bytes in the opposite order.
func mirrored(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// split splits at a separator, or at runs of white space without one, n times at most unless n is negative.
func split(s, sep string, n int) []string {
	switch {
	case sep == "":
		return splitSpace(s, n)
	case n < 0:
		return strings.Split(s, sep)
	}
	return strings.SplitN(s, sep, n+1)
}

// roomForParts is a MemoryError where a text that splits at so many places, n of them at most unless n is
// negative, has more parts than there is room for.
func (t text) roomForParts(places, n int) error {
	if n >= 0 {
		places = min(places, n)
	}
	return roomForMany(places+1, bytesPerPart)
}

// gaps counts the runs of white space in a text.
func gaps(s string) (n int) {
	within := false
	for i := range len(s) {
		space := strings.IndexByte(asciiSpace, s[i]) >= 0
		if space && !within {
			n++
		}
		within = space
	}
	return n
}

// splitSpace splits at runs of white space, n times at most unless n is negative.
func splitSpace(s string, n int) []string {
	if n < 0 {
		return strings.FieldsFunc(s, isSpace)
	}
	var parts []string
	s = strings.TrimLeftFunc(s, isSpace)
	for ; s != "" && n > 0; n-- {
		at := strings.IndexFunc(s, isSpace)
		if at < 0 {
			break
		}
		parts = append(parts, s[:at])
		s = strings.TrimLeftFunc(s[at:], isSpace)
	}
	if s != "" {
		parts = append(parts, s)
	}
	return parts
}

func isSpace(r rune) bool { return strings.ContainsRune(asciiSpace, r) }

func textSplitlines(t text, a *Args) (starlark.Value, error) {
	keep := false
	if v := a.Named(0, "keepends"); v != nil {
		keep = Truth(v)
	}
	if err := t.roomForParts(strings.Count(t.s, "\n")+strings.Count(t.s, "\r"), -1); err != nil {
		return nil, err
	}
	var parts []string
	for s := t.s; s != ""; {
		end := strings.IndexAny(s, "\r\n")
		if end < 0 {
			parts = append(parts, s)
			break
		}
		next := end + 1
		if strings.HasPrefix(s[end:], "\r\n") {
			next++
		}
		if keep {
			end = next
		}
		parts = append(parts, s[:end])
		s = s[next:]
	}
	return t.list(parts), nil
}
