package port

import (
	"bytes"
	"strings"

	"quecstar/harness/python/ast"
)

const indentation = "    "

// printer writes what was ported, with the original's comments and blank lines.
type printer struct {
	w        *writer
	out      bytes.Buffer
	depth    int
	comments []ast.Comment // not printed yet
	line     int32         // the original's line that was printed last
	fresh    bool          // nothing was printed in the block yet
	def      bool          // what was printed last is a def
	// trailing are comments that go behind the line which is printed.
	trailing []string
}

// print prints the statements of a file.
func (w *writer) print(mod *ast.Module, body []ast.Stmt) []byte {
	p := &printer{w: w, comments: mod.Comments, fresh: true}
	doc := 0
	if len(body) > 0 && isDoc(body[0]) {
		doc = 1
		p.stmts(body[:1], body[0].At().Line+1)
	}
	p.heading(body[doc:])
	p.stmts(body[doc:], int32(len(w.src.lines)+1))
	p.flush(int32(len(w.src.lines)+1), 0)
	return append(bytes.TrimRight(p.out.Bytes(), "\n"), '\n')
}

// heading prints what stands above the program: the comments of the file, and the load statement.
func (p *printer) heading(body []ast.Stmt) {
	first := int32(len(p.w.src.lines) + 1)
	if len(body) > 0 {
		first = body[0].At().Line
	}
	// Comments right above the first statement are its own.
	for i := len(p.comments) - 1; i >= 0; i-- {
		if c := p.comments[i]; c.Line == first-1 && c.Alone {
			first--
		}
	}
	if len(body) > 0 && first == 1 && first < body[0].At().Line {
		first = body[0].At().Line // a file that begins with its comments
	}
	p.flush(first, 0)
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	if p.w.py == "py" {
		p.write(`load("python", "py")`)
	} else {
		p.write(`load("python", ` + p.w.py + ` = "py")`)
	}
	p.out.WriteString("\n\n")
	p.fresh = true
}

func (p *printer) write(s string) { p.out.WriteString(s) }

func (p *printer) indent() { p.write(strings.Repeat(indentation, p.depth)) }

// gap keeps the blank lines above a line of the original.
func (p *printer) gap(line int32, def bool) {
	if p.fresh {
		p.fresh = false
		return
	}
	n := 0
	if line > p.line {
		n = min(p.w.src.blankAbove(line), 2)
	}
	if p.depth > 0 {
		n = min(n, 1)
	}
	if p.def || def {
		n = max(n, 1)
	}
	p.write(strings.Repeat("\n", n))
}

// flush prints the comments on lines of their own that stand above a line, those only which are
// indented by col at least.
func (p *printer) flush(line, col int32) {
	for len(p.comments) > 0 {
		c := p.comments[0]
		if c.Line >= line || c.Alone && c.Col < col {
			return
		}
		p.gap(c.Line, false)
		p.indent()
		p.write(c.Text + "\n")
		p.line, p.def = c.Line, false
		p.comments = p.comments[1:]
	}
}

// take removes the comments up to a line, of a statement that begins at another one: those alone on
// a line, and those behind code.
func (p *printer) take(from, to int32) (alone, behind []ast.Comment) {
	for len(p.comments) > 0 {
		c := p.comments[0]
		if c.Line > to || c.Alone && !(c.Line >= from && p.w.src.inside[c.Line]) {
			break
		}
		if c.Alone {
			alone = append(alone, c)
		} else {
			behind = append(behind, c)
		}
		p.comments = p.comments[1:]
	}
	return alone, behind
}

// lastLine is the last line of the original's logical line that a line belongs to.
func (p *printer) lastLine(line int32) int32 {
	for int(line)+1 < len(p.w.src.inside) && p.w.src.inside[line+1] {
		line++
	}
	return line
}

// begin starts a line for a statement; the comments within the statement go above it, and a
// single one behind its code is returned.
func (p *printer) begin(n ast.Node) (behind string) {
	line := n.At().Line
	if line == 0 {
		line = p.line
	}
	p.flush(line, 0)
	_, def := n.(*ast.FunctionDef)
	alone, after := p.take(line, p.lastLine(line))
	p.gap(line, def)
	if len(after) == 1 {
		behind = "  " + after[0].Text
	} else {
		alone = append(alone, after...)
	}
	for _, c := range alone {
		p.indent()
		p.write(c.Text + "\n")
	}
	p.line = max(p.line, p.lastLine(line))
	p.def = false
	p.indent()
	return behind
}

// stmts prints statements; until is the line of what follows them.
func (p *printer) stmts(body []ast.Stmt, until int32) {
	for i, st := range body {
		next := until
		if i+1 < len(body) && body[i+1].At().Line > 0 {
			next = body[i+1].At().Line
		}
		p.stmt(st, next)
	}
}

// block prints an indented block and the comments at its end.
func (p *printer) block(body []ast.Stmt, until int32, behind string) {
	p.write(":" + behind + "\n")
	p.depth++
	outer := p.fresh
	p.fresh = true
	p.stmts(body, until)
	if col := p.column(body); col > 1 {
		p.flush(until, col)
	}
	p.fresh = outer && false
	p.depth--
}

// column is how far the original indents a block.
func (p *printer) column(body []ast.Stmt) int32 {
	for _, st := range body {
		if pos := st.At(); pos.Line > 0 {
			i := p.w.src.lines[pos.Line-1]
			rest := p.w.src.text[i:]
			return int32(len(rest)-len(strings.TrimLeft(rest, " \t"))) + 1
		}
	}
	return 0
}

func (p *printer) stmt(st ast.Stmt, next int32) {
	behind := p.begin(st)
	switch st := st.(type) {
	case *ast.FunctionDef:
		p.write("def " + st.Name + "(" + p.params(st.Args) + ")")
		p.block(st.Body, next, behind)
		p.def = true
		return
	case *ast.If:
		p.ifStmt(st, next, behind, "if ")
		return
	case *ast.While:
		p.write("while " + p.expr(st.Test, lowest))
		p.block(st.Body, next, behind)
		return
	case *ast.For:
		p.write("for " + p.bare(st.Target) + " in " + p.bare(st.Iter))
		p.block(st.Body, next, behind)
		return
	}
	p.write(p.simple(st) + behind + "\n")
}

func (p *printer) ifStmt(st *ast.If, next int32, behind, keyword string) {
	p.write(keyword + p.expr(st.Test, lowest))
	then := next
	if len(st.Orelse) > 0 {
		then = p.elseLine(st.Orelse[0])
	}
	p.block(st.Body, then, behind)
	if len(st.Orelse) == 0 {
		return
	}
	if inner, ok := st.Orelse[0].(*ast.If); ok && len(st.Orelse) == 1 {
		p.flush(inner.Line, 0)
		_, after := p.take(inner.Line, p.lastLine(inner.Line))
		behind = ""
		for _, c := range after {
			behind += "  " + c.Text
		}
		p.line = max(p.line, p.lastLine(inner.Line))
		p.indent()
		p.ifStmt(inner, next, behind, "elif ")
		return
	}
	behind = ""
	line := p.elseLine(st.Orelse[0])
	for len(p.comments) > 0 && p.comments[0].Line == line && !p.comments[0].Alone {
		behind += "  " + p.comments[0].Text
		p.comments = p.comments[1:]
	}
	p.line = max(p.line, line)
	p.indent()
	p.write("else")
	p.block(st.Orelse, next, behind)
}

// elseLine is the line of the else above a statement.
func (p *printer) elseLine(st ast.Stmt) int32 {
	line := st.At().Line
	for l := line; l > 0; l-- {
		rest := strings.TrimLeft(p.w.src.at(ast.Pos{Line: l, Col: 1}), " \t")
		if strings.HasPrefix(rest, "else") || strings.HasPrefix(rest, "elif") {
			return l
		}
	}
	return line
}

var augmented = map[ast.Operator]string{ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/=", ast.FloorDiv: "//=",
	ast.Modulo: "%=", ast.BitAnd: "&=", ast.BitOr: "|=", ast.BitXor: "^=", ast.LShift: "<<=", ast.RShift: ">>="}

// simple is a statement of one line.
func (p *printer) simple(st ast.Stmt) string {
	switch st := st.(type) {
	case *ast.ExprStmt:
		if s, ok := st.Value.(*ast.Str); ok {
			return p.doc(s)
		}
		return p.expr(st.Value, lowest)
	case *ast.Assign:
		return p.bare(st.Targets[0]) + " = " + p.bare(st.Value)
	case *ast.AugAssign:
		return p.expr(st.Target, lowest) + " " + augmented[st.Op] + " " + p.bare(st.Value)
	case *ast.Return:
		if st.Value == nil {
			return "return"
		}
		return "return " + p.bare(st.Value)
	case *ast.Break:
		return "break"
	case *ast.Continue:
		return "continue"
	case *ast.Pass:
		return "pass"
	}
	p.w.fail(st, "this statement")
	return "pass"
}

func (p *printer) params(args *ast.Arguments) string {
	var list []string
	one := func(a *ast.Arg) {
		if a.Default == nil {
			list = append(list, p.w.id(a.Name))
			return
		}
		list = append(list, p.w.id(a.Name)+" = "+p.expr(a.Default, lowest))
	}
	for _, a := range args.Args {
		one(a)
	}
	switch {
	case args.Vararg != nil:
		list = append(list, "*"+args.Vararg.Name)
	case len(args.KwOnly) > 0:
		list = append(list, "*")
	}
	for _, a := range args.KwOnly {
		one(a)
	}
	if args.Kwarg != nil {
		list = append(list, "**"+args.Kwarg.Name)
	}
	return strings.Join(list, ", ")
}
