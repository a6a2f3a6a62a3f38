package sql

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parser reads a clause, one token ahead. Its first error ends it.
type parser struct {
	text, resource string
	at             int   // behind token
	token          token // what comes next
	depth          int
	err            error
}

// token is a piece of a clause.
type token struct {
	kind  kind
	text  string // of a text without its quotes; a keyword or a function in capitals
	at    int    // in the clause
	names []string
}

type kind int

const (
	end     kind = iota
	name         // a path, with its names
	word         // a keyword
	call         // a name with a bracket behind it
	number       // digits
	text         // 'text'
	symbol       // an operator, a bracket, a comma
	nothing      // of no clause
)

var keywords = map[string]bool{"SELECT": true, "WHERE": true, "AS": true, "AND": true, "OR": true, "NOT": true, "IN": true,
	"IS": true, "NULL": true, "TRUE": true, "FALSE": true, "FROM": true}

// pieces are the forms of tokens. A name in double quotes may have a hyphen, which without them is a minus.
var pieces = regexp.MustCompile(`^(?:([A-Za-z_]\w*|"[A-Za-z0-9_-]+")(\.(?:\w+|"[A-Za-z0-9_-]+"))*|` +
	`\d+|'[^']*'|<=|>=|<>|!=|[<>=+*/(),-])`)

// textChars are those of a text (page, "constant strings").
var textChars = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("at character %d: "+format, append([]any{p.token.at + 1}, args...)...)
	}
}

// start takes the first token of a clause that is not too long.
func (p *parser) start() {
	n := utf8.RuneCountInString(p.text)
	if n > maxClause {
		p.err = fmt.Errorf("it has %d characters, more than %d", n, maxClause)
		return
	}
	for i, r := range p.text {
		if r > 0x7e {
			p.token.at = i
			p.fail("%q is none of the characters that are taken, which are those of ASCII", r)
			return
		}
	}
	p.next()
}

// next takes the next token.
func (p *parser) next() {
	for p.at < len(p.text) && strings.ContainsRune(" \t\r\n", rune(p.text[p.at])) {
		p.at++
	}
	if p.at == len(p.text) || p.err != nil {
		p.token = token{at: p.at}
		return
	}
	piece := pieces.FindString(p.text[p.at:])
	t := token{kind: nothing, text: piece, at: p.at}
	p.at += len(piece)
	switch {
	case piece == "":
		p.token = t
		p.fail("%q begins nothing that is taken", p.text[t.at:t.at+1])
		return
	case piece[0] == '\'':
		t.kind, t.text = text, piece[1:len(piece)-1]
	case piece[0] >= '0' && piece[0] <= '9':
		t.kind = number
	case piece[0] == '"' || piece[0] == '_' || piece[0] >= 'A':
		t = p.named(t)
	default:
		t.kind = symbol
	}
	p.token = t
}

// named is the token of a keyword, a call or a path.
func (p *parser) named(t token) token {
	capital := strings.ToUpper(t.text)
	switch {
	case keywords[capital]:
		t.kind, t.text = word, capital
	case strings.HasPrefix(strings.TrimLeft(p.text[p.at:], " "), "("):
		t.kind, t.text = call, capital
	default:
		t.kind = name
		for n := range strings.SplitSeq(t.text, ".") {
			t.names = append(t.names, strings.Trim(n, `"`))
		}
		t.text = strings.Join(t.names, ".")
	}
	return t
}

// is reports whether a keyword or a symbol comes next.
func (p *parser) is(t string) bool {
	return (p.token.kind == word || p.token.kind == symbol) && p.token.text == t
}

// skip takes a keyword or a symbol if it comes next.
func (p *parser) skip(t string) bool {
	if !p.is(t) {
		return false
	}
	p.next()
	return true
}

func (p *parser) want(t string) {
	if !p.skip(t) {
		p.fail("%s is wanted, not %s", t, p.token)
	}
}

func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return strconv.Quote(t.text)
}

// columns are those of a selection.
func (p *parser) columns() []column {
	if p.is("SELECT") {
		p.fail("the clause is given without the word SELECT")
	}
	var out []column
	for p.err == nil {
		out = append(out, p.column())
		if !p.skip(",") {
			break
		}
	}
	p.ended()
	return out
}

func (p *parser) ended() {
	if p.err == nil && p.token.kind != end {
		p.fail("the clause goes on with %s", p.token)
	}
}

func (p *parser) column() column {
	if p.skip("*") {
		return column{}
	}
	c := column{node: p.sum()}
	if path, is := c.node.(path); is {
		c.name = strings.Join(path, ".")
	}
	if !p.skip("AS") {
		if c.name == "" {
			p.fail("what is no name of a notice is given one by AS, before %s", p.token)
		}
		return c
	}
	c.name = p.token.text
	if p.token.kind != name || len(p.token.names) != 1 || len(c.name) > maxAlias {
		p.fail("behind AS a name of 1 to %d letters, digits and _ is wanted, not %s", maxAlias, p.token)
	}
	p.next()
	return c
}

// condition is that of a clause WHERE.
func (p *parser) condition() node {
	if p.is("WHERE") {
		p.fail("the clause is given without the word WHERE")
	}
	out := p.or()
	p.ended()
	if constant, is := out.(constant); is {
		if _, flag := constant.v.(bool); !flag {
			p.fail("a condition is wanted, not a constant")
		}
	}
	return out
}

// deeper counts what is in each other.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail("more than %d brackets and operators are in each other", maxDepth)
	}
	return func() { p.depth-- }
}

func (p *parser) or() node {
	defer p.deeper()()
	out := p.and()
	for p.err == nil && p.skip("OR") {
		out = logic{op: "OR", left: out, right: p.and()}
	}
	return out
}

func (p *parser) and() node {
	out := p.not()
	for p.err == nil && p.skip("AND") {
		out = logic{op: "AND", left: out, right: p.not()}
	}
	return out
}

func (p *parser) not() node {
	if !p.skip("NOT") {
		return p.comparison()
	}
	defer p.deeper()()
	return negation{p.not()}
}

func (p *parser) comparison() node {
	left := p.sum()
	not := false
	switch {
	case p.token.kind == symbol && operators[p.token.text] != nil:
		op := p.token.text
		p.next()
		return comparison{op: op, left: left, right: p.sum()}
	case p.skip("IS"):
		not = p.skip("NOT")
		p.want("NULL")
		return maybe(not, absence{left})
	}
	if not = p.skip("NOT"); !not && !p.is("IN") {
		return left
	}
	p.want("IN")
	return maybe(not, membership{left, p.list()})
}

// maybe is a condition, or that it does not hold.
func maybe(not bool, n node) node {
	if not {
		return negation{n}
	}
	return n
}

func (p *parser) sum() node {
	out := p.product()
	for p.err == nil && (p.is("+") || p.is("-")) {
		op := p.token.text
		p.next()
		out = arithmetic{op, out, p.product()}
	}
	return out
}

func (p *parser) product() node {
	out := p.operand()
	for p.err == nil && (p.is("*") || p.is("/")) {
		op := p.token.text
		p.next()
		out = arithmetic{op, out, p.operand()}
	}
	return out
}

// list is a list in brackets.
func (p *parser) list() []node {
	var out []node
	p.want("(")
	for p.err == nil {
		out = append(out, p.sum())
		if !p.skip(",") {
			break
		}
	}
	p.want(")")
	return out
}

func (p *parser) operand() node {
	t := p.token
	switch t.kind {
	case name:
		p.next()
		return path(t.names)
	case call:
		return p.call()
	case number, text:
		return p.constant()
	}
	switch {
	case p.is("-"):
		p.next()
		if p.token.kind != number {
			p.fail("a number is wanted behind the minus, not %s", p.token)
		}
		p.token.text = "-" + p.token.text
		return p.constant()
	case p.skip("("):
		out := p.or()
		p.want(")")
		return out
	case p.skip("TRUE"):
		return constant{true}
	case p.skip("FALSE"):
		return constant{false}
	}
	p.fail("a name, a constant or a function is wanted, not %s", t)
	return constant{}
}

// constant is a number or a text.
func (p *parser) constant() node {
	t := p.token
	var out constant
	if t.kind == number {
		n, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil || n < math.MinInt32 || n > math.MaxInt32 {
			p.fail("%s is no integer of %d to %d", t.text, math.MinInt32, math.MaxInt32)
		}
		out.v = n
	} else {
		if len(t.text) > maxText || !textChars.MatchString(t.text) {
			p.fail("a text has at most %d letters, digits, _ and -, as %s has not", maxText, t)
		}
		out.v = t.text
	}
	p.next()
	return out
}

func (p *parser) call() node {
	defer p.deeper()()
	t := p.token
	f, is := functions[t.text]
	if !is {
		p.fail("there is no function %s", t.text)
		return constant{}
	}
	if f.reports && p.resource != reports {
		p.fail("the function %s is for rules about %s alone, and this one is about %s", t.text, reports, p.resource)
	}
	p.next()
	args := p.list()
	if p.err == nil && (len(args) < f.least || len(args) > f.most) {
		p.err = fmt.Errorf("at character %d: %s takes %s", t.at+1, t.text, f.takes)
	}
	return application{f, args}
}
