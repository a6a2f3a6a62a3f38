package at

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"quecstar/harness/atcmd"
)

// kind is what a token is.
type kind int

const (
	lineToken   kind = iota
	promptToken      // ">" or CONNECT where a payload is awaited
)

// token is one thing that a module said.
type token struct {
	kind kind
	text string // the line, without its end
	data []byte // payload that belongs to the line, by its length
}

// maxLine is how long a line may be; what is longer is noise. A payload by its length may be longer.
const maxLine = 16 << 10

// lexer cuts what a module sends into tokens. It works on bytes: prompts have no line end, echoes
// end in a carriage return alone, payloads may hold anything, and everything may come in pieces.
type lexer struct {
	buf []byte
	// prompt is what a command waits for: ">" or "CONNECT"; "" is nothing.
	prompt string
	// echo is the command line whose echo may come; echoed says that it came.
	echo   string
	echoed bool
	// payload is what may come back as an echo of a payload: the next bytes are all of it, or none.
	payload []byte
	// habits are whether the payloads of a command, by its name, come back.
	habits map[string]bool
	// raw is how many bytes follow the line CONNECT without a number, as in AT+QFDWL.
	raw int
	// noise counts bytes that were thrown away.
	noise int

	space bool // the blank behind a prompt may still come
	queue []token
}

// expect has the lexer look for what a command brings.
func (l *lexer) expect(c Command) {
	l.echo, l.echoed, l.prompt, l.raw, l.payload = c.Text, false, c.Prompt, c.Raw, nil
}

// feed adds what came.
func (l *lexer) feed(p []byte) { l.buf = append(l.buf, p...) }

// next returns the next token, if it is there whole.
func (l *lexer) next() (token, bool) {
	for {
		if len(l.queue) > 0 {
			t := l.queue[0]
			l.queue = l.queue[1:]
			return t, true
		}
		if !l.step() {
			return token{}, false
		}
	}
}

// step looks at the beginning of the buffer. It reports whether something was done.
func (l *lexer) step() bool {
	if !l.skip() {
		return false
	}
	if l.prompt == ">" && l.buf[0] == '>' {
		l.drop(1)
		l.space, l.prompt = true, ""
		l.queue = append(l.queue, token{kind: promptToken, text: ">"})
		return true
	}
	if head, n, is := l.received(); is {
		return l.take(head, n, `"`)
	}
	end := bytes.IndexAny(l.buf, "\r\n")
	if end < 0 {
		return l.overlong()
	}
	line := string(l.buf[:end])
	if n, follows := l.follows(line); follows {
		// The payload begins behind CR LF; a lone CR may be half of it.
		if end+1 >= len(l.buf) {
			return false
		}
		if l.buf[end] == '\r' && l.buf[end+1] == '\n' {
			end++
		}
		return l.block(line, end+1, n)
	}
	l.drop(end)
	l.line(line)
	return true
}

// skip drops the blank behind a prompt, the echo of a payload, and line ends. It reports whether there
// is something behind them that can be looked at.
func (l *lexer) skip() bool {
	if l.space && len(l.buf) > 0 {
		l.buf, l.space = bytes.TrimPrefix(l.buf, []byte(" ")), false
	}
	if len(l.payload) > 0 && len(l.buf) > 0 {
		n, more := echoLength(l.buf, l.payload)
		if more {
			return false
		}
		l.learn(n > 0)
		l.payload = nil
		l.drop(n)
	}
	l.buf = bytes.TrimLeft(l.buf, "\r\n\x00")
	if len(l.buf) == 0 {
		l.buf = nil // let go of what the slice holds
	}
	return len(l.buf) > 0
}

// expectEcho has the lexer look for the echo of a payload that is on its way. A payload that could be
// taken for an answer, or an answer for it, is looked for where payloads of the command came back
// before, or else where the command itself did: ATE0 holds for both, but for firmware that has its own mind.
func (l *lexer) expectEcho(payload []byte) {
	comes, known := l.habits[commandName(l.echo)]
	if !known {
		comes = l.echoed
	}
	if comes || !answerLike(payload) {
		l.payload = payload
	}
}

// learn notes whether a payload came back that could be nothing else.
func (l *lexer) learn(came bool) {
	if answerLike(l.payload) {
		return
	}
	if l.habits == nil {
		l.habits = map[string]bool{}
	}
	l.habits[commandName(l.echo)] = came
}

func commandName(text string) string {
	name, _, _ := strings.Cut(text, "=")
	return name
}

// answerLike reports whether a payload, or its first line, could be taken for what a module answers.
func answerLike(payload []byte) bool {
	line := payload
	if end := bytes.IndexAny(payload, "\r\n"); end >= 0 {
		line = payload[:end]
	}
	line = bytes.TrimSpace(bytes.TrimSuffix(line, []byte{ctrlZ}))
	return len(line) == 0 || strings.IndexByte("+^>", line[0]) >= 0 || isResult(string(line)) || isURC(string(line))
}

// isResult reports whether a line may be a final result.
func isResult(line string) bool {
	switch line {
	case "OK", "ERROR", "SEND OK", "SEND FAIL":
		return true
	}
	return atcmd.ParseError(line) != nil
}

// echoLength is how many bytes at the beginning of buf are the echo of a payload, 0 when it begins
// otherwise; more says that it is the beginning of one. Where the payload has a line end the echo may
// have another, and a prompt for the next line (3GPP TS 27.005, section 3.5.1); the key that ends a
// text need not be echoed.
func echoLength(buf, payload []byte) (n int, more bool) {
	payload = bytes.TrimSuffix(payload, []byte{ctrlZ})
	for len(payload) > 0 {
		switch {
		case n == len(buf):
			return 0, true
		case isLineEnd(payload[0]):
			end := len(buf) - len(bytes.TrimLeft(buf[n:], "\r\n"))
			if end == n {
				return 0, false
			}
			payload = bytes.TrimLeft(payload, "\r\n")
			if n = end; len(payload) == 0 || payload[0] == '>' {
				continue
			}
			if rest := buf[n:]; bytes.HasPrefix(rest, []byte("> ")) {
				n += len("> ")
			} else if string(rest) == ">" {
				return 0, true
			}
		case buf[n] != payload[0]:
			return 0, false
		default:
			n, payload = n+1, payload[1:]
		}
	}
	if n < len(buf) && buf[n] == ctrlZ {
		n++
	}
	return n, false
}

func isLineEnd(b byte) bool { return b == '\r' || b == '\n' }

// abandon throws away what is not whole and will not be any more.
func (l *lexer) abandon() {
	l.noise += len(l.buf)
	l.buf, l.payload = nil, nil
}

func (l *lexer) drop(n int) { l.buf = l.buf[n:] }

// overlong throws away what has no end.
func (l *lexer) overlong() bool {
	if len(l.buf) < maxLine {
		return false
	}
	l.noise += len(l.buf)
	l.buf = nil
	return false
}

// received recognizes +QMTRECV with a length: what it holds may have line ends and quotes. It
// returns the length of what is before the payload, and that of the payload.
func (l *lexer) received() (head, n int, is bool) {
	const name = "+QMTRECV: "
	if !bytes.HasPrefix(l.buf, []byte(name)) {
		return 0, 0, false
	}
	// The last `",<digits>,"` before the payload ends the topic; the first such place is it, as a
	// topic with that text in it would be a strange one.
	from := len(name)
	line := l.buf
	if end := bytes.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end] // what is before a payload is one line
	}
	for {
		i := bytes.Index(line[from:], []byte(`",`))
		if i < 0 {
			return 0, 0, false
		}
		from += i + 2
		rest := line[from:]
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 7 || !bytes.HasPrefix(rest[digits:], []byte(`,"`)) {
			if digits == 0 && len(rest) > 0 {
				return 0, 0, false // the payload begins, without a length
			}
			continue
		}
		n, _ := strconv.Atoi(string(rest[:digits])) // digits, few of them
		return from + digits + 2, n, true
	}
}

// take makes a token of a head, n bytes and an end; it waits until all are there.
func (l *lexer) take(head, n int, end string) bool {
	if len(l.buf) < head+n+len(end) {
		return false
	}
	t := token{text: string(l.buf[:head]), data: bytes.Clone(l.buf[head : head+n])}
	l.drop(head + n)
	l.buf = bytes.TrimPrefix(l.buf, []byte(end))
	l.queue = append(l.queue, t)
	return true
}

// block makes a token of a line and the n bytes behind it.
func (l *lexer) block(line string, from, n int) bool {
	if len(l.buf) < from+n {
		return false
	}
	t := token{text: line, data: bytes.Clone(l.buf[from : from+n])}
	l.drop(from + n)
	l.queue = append(l.queue, t)
	return true
}

// follows says how many bytes follow a line: it names their number.
func (l *lexer) follows(line string) (n int, ok bool) {
	var digits string
	switch {
	case line == "CONNECT" && l.raw > 0:
		n, l.raw = l.raw, 0
		return n, true
	case strings.HasPrefix(line, "CONNECT "):
		digits = line[len("CONNECT "):]
	case strings.HasPrefix(line, "+QIRD: "), strings.HasPrefix(line, "+QSSLRECV: "):
		_, digits, _ = strings.Cut(line, ": ")
	case strings.HasPrefix(line, `+QIURC: "recv",`):
		_, digits, ok = strings.Cut(line[len(`+QIURC: "recv",`):], ",")
		if !ok {
			return 0, false
		}
	default:
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n > 0 && n <= 1<<20
}

// line makes tokens of a line: without echoes and noise, and cut where a URC is glued to it.
func (l *lexer) line(text string) {
	text = strings.TrimSpace(text)
	if l.echo != "" {
		// T10: the echo of the next command may be glued to a result.
		if before, ok := strings.CutSuffix(text, l.echo); ok && (before == "" || isResult(before)) {
			l.echoed = true
			text = before
		}
	}
	if text == "" {
		return
	}
	if !utf8.ValidString(text) || hasControl(text) {
		l.noise += len(text)
		if text = afterNoise(text); text == "" {
			return
		}
	}
	if l.prompt == "CONNECT" && text == "CONNECT" {
		l.prompt = ""
		l.queue = append(l.queue, token{kind: promptToken, text: text})
		return
	}
	for _, part := range unglue(text) {
		l.queue = append(l.queue, token{text: part})
	}
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// afterNoise is the result or URC that ends a line whose beginning is noise, as at power-up; "" when
// there is none.
func afterNoise(line string) string {
	for _, known := range []string{"RDY", "APP RDY", "OK", "ERROR"} {
		if strings.HasSuffix(line, known) {
			return known
		}
	}
	if i := strings.LastIndexByte(line, '+'); i >= 0 && isURC(line[i:]) && utf8.ValidString(line[i:]) && !hasControl(line[i:]) {
		return line[i:]
	}
	return ""
}

// unglue cuts a line where a URC begins within it, outside quotes.
func unglue(line string) []string {
	if strings.HasPrefix(line, "+QMTRECV") || strings.Count(line, "+") == 0 {
		return []string{line}
	}
	var out []string
	quoted, from := false, 0
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '+' && i > from && !quoted && glues(line[from:i], line[i:]):
			out = append(out, strings.TrimSpace(line[from:i]))
			from = i
		}
	}
	return append(out, line[from:])
}

// glues reports whether a URC begins behind what is before it. Behind a result code that is any
// line, elsewhere only one that no answer holds.
func glues(before, rest string) bool {
	before = strings.TrimSpace(before)
	if before == "OK" || before == "SEND OK" || before == "RDY" {
		return true
	}
	return isURC(rest)
}
