package script

import "strings"

// maxNested bounds, in characters, the path from the begin of a Starlark statement to its deepest part: each
// takes stack of the parser and the compiler, and a Go program that is out of stack is gone.
const maxNested = 50_000

// nestedTooDeep reports whether the text of a Starlark file may nest too deep for Starlark. It measures how
// many characters are in front of each place without a comma or the end of a line between, in the brackets
// around it as well.
func nestedTooDeep(text string) bool {
	depth := 0
	var outer []int // depth where each open bracket stands
	begin := func() int {
		if len(outer) == 0 {
			return 0
		}
		return outer[len(outer)-1]
	}
	for i := 0; i < len(text); i++ {
		depth++
		switch c := text[i]; c {
		case '"', '\'':
			i = behindString(text, i) - 1
		case '#':
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return false
			}
			i += end - 1
		case '(', '[', '{':
			depth += bracketCost
			outer = append(outer, depth)
		case ')', ']', '}':
			depth = begin()
			outer = outer[:max(0, len(outer)-1)]
		case ',', '\n':
			depth = begin()
		}
		if depth > maxNested {
			return true
		}
	}
	return false
}

// bracketCost is how much more stack a bracket takes than another character.
const bracketCost = 20

// behindString is the place behind the string that begins at i.
func behindString(text string, i int) int {
	quote := text[i : i+1]
	if strings.HasPrefix(text[i:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	for i += len(quote); i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote)
		case text[i] == '\n' && len(quote) == 1:
			return i // not closed: the parser says so
		}
	}
	return len(text)
}
