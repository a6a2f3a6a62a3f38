package parse

import (
	"strings"

	"quecstar/harness/python/ast"
)

// kind is what a token is: of a keyword, operator or delimiter its text.
type kind string

// The other kinds.
const (
	eof     kind = "eof"
	newline kind = "newline"
	indent  kind = "indent"
	dedent  kind = "dedent"
	name    kind = "name"
	number  kind = "number"
	str     kind = "str"
)

// token is one token; its text is the source from start to end.
type token struct {
	ast.Pos
	operator
	kind       kind
	start, end int32
}

// isKeyword has the names that can never be a variable.
var isKeyword = set("False None True and as assert async await break class continue def del elif else except finally for " +
	"from global if import in is lambda nonlocal not or pass raise return try while with yield")

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// operator is what an operator does that stands between two operands.
type operator struct {
	binary   ast.Operator // 0 for none
	prec     uint8        // of a binary one; 0 for that which binds tighter than a sign
	compares ast.CmpOp    // 0 for none
}

// operators are all that are no words, delimiters among them.
var operators = func() map[string]operator {
	all := map[string]operator{
		"|": {ast.BitOr, 1, 0}, "^": {ast.BitXor, 2, 0}, "&": {ast.BitAnd, 3, 0}, "<<": {ast.LShift, 4, 0}, ">>": {ast.RShift, 4, 0},
		"+": {ast.Add, 5, 0}, "-": {ast.Sub, 5, 0}, "*": {ast.Mult, 6, 0}, "/": {ast.Div, 6, 0}, "//": {ast.FloorDiv, 6, 0},
		"%": {ast.Modulo, 6, 0}, "@": {ast.MatMult, 6, 0}, "**": {ast.Pow, 0, 0},
		"==": {0, 0, ast.Eq}, "!=": {0, 0, ast.NotEq}, "<": {0, 0, ast.Lt}, "<=": {0, 0, ast.LtE}, ">": {0, 0, ast.Gt}, ">=": {0, 0, ast.GtE},
	}
	for _, text := range strings.Fields("( ) [ ] { } , : ; . ... -> := = ~ += -= *= /= //= %= &= |= ^= <<= >>= **= @=") {
		all[text] = operator{}
	}
	return all
}()
