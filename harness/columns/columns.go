// Package columns measures text as terminals do, and cuts and folds it to their width.
package columns

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Of is how many columns of a terminal a text takes: Chinese characters and the like take two (Unicode Standard
// Annex 11), marks that stand over another none.
func Of(text string) int {
	n := 0
	for _, r := range text {
		n += of(r)
	}
	return n
}

func of(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// Visible is a text without what would move a terminal's cursor or change its colours: control characters stand as
// "·". Line ends and tabs stay.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' {
			return '·'
		}
		return r
	}, text)
}

// Cut is a text of at most n columns, which ends in "…" where some of it is cut off.
func Cut(text string, n int) string {
	head, rest := split(text, n)
	if rest == "" {
		return text
	}
	head, _ = split(head, n-1)
	return head + "…"
}

// split takes so many columns from the front of a text, with what stands over the last.
func split(text string, n int) (head, rest string) {
	used := 0
	for i, r := range text {
		if used += of(r); used > n {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// Fold is a text in rows of at most n columns, but for a character that is wider. A row ends behind a blank or a
// comma where one is in its second half.
func Fold(text string, n int) []string {
	var rows []string
	for {
		head, rest := split(text, n)
		if rest == "" {
			return append(rows, text)
		}
		if head == "" {
			_, size := utf8.DecodeRuneInString(text)
			head, rest = text[:size], text[size:]
		}
		if at := strings.LastIndexAny(head, " ,") + 1; !strings.HasPrefix(rest, " ") && at > len(head)/2 {
			head, rest = text[:at], text[at:]
		}
		rows = append(rows, strings.TrimRight(head, " "))
		if text = strings.TrimLeft(rest, " "); text == "" {
			return rows
		}
	}
}

// Rows are parts of a text, of which there is at least one, in rows of at most n columns: beside each other, with two
// blanks between, where they fit, and folded where one is too long for a row.
func Rows(parts []string, n int) []string {
	rows := Fold(parts[0], n)
	for _, part := range parts[1:] {
		last := &rows[len(rows)-1]
		if Of(*last)+2+Of(part) <= n {
			*last += "  " + part
			continue
		}
		rows = append(rows, Fold(part, n)...)
	}
	return rows
}

// Pad is a text of n columns at least, with blanks behind it.
func Pad(text string, n int) string { return text + strings.Repeat(" ", max(0, n-Of(text))) }
