package vmodule

import (
	"fmt"
	"slices"
	"strings"
)

// historySize is how many lines a prompt remembers (MicroPython, MICROPY_READLINE_HISTORY_SIZE).
const historySize = 8

// indentation is what the prompt indents by, and what Backspace takes of it.
const indentation = "    "

// typing is the text of a statement while it is typed, and what the terminal is told of it: MicroPython's line editor
// as it is on the wire (shared/readline/readline.c of 1.27, with the keys of Emacs that a port has by default; key by
// key as its WebAssembly build answers, see TestTypingIsMicroPythons, and on the screen as 1.9.2 does, see
// TestTypingIsTheMicrobits). It draws a key with as few bytes as that does: the cursor goes back, the rest of the line
// is written anew, and the cursor goes back to its place.
type typing struct {
	say func(string)
	// names are what a chain such as "a.b" of a text may go on with: with no dot in it the names in scope, behind
	// "import " those of modules.
	names func(chain string) []string

	text   []byte // of the whole statement
	begin  int    // of the line in it that is typed now
	cursor int
	prompt string

	recent   []string // the lines before, the last one first
	size     int      // how many of them are kept; historySize where it is 0
	told     func(line string)
	recalled int // which of them stands there; -1 is none

	escape      string // what there is of a control sequence
	indents     bool   // the next line is indented as this one is
	justIndents bool   // and this key is the first behind that
}

// start begins a statement's first line, or its next one.
func (t *typing) start(prompt string, first bool) {
	if first {
		t.text, t.indents = nil, true
	} else {
		t.text = append(t.text, '\n')
	}
	t.begin, t.cursor = len(t.text), len(t.text)
	t.prompt, t.recalled, t.escape, t.justIndents = prompt, -1, "", false
	t.say(prompt)
	t.indent()
}

// indent begins a line as deep as the one before, or deeper behind a colon; behind two empty ones not.
func (t *typing) indent() {
	if !t.indents || t.begin < 2 {
		return
	}
	lines := strings.Split(string(t.text[:t.begin-1]), "\n")
	blank := func(back int) bool { return strings.Trim(lines[len(lines)-back], " ") == "" }
	if len(lines) > 2 && blank(1) && blank(2) {
		return
	}
	last := lines[len(lines)-1]
	depth := (len(last) - len(strings.TrimLeft(last, " "))) / len(indentation)
	if strings.HasSuffix(last, ":") {
		depth++
	}
	if depth > 0 {
		t.insert(strings.Repeat(indentation, depth))
		t.justIndents = true
	}
}

// line is what is typed of the line so far.
func (t *typing) line() string { return string(t.text[t.begin:]) }

// key takes a byte. It reports whether it ended the line: as Enter, which is 0, or as a control character.
func (t *typing) key(b byte) (end byte, ended bool) {
	fresh := t.justIndents
	t.justIndents = false
	if t.escape != "" {
		t.sequence(b)
		return 0, false
	}
	empty := len(t.text) == t.begin
	switch {
	case b >= ctrlA && b <= ctrlE && empty, b == ctrlC:
		return b, true
	case b == '\r':
		t.say("\r\n")
		t.remember(t.line())
		return 0, true
	case b == escKey:
		t.escape = string(b)
	case b == backspace || b == deleteKey:
		t.back()
	case fresh && (b == '\t' || b == ' '):
		if t.indents = false; b == ' ' { // the depth is typed by hand
			t.move(-3)
			t.text = t.text[:t.cursor] // the spaces need no erasing
		}
	case b == '\t':
		t.tab()
	case b >= ' ' && b < deleteKey:
		t.insert(string(b))
	default:
		t.command(b)
	}
	return 0, false
}

// The keys that are no printable characters.
const (
	ctrlF     = 6
	ctrlK     = 11
	ctrlN     = 14
	ctrlP     = 16
	ctrlU     = 21
	escKey    = 27
	deleteKey = 127
)

// command does what a control character says.
func (t *typing) command(b byte) {
	switch b {
	case ctrlA:
		t.home()
	case ctrlB:
		t.left()
	case ctrlD:
		t.del()
	case ctrlE:
		t.end()
	case ctrlF:
		t.right()
	case ctrlK:
		t.cut(len(t.text) - t.cursor)
	case ctrlN:
		t.recall(-1)
	case ctrlP:
		t.recall(1)
	case ctrlU:
		n := t.cursor - t.begin
		t.move(-n)
		t.cut(n)
	}
}

// sequence takes the next byte of a control sequence; those that it does not know it forgets where MicroPython does.
func (t *typing) sequence(b byte) {
	t.escape += string(b)
	switch done := map[string]func(){"\x1b[A": func() { t.recall(1) }, "\x1b[B": func() { t.recall(-1) },
		"\x1b[C": t.right, "\x1b[D": t.left, "\x1b[H": t.home, "\x1b[F": t.end, "\x1bOH": t.home, "\x1bOF": t.end,
		"\x1b[1~": t.home, "\x1b[7~": t.home, "\x1b[4~": t.end, "\x1b[8~": t.end, "\x1b[3~": t.del}[t.escape]; {
	case done != nil:
		done()
	case t.escape == "\x1b[", t.escape == "\x1bO", len(t.escape) == 3 && t.escape[1] == '[' && b >= '0' && b <= '9':
		return
	}
	t.escape = ""
}

// move moves the cursor by so many characters.
func (t *typing) move(n int) {
	switch {
	case n < -4:
		t.say(fmt.Sprintf("\x1b[%dD", -n))
	case n < 0:
		t.say(strings.Repeat("\b", -n))
	case n > 0:
		t.say(string(t.text[t.cursor : t.cursor+n]))
	}
	t.cursor += n
}

// insert puts text in at the cursor.
func (t *typing) insert(text string) {
	t.text = slices.Insert(t.text, t.cursor, []byte(text)...)
	t.say(string(t.text[t.cursor:]))
	rest := len(t.text) - t.cursor - len(text)
	t.cursor = len(t.text)
	t.move(-rest)
}

// cut takes so many characters at the cursor out.
func (t *typing) cut(n int) {
	t.text = slices.Delete(t.text, t.cursor, t.cursor+n)
	if n > 0 {
		t.say("\x1b[K")
	}
	rest := len(t.text) - t.cursor
	t.say(string(t.text[t.cursor:]))
	t.cursor = len(t.text)
	t.move(-rest)
}

// back takes out the character in front of the cursor, or a whole indentation.
func (t *typing) back() {
	if t.cursor == t.begin {
		return
	}
	n := 1
	if front := string(t.text[t.begin:t.cursor]); len(front) >= len(indentation) && strings.Trim(front, " ") == "" {
		n = len(indentation)
	}
	t.move(-n)
	t.cut(n)
}

func (t *typing) home() { t.move(t.begin - t.cursor) }
func (t *typing) end()  { t.move(len(t.text) - t.cursor) }

func (t *typing) left() {
	if t.cursor > t.begin {
		t.move(-1)
	}
}

func (t *typing) right() {
	if t.cursor < len(t.text) {
		t.move(1)
	}
}

func (t *typing) del() {
	if t.cursor < len(t.text) {
		t.cut(1)
	}
}

// recall puts an older line, or with -1 a newer one, in the place of this one.
func (t *typing) recall(step int) {
	if t.recalled+step >= len(t.recent) || t.recalled+step < -1 {
		return
	}
	t.recalled += step
	line := ""
	if t.recalled >= 0 {
		line = t.recent[t.recalled]
	}
	before := len(t.text)
	t.home()
	t.text = append(t.text[:t.begin], line...)
	if len(t.text) < before {
		t.say("\x1b[K")
	}
	t.say(line)
	t.cursor = len(t.text)
}

// remember keeps a line, unless it is empty or was the last one.
func (t *typing) remember(line string) {
	if line == "" || len(t.recent) > 0 && t.recent[0] == line {
		return
	}
	size := historySize
	if t.size > 0 {
		size = t.size
	}
	t.recent = append([]string{line}, t.recent...)
	t.recent = t.recent[:min(len(t.recent), size)]
	if t.told != nil {
		t.told(line)
	}
}
