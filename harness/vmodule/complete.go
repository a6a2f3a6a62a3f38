package vmodule

import (
	"slices"
	"strings"
)

// The columns in which names are listed (MicroPython, py/repl.c).
const (
	nameSlot = 16
	nameLine = 4 * nameSlot
)

// importing is the chain of names of modules.
const importing = "import "

// tab completes the name in front of the cursor, or lists what it may be; behind white space it indents.
func (t *typing) tab() {
	if t.cursor > 0 && strings.IndexByte(" \n\t", t.text[t.cursor-1]) >= 0 {
		t.insert(indentation)
		return
	}
	front := string(t.text[t.begin:t.cursor])
	rest, all := complete(front, t.names)
	switch {
	case rest != "":
		t.insert(rest)
	case len(all) > 1:
		t.say(columns(all) + t.prompt + front)
		t.insert("")
	}
}

// complete returns what the name at the end of a text goes on with for certain, and the names that it may be. The first
// word of a line may be import.
func complete(text string, names func(chain string) []string) (rest string, all []string) {
	chain := text[strings.LastIndexFunc(text, func(r rune) bool { return r != '.' && !isWord(byte(min(r, 127))) })+1:]
	dot := strings.LastIndexByte(chain, '.')
	begun := chain[dot+1:]
	from := chain[:max(dot, 0)]
	if strings.HasPrefix(text, importing) && dot < 0 || text == "from "+chain && dot < 0 {
		from = importing
	}
	for _, name := range names(from) {
		if strings.HasPrefix(name, begun) && (begun != "" || !strings.HasPrefix(name, "_")) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) == 0 {
		if chain == text && chain != "" && strings.HasPrefix(importing, chain) {
			return importing[len(chain):], nil
		}
		return "", nil
	}
	return commonPrefix(all)[len(begun):], all
}

func commonPrefix(all []string) string {
	first, last := all[0], all[len(all)-1] // of what is sorted these differ first
	n := 0
	for n < min(len(first), len(last)) && first[n] == last[n] {
		n++
	}
	return first[:n]
}

// columns lists names as MicroPython does: four in a line, and a long one in the place of two.
func columns(all []string) string {
	var out strings.Builder
	used := nameLine // begins a line
	for _, name := range all {
		gap := (nameSlot - used%nameSlot) % nameSlot
		if gap < 2 {
			gap += nameSlot
		}
		if used+gap+len(name) > nameLine {
			out.WriteString("\r\n" + name)
			used = len(name)
			continue
		}
		out.WriteString(strings.Repeat(" ", gap) + name)
		used += gap + len(name)
	}
	return out.String() + "\r\n"
}
