package vmodule

import (
	"strings"
)

// friendly is the friendly mode: one line, or more where a statement goes on.
func (r *prompter) friendly() error {
	line, key, err := r.typed(ps1)
	if err != nil {
		return err
	}
	if r.m.opts.Behaviour.Prompt.Refuse {
		// The lock is looked at before the control characters are (QuecPython's pyexec.c of 2021).
		if key == 0 {
			r.say("REPL refuse\r\n")
		}
		return nil
	}
	if key != 0 {
		return r.control(key)
	}
	for code := line; ; {
		if !goesOn(code + "\n") {
			return r.runFriendly(code + "\n")
		}
		line, key, err = r.typed(ps2)
		switch {
		case err != nil:
			return err
		case key == ctrlC:
			r.say("\r\n")
			return nil
		case key == ctrlD: // ends the statement (MicroPython's shared/runtime/pyexec.c, pyexec_friendly_repl)
			return r.runFriendly(code + "\n")
		}
		code += "\n" + line
	}
}

// control does what a control character on an empty line says; Ctrl-C gives the line up.
func (r *prompter) control(key byte) error {
	switch key {
	case ctrlA:
		r.raw = true
		r.say("\r\n" + rawBanner)
	case ctrlB:
		r.say(r.banner())
	case ctrlC:
		r.say("\r\n")
	case ctrlD:
		r.say("\r\n")
		return errSoftReset
	case ctrlE:
		return r.pasteMode()
	}
	return nil
}

// runFriendly runs a statement that was typed: the value of an expression is printed.
func (r *prompter) runFriendly(code string) error {
	if hasStatement(code) {
		end, err := r.execute(job{code: code, interactive: true})
		if err != nil {
			return err
		}
		r.say(crlf(end.text))
		if end.exit {
			return errSoftReset
		}
	}
	return nil
}

// typed takes a line that is typed behind a prompt. Instead of a line it returns the control character that ended it.
func (r *prompter) typed(prompt string) (line string, key byte, err error) {
	for r.typing.start(prompt, prompt == ps1); ; {
		b, err := r.in.next()
		if err != nil {
			return "", 0, err
		}
		if key, ended := r.typing.key(b); ended {
			return r.typing.line(), key, nil
		}
	}
}

// hasStatement reports whether a text is more than comments.
func hasStatement(code string) bool {
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return true
		}
	}
	return false
}

// pasteMode takes text up to Ctrl-D and runs it as a whole.
func (r *prompter) pasteMode() error {
	r.say("\r\npaste mode; Ctrl-C to cancel, Ctrl-D to finish\r\n=== ")
	var code []byte
	for {
		b, err := r.in.next()
		if err != nil {
			return err
		}
		switch b {
		case ctrlC:
			r.say("\r\n")
			return nil
		case ctrlD:
			r.say("\r\n")
			return r.runFriendly(string(code))
		case '\r':
			code = append(code, '\n')
			r.say("\r\n=== ")
		default:
			code = append(code, b)
			r.out.put([]byte{b})
		}
	}
}

// compound are the words that begin a statement of several lines.
var compound = []string{"if", "while", "for", "try", "with", "def", "class", "async", "@"}

// goesOn reports whether a statement wants more lines, by the rule of MicroPython's prompt
// (py/repl.c): open brackets or quotes, a backslash, or a compound statement without an empty line
// behind it.
func goesOn(code string) bool {
	depth, quote := scan(code)
	if quote == `"""` || quote == "'''" || depth > 0 || strings.HasSuffix(code, "\\\n") {
		return true
	}
	first := strings.TrimLeft(code, " \t")
	for _, word := range compound {
		rest, ok := strings.CutPrefix(first, word)
		if ok && (word == "@" || rest == "" || !isWord(rest[0])) {
			return !strings.HasSuffix(code, "\n\n")
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// scan counts the open brackets of a text and tells which quote is open.
func scan(code string) (depth int, quote string) {
	for i := 0; i < len(code); i++ {
		c := code[i]
		switch {
		case quote != "":
			if c == '\\' {
				i++
			} else if strings.HasPrefix(code[i:], quote) {
				i += len(quote) - 1
				quote = ""
			} else if c == '\n' && len(quote) == 1 {
				quote = ""
			}
		case c == '"' || c == '\'':
			quote = string(c)
			if triple := strings.Repeat(quote, 3); strings.HasPrefix(code[i:], triple) {
				quote = triple
			}
			i += len(quote) - 1
		case c == '#':
			if end := strings.IndexByte(code[i:], '\n'); end >= 0 {
				i += end
			} else {
				return depth, ""
			}
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		}
	}
	return depth, quote
}
