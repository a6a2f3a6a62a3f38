package ast

// Operator is a binary operator.
type Operator uint8

// The binary operators.
const (
	Add Operator = iota + 1
	Sub
	Mult
	MatMult
	Div
	Modulo
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd
	FloorDiv
)

func (o Operator) String() string {
	return [...]string{Add: "+", Sub: "-", Mult: "*", MatMult: "@", Div: "/", Modulo: "%", Pow: "**", LShift: "<<", RShift: ">>",
		BitOr: "|", BitXor: "^", BitAnd: "&", FloorDiv: "//"}[o]
}

// UnaryOperator is an operator of one operand.
type UnaryOperator uint8

// The unary operators.
const (
	Invert UnaryOperator = iota + 1
	Not
	UAdd
	USub
)

func (o UnaryOperator) String() string {
	return [...]string{Invert: "~", Not: "not ", UAdd: "+", USub: "-"}[o]
}

// CmpOp is a comparison operator.
type CmpOp uint8

// The comparison operators.
const (
	Eq CmpOp = iota + 1
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

func (o CmpOp) String() string {
	return [...]string{Eq: "==", NotEq: "!=", Lt: "<", LtE: "<=", Gt: ">", GtE: ">=", Is: "is", IsNot: "is not", In: "in",
		NotIn: "not in"}[o]
}
