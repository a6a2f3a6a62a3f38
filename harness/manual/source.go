package manual

import (
	"fmt"
	"strconv"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/parse"
)

// read fills a page from a module's source: its public functions and classes, with their first strings
// as docs, and its public names for plain values.
func (p *page) read(source string) error {
	mod, err := parse.Module(source, parse.Options{})
	if err != nil {
		return err
	}
	bases := map[string]*class{}
	for _, st := range mod.Body {
		switch st := st.(type) {
		case *ast.FunctionDef:
			if public(st.Name) {
				p.functions = append(p.functions, functionIn(st, 0))
			}
		case *ast.ClassDef:
			c := classIn(st, bases)
			if bases[st.Name] = c; public(st.Name) {
				p.classes = append(p.classes, c)
			}
		case *ast.Assign:
			p.values = append(p.values, valuesIn(st)...)
		}
	}
	return nil
}

func public(name string) bool {
	return !strings.HasPrefix(name, "_") || strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}

// functionIn is a function of a source, without the first parameters that its caller does not give.
func functionIn(st *ast.FunctionDef, skip int) *function {
	f := &function{name: st.Name, doc: docOf(st.Body), params: parameters(st.Args, skip), args: map[string]param{}}
	return f
}

// classIn is a class of a source. What it has from a class of the same source is its own here.
func classIn(st *ast.ClassDef, known map[string]*class) *class {
	c := &class{name: st.Name, doc: docOf(st.Body)}
	for _, base := range st.Bases {
		name, ok := base.(*ast.Name)
		if !ok {
			continue
		}
		if from := known[name.ID]; from != nil {
			c.base, c.init = from.base, from.init
			c.methods, c.attrs = append(c.methods, from.methods...), append(c.attrs, from.attrs...)
		} else if name.ID != "object" {
			c.base = name.ID
		}
	}
	if c.init == nil && c.base == "" {
		c.init = &function{name: st.Name, doc: c.doc, args: map[string]param{}}
	}
	for _, inner := range st.Body {
		if f, ok := inner.(*ast.FunctionDef); ok && public(f.Name) {
			c.add(f)
		}
		if a, ok := inner.(*ast.Assign); ok {
			c.values = append(c.values, valuesIn(a)...)
		}
	}
	if c.init != nil {
		init := *c.init
		init.name, init.result = st.Name, st.Name
		c.init = &init
	}
	return c
}

// add adds a method, property or __init__ of a source.
func (c *class) add(f *ast.FunctionDef) {
	switch {
	case f.Name == "__init__":
		c.init = functionIn(f, 1)
		c.values = append(c.values, attributesIn(f)...)
		if c.init.doc == "" {
			c.init.doc = c.doc
		}
	case f.Name == "__new__":
	case decorated(f, "property"):
		c.attrs = append(c.attrs, value{f.Name, "", docOf(f.Body)})
	case decorated(f, "staticmethod") || !takesSelf(f):
		m := functionIn(f, 0)
		m.static = true
		c.methods = append(c.methods, m)
	default:
		m := functionIn(f, 1)
		m.static = decorated(f, "classmethod")
		c.methods = append(c.methods, m)
	}
}

// attributesIn are the public attributes that an __init__ sets.
func attributesIn(f *ast.FunctionDef) []value {
	var out []value
	for _, st := range f.Body {
		assign, ok := st.(*ast.Assign)
		if !ok {
			continue
		}
		for _, target := range assign.Targets {
			a, ok := target.(*ast.Attribute)
			if !ok || !public(a.Attr) || find(out, a.Attr) != nil {
				continue
			}
			if self, ok := a.Value.(*ast.Name); ok && self.ID == "self" {
				out = append(out, value{a.Attr, literalType(assign.Value), ""})
			}
		}
	}
	return out
}

func takesSelf(f *ast.FunctionDef) bool {
	return len(f.Args.Args) > 0 && (f.Args.Args[0].Name == "self" || f.Args.Args[0].Name == "cls")
}

func decorated(f *ast.FunctionDef, by string) bool {
	for _, d := range f.Decorators {
		if name, ok := d.(*ast.Name); ok && name.ID == by {
			return true
		}
	}
	return false
}

// valuesIn are the public names that an assignment gives a plain value.
func valuesIn(st *ast.Assign) []value {
	var out []value
	for _, target := range st.Targets {
		name, ok := target.(*ast.Name)
		if typ := literalType(st.Value); ok && typ != "" && public(name.ID) {
			out = append(out, value{name.ID, typ, ""})
		}
	}
	return out
}

func literalType(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Num:
		if _, ok := e.Value.(float64); ok {
			return "float"
		}
		return "int"
	case *ast.Str:
		return "str"
	case *ast.Bytes:
		return "bytes"
	case *ast.NameConstant:
		if e.Value != ast.None {
			return "bool"
		}
	}
	return ""
}

// docOf is the string that a body begins with.
func docOf(body []ast.Stmt) string {
	if len(body) == 0 {
		return ""
	}
	if st, ok := body[0].(*ast.ExprStmt); ok {
		if s, ok := st.Value.(*ast.Str); ok {
			return strings.Join(strings.Fields(s.S), " ")
		}
	}
	return ""
}

// parameters is a parameter list as script.Func.Params writes it.
func parameters(a *ast.Arguments, skip int) string {
	var out []string
	for i, arg := range a.Args {
		if i >= skip {
			out = append(out, parameter(arg))
		}
		if a.PosOnly > 0 && i == a.PosOnly-1 {
			out = append(out, "/")
		}
	}
	switch {
	case a.Vararg != nil:
		out = append(out, "*"+a.Vararg.Name)
	case len(a.KwOnly) > 0:
		out = append(out, "*")
	}
	for _, arg := range a.KwOnly {
		out = append(out, parameter(arg))
	}
	if a.Kwarg != nil {
		out = append(out, "**"+a.Kwarg.Name)
	}
	return strings.Join(out, ", ")
}

func parameter(arg *ast.Arg) string {
	if arg.Default == nil {
		return arg.Name
	}
	return arg.Name + "=" + literal(arg.Default)
}

// literal is a default as it is written, "..." for what is no plain value.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Num:
		return fmt.Sprint(e.Value)
	case *ast.Str:
		return "'" + strings.Trim(strconv.Quote(e.S), `"`) + "'"
	case *ast.Bytes:
		return "b'" + strings.Trim(strconv.Quote(e.S), `"`) + "'"
	case *ast.UnaryOp:
		if n, ok := e.Operand.(*ast.Num); ok {
			return "-" + fmt.Sprint(n.Value)
		}
	case *ast.NameConstant:
		return map[ast.Singleton]string{ast.None: "None", ast.True: "True", ast.False: "False"}[e.Value]
	}
	return "..."
}
