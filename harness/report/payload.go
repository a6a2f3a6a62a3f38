package report

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"quecstar/harness/columns"
)

// shownBytes is how much of a payload is looked at for a summary.
const shownBytes = 4096

// Payload is a payload in one line: JSON without its white space, other text as it is, the rest in
// hex, with the size of what is long.
func Payload(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	head := b
	if len(head) > shownBytes {
		head = head[:shownBytes]
	}
	var compact bytes.Buffer
	if len(head) == len(b) && json.Compact(&compact, b) == nil {
		return compact.String()
	}
	if !utf8.Valid(bytes.TrimRightFunc(head, func(r rune) bool { return r == utf8.RuneError })) {
		text := hex.EncodeToString(head[:min(len(head), 32)])
		if len(b) > 32 {
			text += "…"
		}
		return fmt.Sprintf("%d bytes %s", len(b), text)
	}
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(string(head), ""))
	text = strings.Join(strings.Fields(text), " ")
	if len(head) < len(b) {
		return fmt.Sprintf("%d bytes %s", len(b), columns.Cut(text, 80))
	}
	return text
}
