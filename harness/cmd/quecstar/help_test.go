package main

import (
	"slices"
	"strings"
	"testing"

	"quecstar/harness/columns"
)

// TestHelpFolds: on a terminal the help of each command is folded to its width, without a word lost; examples stay as
// they are, and elsewhere all does.
func TestHelpFolds(t *testing.T) {
	wide := 0
	commands := []string{"", "report merge"}
	for _, c := range newRoot(&process{}).Commands() {
		commands = append(commands, c.Name())
	}
	for _, name := range commands {
		help := func(columns int) string {
			var out strings.Builder
			p := &process{args: append(strings.Fields(name), "--help"), stdout: &out, stderr: &out,
				env: func(string) string { return "" }, page: func() int { return columns }, terminal: func() int { return 0 }}
			if status := run(p); status != 0 {
				t.Fatalf("%s --help: status %d", name, status)
			}
			return out.String()
		}
		plain, folded := help(0), help(80)
		if !slices.Equal(strings.Fields(plain), strings.Fields(folded)) {
			t.Errorf("%s: words are lost:\n%s", name, folded)
		}
		_, examples, _ := strings.Cut(plain, "\nExamples:\n")
		examples, _, _ = strings.Cut(examples, "\n\n")
		if !strings.Contains(folded, examples) {
			t.Errorf("%s: its examples are folded:\n%s", name, folded)
		}
		for line := range strings.Lines(strings.Replace(folded, examples, "", 1)) {
			if columns.Of(strings.TrimRight(line, "\n")) > 79 {
				t.Errorf("%s: wider than the terminal: %s", name, line)
			}
		}
		if folded != plain {
			wide++
		}
	}
	if wide < 10 {
		t.Errorf("the helps of %d commands were folded", wide)
	}
}

func TestFoldHelp(t *testing.T) {
	const text = `Runs a thing
that is long. And so on.

Keys, each behind Enter:
  u  unplug the ports again and again
  none of these is a list of two columns
Last line.

Examples:
  quecstar thing --with-a-long-line of-arguments

Flags:
  -q, --quiet string   says nothing at all
`
	const want = `Runs a thing that is
long. And so on.

Keys, each behind
Enter:
  u  unplug the
     ports again and
     again
  none of these is a
  list of two
  columns
Last line.

Examples:
  quecstar thing --with-a-long-line of-arguments

Flags:
  -q, --quiet string
  says nothing at
  all
`
	if got := foldHelp(text, 20); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
