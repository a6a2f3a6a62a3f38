package runner

import (
	"fmt"
	"strings"
)

// expr is a boolean expression of words.
type expr func(has func(word string) bool) bool

// parseExpr reads WORD, not E, E and E, E or E, (E). A word may be in quotes; elsewhere it ends at a space or a
// parenthesis, so that a test's ID is a word. Flag names whose expression it is.
func parseExpr(flag, text string) (expr, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, usage("%s %q: %v", flag, text, err)
	}
	p := &exprParser{tokens: tokens}
	e, err := p.or()
	if err == nil && p.at < len(tokens) {
		err = fmt.Errorf("%q is not expected there: join words with and, or, not", tokens[p.at].text)
	}
	if err != nil {
		return nil, usage("%s %q: %v", flag, text, err)
	}
	return e, nil
}

type token struct {
	text   string
	quoted bool
}

func tokenize(text string) ([]token, error) {
	var out []token
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		switch c := text[0]; c {
		case '(', ')':
			out, text = append(out, token{text[:1], false}), text[1:]
		case '"', '\'':
			end := strings.IndexByte(text[1:], c)
			if end < 0 {
				return nil, fmt.Errorf("a quote is not closed")
			}
			out, text = append(out, token{text[1 : end+1], true}), text[end+2:]
		default:
			end := strings.IndexAny(text, " \t()")
			if end < 0 {
				end = len(text)
			}
			out, text = append(out, token{text[:end], false}), text[end:]
		}
	}
	return out, nil
}

type exprParser struct {
	tokens []token
	at     int
}

func (p *exprParser) next(word string) bool {
	if p.at < len(p.tokens) && p.tokens[p.at] == (token{word, false}) {
		p.at++
		return true
	}
	return false
}

func (p *exprParser) or() (expr, error) {
	left, err := p.and()
	for err == nil && p.next("or") {
		var right expr
		a := left
		right, err = p.and()
		left = func(has func(string) bool) bool { return a(has) || right(has) }
	}
	return left, err
}

func (p *exprParser) and() (expr, error) {
	left, err := p.not()
	for err == nil && p.next("and") {
		var right expr
		a := left
		right, err = p.not()
		left = func(has func(string) bool) bool { return a(has) && right(has) }
	}
	return left, err
}

func (p *exprParser) not() (expr, error) {
	if p.next("not") {
		e, err := p.not()
		return func(has func(string) bool) bool { return !e(has) }, err
	}
	if p.next("(") {
		e, err := p.or()
		if err == nil && !p.next(")") {
			err = fmt.Errorf("a parenthesis is not closed")
		}
		return e, err
	}
	if p.at == len(p.tokens) {
		return nil, fmt.Errorf("a word is missing at its end")
	}
	t := p.tokens[p.at]
	if !t.quoted && (t.text == "and" || t.text == "or" || t.text == ")") {
		return nil, fmt.Errorf("a word is missing in front of %q", t.text)
	}
	p.at++
	return func(has func(string) bool) bool { return has(t.text) }, nil
}
