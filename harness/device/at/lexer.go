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
	data []byte // payload that belongs to the line
	// doubt says that the payload may have ended elsewhere; rest, that the text may be the rest of that
	// of a message without a length.
	doubt, rest bool
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
	// file says that the number behind CONNECT is how many bytes follow (File application note, "AT+QFREAD").
	// Behind other commands it is the rate of data mode (V.250, section 6.2.4).
	file bool
	// busy says that a command is in flight, any that its answer may have any line.
	busy, any bool
	// waits is what for.
	waits wanting
	// open says that the last message had no length, and the rest of it may still come.
	open bool
	// frames says that the module says an empty line before what it says unasked; lines is how many line
	// ends came since it spoke last.
	frames, spoke bool
	lines         int
	// noise counts bytes that were thrown away.
	noise int

	space bool // the blank behind a prompt may still come
	queue []token
}

// expect has the lexer look for what a command brings.
func (l *lexer) expect(c Command) {
	l.echo, l.echoed, l.prompt, l.raw, l.payload = c.Text, false, c.Prompt, c.Raw, nil
	l.busy, l.any = true, c.Answer == ""
	l.file = strings.EqualFold(commandName(c.Text), "AT+QFREAD")
}

// rest is that no command is in flight any more.
func (l *lexer) rest() {
	l.prompt, l.payload, l.raw = "", nil, 0
	l.busy, l.any, l.file = false, false, false
}

// feed adds what came.
func (l *lexer) feed(p []byte) { l.buf = append(l.buf, p...) }

// next returns the next token, if it is there whole.
func (l *lexer) next() (token, bool) {
	l.waits = nothing
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
	if m, is, more := received(l.buf); is {
		l.frames = l.lines > 1 || l.lines == 1 && !l.spoke
		return l.message(m)
	} else if more {
		return l.overlong()
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
	said := bytes.TrimLeft(l.buf, "\r\n\x00")
	l.lines += bytes.Count(l.buf[:len(l.buf)-len(said)], []byte("\n"))
	if l.buf = said; len(said) == 0 {
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

// drop takes off what was looked at.
func (l *lexer) drop(n int) {
	if l.buf = l.buf[n:]; n > 0 {
		l.lines, l.spoke = 0, true
	}
}

// overlong throws away what has no end.
func (l *lexer) overlong() bool {
	if len(l.buf) < maxLine {
		return false
	}
	l.noise += len(l.buf)
	l.buf = nil
	return false
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
	case l.file && strings.HasPrefix(line, "CONNECT "):
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
		// Behind a message that was cut too early comes a line with the quote that ended it.
		rest := l.open && strings.HasSuffix(part, `"`) && strings.Count(part, `"`)%2 == 1
		l.queue = append(l.queue, token{text: part, rest: rest})
		l.open = l.open && !rest
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
	if i := strings.LastIndexByte(line, '+'); i >= 0 && isURC(line[i:]) && utf8.ValidString(line[i:]) &&
		!hasControl(line[i:]) {
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
