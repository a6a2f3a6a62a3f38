package parse

import "quecstar/harness/python/ast"

// kind is what a token is.
type kind uint8

const (
	eof kind = iota
	newline
	indent
	dedent
	name
	number
	str
	// Operators and delimiters.
	lparen
	rparen
	lbrack
	rbrack
	lbrace
	rbrace
	comma
	colon
	semicolon
	dot
	ellipsis
	arrow
	walrus
	assign
	at
	plus
	minus
	star
	doubleStar
	slash
	doubleSlash
	percent
	amper
	pipe
	caret
	tilde
	lshift
	rshift
	lt
	gt
	le
	ge
	eq
	ne
	// Augmented assignments, in the order of augmented.
	plusEq
	minusEq
	starEq
	slashEq
	doubleSlashEq
	percentEq
	ampEq
	pipeEq
	caretEq
	lshiftEq
	rshiftEq
	doubleStarEq
	atEq
	// Keywords.
	kwFalse
	kwNone
	kwTrue
	kwAnd
	kwAs
	kwAssert
	kwAsync
	kwAwait
	kwBreak
	kwClass
	kwContinue
	kwDef
	kwDel
	kwElif
	kwElse
	kwExcept
	kwFinally
	kwFor
	kwFrom
	kwGlobal
	kwIf
	kwImport
	kwIn
	kwIs
	kwLambda
	kwNonlocal
	kwNot
	kwOr
	kwPass
	kwRaise
	kwReturn
	kwTry
	kwWhile
	kwWith
	kwYield
)

// token is one token; its text is the source from start to end.
type token struct {
	ast.Pos
	kind       kind
	start, end int32
}

var keywords = map[string]kind{
	"False": kwFalse, "None": kwNone, "True": kwTrue, "and": kwAnd, "as": kwAs, "assert": kwAssert,
	"async": kwAsync, "await": kwAwait, "break": kwBreak, "class": kwClass, "continue": kwContinue,
	"def": kwDef, "del": kwDel, "elif": kwElif, "else": kwElse, "except": kwExcept, "finally": kwFinally,
	"for": kwFor, "from": kwFrom, "global": kwGlobal, "if": kwIf, "import": kwImport, "in": kwIn,
	"is": kwIs, "lambda": kwLambda, "nonlocal": kwNonlocal, "not": kwNot, "or": kwOr, "pass": kwPass,
	"raise": kwRaise, "return": kwReturn, "try": kwTry, "while": kwWhile, "with": kwWith, "yield": kwYield,
}

// isKeyword reports whether a name can never be a variable.
func isKeyword(s string) bool {
	_, ok := keywords[s]
	return ok
}

// operators are spelled out, the longest first within a first character.
var operators = [128][]struct {
	text string
	kind kind
}{
	'(': {{"(", lparen}}, ')': {{")", rparen}}, '[': {{"[", lbrack}}, ']': {{"]", rbrack}},
	'{': {{"{", lbrace}}, '}': {{"}", rbrace}}, ',': {{",", comma}}, ';': {{";", semicolon}},
	'~': {{"~", tilde}},
	':': {{":=", walrus}, {":", colon}},
	'.': {{"...", ellipsis}, {".", dot}},
	'=': {{"==", eq}, {"=", assign}},
	'!': {{"!=", ne}},
	'@': {{"@=", atEq}, {"@", at}},
	'+': {{"+=", plusEq}, {"+", plus}},
	'-': {{"->", arrow}, {"-=", minusEq}, {"-", minus}},
	'*': {{"**=", doubleStarEq}, {"**", doubleStar}, {"*=", starEq}, {"*", star}},
	'/': {{"//=", doubleSlashEq}, {"//", doubleSlash}, {"/=", slashEq}, {"/", slash}},
	'%': {{"%=", percentEq}, {"%", percent}},
	'&': {{"&=", ampEq}, {"&", amper}},
	'|': {{"|=", pipeEq}, {"|", pipe}},
	'^': {{"^=", caretEq}, {"^", caret}},
	'<': {{"<<=", lshiftEq}, {"<<", lshift}, {"<=", le}, {"<", lt}},
	'>': {{">>=", rshiftEq}, {">>", rshift}, {">=", ge}, {">", gt}},
}
