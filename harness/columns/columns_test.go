package columns

import (
	"slices"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "水表": 4, "a水b": 4, "ｆｕ": 4, "é": 1, "e\u0301": 1, "…→·": 3, "😀": 2,
		"\u200b": 0} {
		if got := Of(text); got != want {
			t.Errorf("Of(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, x := range []struct {
		text string
		n    int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"水表", 4, "水表"}, {"水表水", 4, "水…"}, {"水表水", 5, "水表…"}, {"abc", 0, "…"}, {"", 0, ""},
		{"abe\u0301", 3, "abe\u0301"},
	} {
		if got := Cut(x.text, x.n); got != x.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", x.text, x.n, got, x.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, x := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 10, []string{""}},
		{"one two", 10, []string{"one two"}},
		{"one two three", 9, []string{"one two", "three"}},
		{"one two th", 7, []string{"one two", "th"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{`{"a":1,"b":2}`, 8, []string{`{"a":1,`, `"b":2}`}},
		{"水表水表", 3, []string{"水", "表", "水", "表"}},
		{"水", 1, []string{"水"}},
	} {
		if got := Fold(x.text, x.n); !slices.Equal(got, x.want) {
			t.Errorf("Fold(%q, %d) = %q, want %q", x.text, x.n, got, x.want)
		}
	}
}

func TestRows(t *testing.T) {
	for _, x := range []struct {
		parts []string
		want  []string
	}{
		{[]string{"topic", "text"}, []string{"topic  text"}},
		{[]string{"topic", "payload", "at"}, []string{"topic", "payload  at"}},
		{[]string{"topic", "0123456789abc", "at"}, []string{"topic", "0123456789ab", "c  at"}},
		{[]string{"0123456789abc", "at"}, []string{"0123456789ab", "c  at"}},
	} {
		if got := Rows(x.parts, 12); !slices.Equal(got, x.want) {
			t.Errorf("Rows(%q) = %q, want %q", x.parts, got, x.want)
		}
	}
}

func TestVisible(t *testing.T) {
	if got, want := Visible("a\x1b[31m\u009b1m\x7f\r\n\t水"), "a·[31m·1m··\n\t水"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzFold: nothing but blanks gets lost, and no row is wider than it may be.
func FuzzFold(f *testing.F) {
	f.Add("a b, 水表c", 3)
	f.Fuzz(func(t *testing.T, text string, n int) {
		rows := Fold(text, n%40)
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(strings.Join(rows, "")) != squeeze(text) {
			t.Errorf("Fold(%q, %d) = %q", text, n, rows)
		}
		for _, row := range rows {
			if Of(row) > max(n%40, 2) && n%40 > 1 {
				t.Errorf("Fold(%q, %d) has %q", text, n, row)
			}
		}
	})
}
