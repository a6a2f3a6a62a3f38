package print

import (
	"bytes"
	"fmt"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/desugar"
)

const indentation = "    "

// printer writes what was ported, with the original's comments and blank lines.
type printer struct {
	src      source
	layout   ast.Layout
	spelling *spelling
	bad      *ast.Error
	out      bytes.Buffer
	depth    int
	comments []ast.Comment // not printed yet
	line     int32         // the original's line that was printed last
	fresh    bool          // nothing was printed in the block yet
	def      bool          // what was printed last is a def
	comment  bool          // what was printed last is a comment on a line of its own
	// within are the comments in the statement that is printed, which its brackets take.
	within []ast.Comment
}

// Starlark writes a program that package desugar has made of the file whose text is original. The error
// is an *ast.Error.
func Starlark(mod *ast.Module, original string) ([]byte, error) {
	p := &printer{src: strings.Split(original, "\n"), layout: mod.Layout, spelling: newSpelling(mod), comments: mod.Layout.Comments, fresh: true}
	body, doc := mod.Body, 0
	if len(body) > 0 && isDoc(body[0]) {
		doc = 1
		p.stmts(body[:1], body[0].At().Line+1)
	}
	p.heading(body[doc:])
	p.stmts(body[doc:], int32(len(p.src)+1))
	p.flush(int32(len(p.src)+1), 0)
	if p.bad != nil {
		return nil, p.bad
	}
	return append(bytes.TrimRight(p.out.Bytes(), "\n"), '\n'), nil
}

func (p *printer) fail(n ast.Node, format string, args ...any) {
	if p.bad == nil {
		p.bad = ast.Errorf(n, "cannot be ported: "+format, args...)
	}
}

func isDoc(st ast.Stmt) bool {
	e, ok := st.(*ast.ExprStmt)
	if !ok {
		return false
	}
	_, ok = e.Value.(*ast.Str)
	return ok
}

// heading prints what stands above the program: the comments of the file, and the load statement.
func (p *printer) heading(body []ast.Stmt) {
	first := int32(len(p.src) + 1)
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
	if py := p.spelling.of(desugar.Helpers); py == "py" {
		p.write(`load("python", "py")`)
	} else {
		p.write(`load("python", ` + py + ` = "py")`)
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
		n = min(p.src.blankAbove(line), 2)
	}
	if p.depth > 0 {
		n = min(n, 1)
	}
	if p.def || def && !p.comment {
		n = max(n, 1)
	}
	p.def, p.comment = false, false
	p.write(strings.Repeat("\n", n))
}

// flush prints the comments on lines of their own that stand above a line, those only which are
// indented by col at least.
func (p *printer) flush(line, col int32) { p.flushAbove(line, col, false) }

// flushAbove is flush above a statement, which may be a def.
func (p *printer) flushAbove(line, col int32, def bool) {
	for len(p.comments) > 0 {
		c := p.comments[0]
		if c.Line >= line || c.Alone && c.Col < col {
			return
		}
		p.gap(c.Line, def)
		p.indent()
		p.write(c.Text + "\n")
		p.line, p.comment = c.Line, true
		p.comments = p.comments[1:]
	}
}

// take removes the comments up to a line, of a statement that begins at another one: those behind
// code, and those alone on a line within it.
func (p *printer) take(from, to int32) (taken []ast.Comment) {
	for len(p.comments) > 0 {
		c := p.comments[0]
		if c.Line > to || c.Alone && !(c.Line >= from && p.layout.Joined[c.Line]) {
			break
		}
		taken = append(taken, c)
		p.comments = p.comments[1:]
	}
	return taken
}

// lastLine is the last line of the original's logical line that a line belongs to.
func (p *printer) lastLine(line int32) int32 {
	for p.layout.Joined[line+1] {
		line++
	}
	return line
}

// begin makes ready to print a statement that begins in a line of the original.
func (p *printer) begin(n ast.Node) {
	line := n.At().Line
	if line == 0 {
		line = p.line
	}
	_, def := n.(*ast.FunctionDef)
	p.flushAbove(line, 0, def)
	p.gap(line, def)
	p.enter(line)
}

// enter takes the comments of a logical line of the original.
func (p *printer) enter(line int32) {
	p.within = p.take(line, p.lastLine(line))
	p.line = max(p.line, p.lastLine(line))
}

// left returns those of the statement's comments that its text did not take: what goes above it, and
// a single one behind it.
func (p *printer) left() (above []ast.Comment, behind string) {
	for i, c := range p.within {
		if !c.Alone && i == len(p.within)-1 {
			behind = "  " + c.Text
			continue
		}
		above = append(above, c)
	}
	p.within = nil
	return above, behind
}

// begun prints the text that a statement begins with, and returns the comment behind it.
func (p *printer) begun(text string) (behind string) {
	above, behind := p.left()
	for _, c := range above {
		p.indent()
		p.write(c.Text + "\n")
	}
	p.indent()
	p.write(text)
	return behind
}

// stmts prints statements; until is the line of what follows them.
func (p *printer) stmts(body []ast.Stmt, until int32) {
	p.spelling.defs(body)
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
	p.fresh = true
	p.stmts(body, until)
	if col := p.column(body); col > 1 {
		p.flush(until, col)
	}
	p.fresh, p.comment = false, false
	p.depth--
}

// column is how far the original indents a block.
func (p *printer) column(body []ast.Stmt) int32 {
	for _, st := range body {
		if pos := st.At(); pos.Line > 0 {
			return p.src.column(pos.Line)
		}
	}
	return 0
}

func (p *printer) stmt(st ast.Stmt, next int32) {
	p.begin(st)
	switch st := st.(type) {
	case *ast.FunctionDef:
		p.block(st.Body, next, p.begun("def "+p.spelling.of(st.Name)+"("+p.params(st.Args)+")"))
		p.def = true
	case *ast.If:
		p.ifStmt(st, next, p.begun("if "+p.expr(st.Test, lowest)))
	case *ast.While:
		p.block(st.Body, next, p.begun("while "+p.expr(st.Test, lowest)))
	case *ast.For:
		p.block(st.Body, next, p.begun("for "+p.bare(st.Target)+" in "+p.bare(st.Iter)))
	default:
		p.write(p.begun(p.simple(st)) + "\n")
	}
}

// ifStmt prints an if or elif from behind its test on.
func (p *printer) ifStmt(st *ast.If, next int32, behind string) {
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
		p.enter(inner.Line)
		p.ifStmt(inner, next, p.begun("elif "+p.expr(inner.Test, lowest)))
		return
	}
	line := p.elseLine(st.Orelse[0])
	p.flush(line, 0)
	for len(p.comments) > 0 && p.comments[0].Line == line && !p.comments[0].Alone && line < st.Orelse[0].At().Line {
		p.within = append(p.within, p.comments[0])
		p.comments = p.comments[1:]
	}
	p.line = max(p.line, line)
	p.block(st.Orelse, next, p.begun("else"))
}

// elseLine is the line of the else above a statement.
func (p *printer) elseLine(st ast.Stmt) int32 {
	return p.src.keywordAbove(st, "else", "elif")
}

// simple is a statement of one line.
func (p *printer) simple(st ast.Stmt) string {
	switch st := st.(type) {
	case *ast.ExprStmt:
		if s, ok := st.Value.(*ast.Str); ok {
			return p.doc(s)
		}
		return p.expr(st.Value, lowest)
	case *ast.Assign:
		if a, ok := p.loadAttribute(st.Targets[0]); ok {
			return "setattr(" + p.expr(a.Value, lowest) + `, "load", ` + p.expr(st.Value, lowest) + ")"
		}
		if op, by := shifted(st); op != "" {
			return p.expr(st.Targets[0], lowest) + " " + op + "= " + p.bare(by)
		}
		return p.bare(st.Targets[0]) + " = " + p.bare(st.Value)
	case *ast.AugAssign:
		if a, ok := p.loadAttribute(st.Target); ok {
			return p.loadInPlace(st, a)
		}
		return p.expr(st.Target, lowest) + " " + st.Op.String() + "= " + p.bare(st.Value)
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
	p.fail(st, "this statement")
	return "pass"
}

func (p *printer) params(args *ast.Arguments) string {
	var list []string
	one := func(a *ast.Arg) {
		if a.Default == nil {
			list = append(list, p.spelling.of(a.Name))
			return
		}
		list = append(list, p.spelling.of(a.Name)+" = "+p.expr(a.Default, lowest))
	}
	for _, a := range args.Args {
		one(a)
	}
	switch {
	case args.Vararg != nil:
		list = append(list, "*"+p.spelling.of(args.Vararg.Name))
	case len(args.KwOnly) > 0:
		list = append(list, "*")
	}
	for _, a := range args.KwOnly {
		one(a)
	}
	if args.Kwarg != nil {
		list = append(list, "**"+p.spelling.of(args.Kwarg.Name))
	}
	return strings.Join(list, ", ")
}

// shifted is the operator and the count of x = py.in_place("<<", x, count), which x <<= count says too.
func shifted(st *ast.Assign) (op string, count ast.Expr) {
	call, ok := st.Value.(*ast.Call)
	if !ok || len(call.Args) != 3 {
		return "", nil
	}
	f, ok := call.Func.(*ast.Attribute)
	to, toName := st.Targets[0].(*ast.Name)
	of, ofName := call.Args[1].(*ast.Name)
	op = ast.Text(call.Args[0])
	if ok && toName && ofName && to.ID == of.ID && isHelper(f) && (op == "<<" || op == ">>") {
		return op, call.Args[2]
	}
	return "", nil
}

// loadInPlace is x.load op= value.
func (p *printer) loadInPlace(st *ast.AugAssign, a *ast.Attribute) string {
	if _, ok := a.Value.(*ast.Name); !ok {
		p.fail(st, "the attribute load here, which is a keyword of Starlark: put what has it into a variable")
	}
	x := p.expr(a.Value, lowest)
	return fmt.Sprintf("setattr(%s, \"load\", %s.in_place(%q, getattr(%s, \"load\"), %s))", x, p.spelling.of(desugar.Helpers),
		st.Op.String(), x, p.expr(st.Value, lowest))
}
