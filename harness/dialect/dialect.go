// Package dialect is the Starlark of .star files: what it has beyond the language of build files, and
// what it tells those who write Python in it. Nothing is changed of the language: only the words of its
// errors.
package dialect

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/syntax"
)

// Options is the dialect: what Starlark leaves out only for build files is in.
func Options() *syntax.FileOptions {
	return &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}
}

// Explain puts all errors of a .star file with this text, each with file:line:col, into one, and says
// what to do about those that are Python's syntax or names. names, which may be nil, says it of names
// that others know.
func Explain(text []byte, err error, names func(name string) string) error {
	var list resolve.ErrorList
	var one syntax.Error
	switch {
	case errors.As(err, &list):
		errs := make([]error, len(list))
		for i, e := range list {
			errs[i] = fmt.Errorf("%s: %s", e.Pos, named(e.Msg, names))
		}
		return errors.Join(errs...)
	case errors.As(err, &one):
		pos, msg := ExplainSyntax(text, one)
		return fmt.Errorf("%s: %s", pos, msg)
	}
	return err
}

// undefined is how the resolver begins to tell of a name that nobody defines.
const undefined = "undefined: "

// named adds to the error of an undefined name what to use instead.
func named(msg string, names func(string) string) string {
	name, ok := strings.CutPrefix(msg, undefined)
	if !ok {
		return msg
	}
	name, _, _ = strings.Cut(name, " ") // behind it may be a near match
	if use := insteadOfName(name); use != "" {
		return undefined + name + ", a name of Python: " + use + orPython
	}
	if names != nil {
		if use := names(name); use != "" {
			return undefined + name + ": " + use
		}
	}
	return msg
}

// orPython is the other way out, whatever the construct.
const orPython = ", or name the file .py"

func insteadOfName(name string) string {
	if use := pythonNames[name]; use != "" {
		return use
	}
	if name == "Exception" || exceptionName.MatchString(name) {
		return "errors have no classes in Starlark; see 'quecstar doc attempt'"
	}
	return ""
}

var exceptionName = regexp.MustCompile(`^[A-Z]\w+(Error|Exception)$|^(KeyboardInterrupt|SystemExit|StopIteration)$`)

// ExplainSyntax is where a syntax error is and what it says: what to write in place of what is Python's.
func ExplainSyntax(text []byte, e syntax.Error) (syntax.Position, string) {
	tokens := scan(string(text))
	at := tokenAt(tokens, e.Pos, begins(e.Msg))
	for _, i := range suspects(tokens, at) {
		if says := complaint(around{tokens, i, e.Msg}); says != "" {
			file := e.Pos.Filename()
			return syntax.MakePosition(&file, tokens[i].line, tokens[i].col), says
		}
	}
	return e.Pos, e.Msg
}

// suspects are the tokens that an error may be about: the one that the parser stopped at, a word before it
// that begins a statement of Python's, and those behind it in the line, as the complaint may be an early one.
func suspects(tokens []token, at int) []int {
	var out []int
	for i := at; i >= 0 && i < len(tokens) && tokens[i].line == tokens[at].line; i++ {
		out = append(out, i)
		if i == at && i > 0 && tokens[i-1].first && !tokens[i].first {
			out = append(out, i-1)
		}
	}
	return out
}

// begins reports whether the parser places an error at the beginning of the token that it is about, as it does
// with few.
func begins(msg string) bool {
	return strings.HasSuffix(msg, "want primary expression") || strings.HasPrefix(msg, "unexpected input character") ||
		strings.HasPrefix(msg, "conditional expression")
}

// complaint says what is wrong with a token; "" when Starlark has the like.
func complaint(a around) string {
	for i := range hints {
		h := &hints[i]
		if !h.fits(a) {
			continue
		}
		if word.MatchString(a.text()) && (a.before().text == "." || a.next().text == "=" || a.msg == "not an identifier") {
			return strconv.Quote(a.text()) + " is a reserved word, which cannot be a name"
		}
		return "Starlark has no " + h.What + ": " + h.Use + orPython
	}
	return ""
}

var word = regexp.MustCompile(`^[a-z]+$`)
