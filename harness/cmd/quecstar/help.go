package main

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"quecstar/harness/columns"
)

// widestHelp is how wide the lines of a help are at most: longer ones are hard to read.
const widestHelp = 100

// help prints the help of a command, folded on a terminal.
func (p *process) help(c *cobra.Command) {
	text := strings.TrimSpace(cmp.Or(c.Long, c.Short)) + "\n\n" + c.UsageString()
	if width := p.page(); width > 0 {
		text = foldHelp(text, min(width-1, widestHelp))
	}
	_, _ = fmt.Fprint(c.OutOrStdout(), text) // who does not read it needs no help
}

// foldHelp folds a help to lines of n columns: a paragraph as a whole, a line that is indented by itself, with its
// second column kept as one. Examples stay whole, to be copied.
func foldHelp(text string, n int) string {
	var out, paragraph []string
	flush := func() {
		if len(paragraph) > 0 {
			out = append(out, columns.Fold(strings.Join(paragraph, " "), n)...)
		}
		paragraph = nil
	}
	examples := false
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && line[0] != ' ' {
			examples = line == "Examples:"
			if paragraph = append(paragraph, line); strings.HasSuffix(line, ":") {
				flush()
			}
			continue
		}
		flush()
		if examples || columns.Of(line) <= n {
			out = append(out, line)
		} else {
			out = append(out, foldItem(line, n)...)
		}
	}
	flush()
	return strings.Join(out, "\n")
}

// item is what stands in front of what an indented line says: a flag or a word, and two blanks at least.
var item = regexp.MustCompile(`^ +(?:\S+ )*?\S+ {2,}`)

// foldItem folds a line of a list.
func foldItem(line string, n int) []string {
	head := item.FindString(line)
	if head == "" || len(head) > n/2 {
		head = line[:len(line)-len(strings.TrimLeft(line, " "))]
	}
	rows := columns.Fold(line[len(head):], n-len(head))
	for i := range rows {
		if i > 0 {
			head = strings.Repeat(" ", len(head))
		}
		rows[i] = head + rows[i]
	}
	return rows
}
