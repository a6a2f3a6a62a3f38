// Package atcmd is the grammar of AT commands, as both ends of a port use it: parameters, quoted
// text, error numbers and the checksum of file transfers (3GPP TS 27.007; Quectel's AT command and
// file manuals).
package atcmd

import (
	"fmt"
	"strconv"
	"strings"
)

// Param is one parameter of a command or of an answer.
type Param struct {
	// Text is what it says, without quotes.
	Text string
	// Quoted says that it was in quotes, Given that it was there at all: in "1,,3" the second is not.
	Quoted, Given bool
}

// Int returns the number that the parameter is, and whether it is one.
func (p Param) Int() (int, bool) {
	n, err := strconv.Atoi(p.Text)
	return n, err == nil && p.Given && !p.Quoted
}

// Params are the parameters of a line, in order.
type Params []Param

// At returns the parameter with an index; one that is not given where there are fewer.
func (p Params) At(i int) Param {
	if i < 0 || i >= len(p) {
		return Param{}
	}
	return p[i]
}

// Text returns the text of a parameter, "" where it is not given.
func (p Params) Text(i int) string { return p.At(i).Text }

// Int returns the number of a parameter, and other where it is not given or no number. A number in
// quotes counts, as some firmware quotes them.
func (p Params) Int(i, other int) int {
	n, err := strconv.Atoi(p.At(i).Text)
	if err != nil {
		return other
	}
	return n
}

// Parse splits parameters at the commas that are not in quotes. Blanks around a parameter do not
// count. The error says that a quote is not closed.
func Parse(text string) (Params, error) {
	var out Params
	for {
		p, rest, more, err := next(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		if !more {
			return out, nil
		}
		text = rest
	}
}

// next takes one parameter off the text; more says that a comma follows.
func next(text string) (p Param, rest string, more bool, err error) {
	text = strings.TrimLeft(text, " ")
	if !strings.HasPrefix(text, `"`) {
		word, rest, more := strings.Cut(text, ",")
		word = strings.TrimRight(word, " ")
		return Param{Text: word, Given: word != ""}, rest, more, nil
	}
	inner, after, closed := strings.Cut(text[1:], `"`)
	if !closed {
		return p, "", false, fmt.Errorf("the quote of %q is not closed", text)
	}
	junk, rest, more := strings.Cut(after, ",")
	if strings.TrimSpace(junk) != "" {
		return p, "", false, fmt.Errorf("%q behind the quoted text %q", junk, inner)
	}
	return Param{Text: inner, Quoted: true, Given: true}, rest, more, nil
}

// Quote puts text in quotes. A text with a quote, or with a control character, cannot travel in a
// command: AT commands have no way to escape them. The error does not show the text, which may be a secret.
func Quote(text string) (string, error) {
	for _, r := range []byte(text) {
		if r == '"' || r < ' ' || r == 0x7f {
			return "", fmt.Errorf("a text of %d bytes has the character %q, which an AT command cannot carry", len(text), rune(r))
		}
	}
	return `"` + text + `"`, nil
}

// Cut splits a line such as "+CSQ: 24,99" into its name and what is behind the colon.
func Cut(line string) (name, params string, ok bool) {
	if !strings.HasPrefix(line, "+") && !strings.HasPrefix(line, "^") {
		return "", "", false
	}
	name, params, ok = strings.Cut(line, ":")
	return name, strings.TrimLeft(params, " "), ok
}

// FileSum is the checksum that +QFUPL and +QFDWL print: the exclusive or of the data's 16-bit words,
// high byte first; an odd last byte is the high half of its word (Quectel UGxx FILE AT manual,
// "AT+QFUPL").
func FileSum(data []byte) uint16 {
	var sum uint16
	for i := 0; i < len(data); i += 2 {
		word := uint16(data[i]) << 8
		if i+1 < len(data) {
			word |= uint16(data[i+1])
		}
		sum ^= word
	}
	return sum
}
