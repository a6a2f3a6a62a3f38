// Package ast is the syntax tree of Python: the nodes that package parse makes of a .py file.
//
// It follows the shape of CPython's own module ast (Python 3.8 and later), so that the names mean
// what readers of that module expect.
package ast

// Pos is where a node stands.
type Pos struct {
	Line, Col int32 // counted from 1; Col counts bytes
}

// At is the position itself: every node embeds one.
func (p Pos) At() Pos { return p }

// Node is any part of the tree.
type Node interface{ At() Pos }

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// StmtBase is what all statements embed.
type StmtBase struct{ Pos }

func (*StmtBase) stmt() {}

// ExprBase is what all expressions embed. Operators, calls, attributes and subscripts stand at
// their operator, bracket or dot, which is what a traceback shows of an expression of many lines.
type ExprBase struct{ Pos }

func (*ExprBase) expr() {}

// Singleton is one of the constants that are keywords.
type Singleton uint8

// The singletons.
const (
	None Singleton = iota
	True
	False
)

// CompKind is what a comprehension makes.
type CompKind uint8

// The kinds of comprehensions.
const (
	ListComp CompKind = iota
	SetComp
	DictComp
	GeneratorExp
)

// Module is a file.
type Module struct {
	Pos
	Body []Stmt
	// Layout is that of the file's text, of a file parsed for it.
	Layout Layout
}

// Layout is how the text of a file is laid out.
type Layout struct {
	// Comments are the file's comments, in order.
	Comments []Comment
	// Joined are the lines that begin within brackets or a string, or behind a backslash.
	Joined map[int32]bool
	// Closed are the lines of the brackets that close those which open at a place.
	Closed map[Pos]int32
}

// NewLayout is that of an empty file.
func NewLayout() Layout { return Layout{Joined: map[int32]bool{}, Closed: map[Pos]int32{}} }

// Comment is a comment, from its # on.
type Comment struct {
	Pos
	Text string
	// Alone says that nothing else stands on its line.
	Alone bool
}

// The statements.
type (
	// FunctionDef is def or async def.
	FunctionDef struct {
		StmtBase
		Name       string
		Args       *Arguments
		Body       []Stmt
		Decorators []Expr
		Async      bool
	}
	// ClassDef is class.
	ClassDef struct {
		StmtBase
		Name       string
		Bases      []Expr // Starred among them
		Keywords   []*Keyword
		Body       []Stmt
		Decorators []Expr
	}
	// Return is return; Value is nil for none.
	Return struct {
		StmtBase
		Value Expr
	}
	// Delete is del.
	Delete struct {
		StmtBase
		Targets []Expr
	}
	// Assign is a = b = value.
	Assign struct {
		StmtBase
		Targets []Expr
		Value   Expr
	}
	// AnnAssign is target: annotation = value; Value is nil for none.
	AnnAssign struct {
		StmtBase
		Target, Annotation, Value Expr
	}
	// AugAssign is target op= value.
	AugAssign struct {
		StmtBase
		Target Expr
		Op     Operator
		Value  Expr
	}
	// For is for or async for.
	For struct {
		StmtBase
		Target, Iter Expr
		Body, Orelse []Stmt
		Async        bool
	}
	// While is while.
	While struct {
		StmtBase
		Test         Expr
		Body, Orelse []Stmt
	}
	// If is if; an elif is an If alone in Orelse.
	If struct {
		StmtBase
		Test         Expr
		Body, Orelse []Stmt
	}
	// With is with or async with.
	With struct {
		StmtBase
		Items []WithItem
		Body  []Stmt
		Async bool
	}
	// Raise is raise Exc from Cause; both may be nil.
	Raise struct {
		StmtBase
		Exc, Cause Expr
	}
	// Try is try.
	Try struct {
		StmtBase
		Body      []Stmt
		Handlers  []*ExceptHandler
		Orelse    []Stmt
		Finalbody []Stmt
		// Else and Finally are where these keywords stand.
		Else, Finally Pos
	}
	// Assert is assert; Msg may be nil.
	Assert struct {
		StmtBase
		Test, Msg Expr
	}
	// Import is import.
	Import struct {
		StmtBase
		Names []Alias
	}
	// ImportFrom is from Module import Names; Level counts the leading dots, and a Name may be "*".
	ImportFrom struct {
		StmtBase
		Module string
		Names  []Alias
		Level  int
	}
	// Global is global.
	Global struct {
		StmtBase
		Names []string
	}
	// Nonlocal is nonlocal.
	Nonlocal struct {
		StmtBase
		Names []string
	}
	// ExprStmt is an expression whose value is dropped.
	ExprStmt struct {
		StmtBase
		Value Expr
	}
	// Pass is pass.
	Pass struct{ StmtBase }
	// Break is break.
	Break struct{ StmtBase }
	// Continue is continue.
	Continue struct{ StmtBase }
)

// The expressions.
type (
	// BoolOp is a and b and c, or with Or, a or b or c.
	BoolOp struct {
		ExprBase
		Or     bool
		Values []Expr
	}
	// NamedExpr is (name := value).
	NamedExpr struct {
		ExprBase
		Target *Name
		Value  Expr
	}
	// BinOp is left op right.
	BinOp struct {
		ExprBase
		Left  Expr
		Op    Operator
		Right Expr
	}
	// UnaryOp is op operand.
	UnaryOp struct {
		ExprBase
		Op      UnaryOperator
		Operand Expr
	}
	// Lambda is lambda.
	Lambda struct {
		ExprBase
		Args *Arguments
		Body Expr
	}
	// IfExp is body if test else orelse.
	IfExp struct {
		ExprBase
		Test, Body, Orelse Expr
	}
	// Dict is a dict display; a nil key stands before a value that is unpacked by **.
	Dict struct {
		ExprBase
		Keys, Values []Expr
	}
	// Set is a set display.
	Set struct {
		ExprBase
		Elts []Expr
	}
	// Comp is a comprehension or generator expression, which are four nodes in CPython; Key is nil but of a dict.
	Comp struct {
		ExprBase
		Kind       CompKind
		Key, Elt   Expr
		Generators []Comprehension
	}
	// Await is await.
	Await struct {
		ExprBase
		Value Expr
	}
	// Yield is yield; Value may be nil.
	Yield struct {
		ExprBase
		Value Expr
	}
	// YieldFrom is yield from.
	YieldFrom struct {
		ExprBase
		Value Expr
	}
	// Compare is left op comparator op comparator …
	Compare struct {
		ExprBase
		Left        Expr
		Ops         []CmpOp
		Comparators []Expr
	}
	// Call is a call; Args may hold Starred, and a Keyword without Arg is **value.
	Call struct {
		ExprBase
		Func     Expr
		Args     []Expr
		Keywords []*Keyword
	}
	// Num is a number: an int64, *big.Int, float64 or complex128.
	Num struct {
		ExprBase
		Value any
	}
	// Str is a str literal.
	Str struct {
		ExprBase
		S string
	}
	// Bytes is a bytes literal.
	Bytes struct {
		ExprBase
		S string
	}
	// JoinedStr is an f-string: Str and FormattedValue in order.
	JoinedStr struct {
		ExprBase
		Values []Expr
	}
	// FormattedValue is {value!conversion:spec} of an f-string; Conversion is 0 or one of r, s, a;
	// Spec may be nil.
	FormattedValue struct {
		ExprBase
		Value      Expr
		Conversion byte
		Spec       Expr
	}
	// NameConstant is None, True or False.
	NameConstant struct {
		ExprBase
		Value Singleton
	}
	// Ellipsis is ... .
	Ellipsis struct{ ExprBase }
	// Attribute is value.attr.
	Attribute struct {
		ExprBase
		Value Expr
		Attr  string
	}
	// Subscript is value[index]; Index may be a Slice, or a Tuple that has some.
	Subscript struct {
		ExprBase
		Value, Index Expr
	}
	// Slice is lower:upper:step, each of which may be nil; it stands only in a Subscript.
	Slice struct {
		ExprBase
		Lower, Upper, Step Expr
	}
	// Starred is *value.
	Starred struct {
		ExprBase
		Value Expr
	}
	// Name is a name.
	Name struct {
		ExprBase
		ID string
		// Global says that it is a variable of the module; only desugaring sets it.
		Global bool
	}
	// List is a list display or a target.
	List struct {
		ExprBase
		Elts []Expr
	}
	// Tuple is a tuple display or a target.
	Tuple struct {
		ExprBase
		Elts []Expr
	}
)

// Comprehension is one for clause with the ifs behind it.
type Comprehension struct {
	Target, Iter Expr
	Ifs          []Expr
	Async        bool
}

// ExceptHandler is except Type as Name; Type is nil and Name "" where left out.
type ExceptHandler struct {
	Pos
	Type Expr
	Name string
	Body []Stmt
}

// Arguments is a parameter list.
type Arguments struct {
	Pos
	// Args are the positional parameters; the first PosOnly of them cannot be given by name.
	Args    []*Arg
	PosOnly int
	Vararg  *Arg
	KwOnly  []*Arg
	Kwarg   *Arg
}

// Arg is a parameter; Default and Annotation may be nil.
type Arg struct {
	Pos
	Name                string
	Annotation, Default Expr
}

// Keyword is name=value in a call; Arg is "" for **value.
type Keyword struct {
	Pos
	Arg   string
	Value Expr
}

// Alias is name as AsName; AsName is "" where left out.
type Alias struct {
	Pos
	Name, AsName string
}

// WithItem is context as Vars; Vars may be nil.
type WithItem struct {
	Context, Vars Expr
}
