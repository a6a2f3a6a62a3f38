package manual

import (
	"fmt"
	"regexp"
	"strings"

	"quecstar/harness/script"
)

// builtinsStub is the file whose names a type checker takes for predeclared (pyright, "Extending
// builtins").
const builtinsStub = "__builtins__.pyi"

// stubHead begins each stub.
const stubHead = "# Written by 'quecstar stubs'.\n" +
	"from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload\n"

// Stubs are the stubs of what scripts of these languages see, by file name: each module that Python
// scripts import, under all of its names, and __builtins__.pyi for what they and Starlark scripts have
// without an import.
func (m *Manual) Stubs(lang script.Lang) map[string]string {
	out := map[string]string{}
	var bare strings.Builder
	for _, p := range m.pages {
		if p.lang&lang&script.Python != 0 && !p.flat {
			out[p.name+".pyi"] = p.stub()
			for _, alias := range p.aliases {
				out[alias+".pyi"] = stubHead + "from " + p.name + " import *\n"
			}
		}
		if lang&script.Starlark != 0 && p.lang&script.Starlark != 0 && !p.flat {
			bare.WriteString("\n" + p.asClass())
			for _, alias := range p.aliases {
				bare.WriteString("\n" + alias + " = " + p.name + "\n")
			}
		}
		bare.WriteString(p.bareStub(lang))
	}
	out[builtinsStub] = stubHead + bareHead[lang&script.Starlark != 0] + bare.String()
	return out
}

// bareHead is what no table has: what Starlark's own library predeclares (script.Interp), and
// MicroPython's const.
var bareHead = map[bool]string{
	false: "\ndef const(x): ...\n",
	true: `
def const(x): ...
def load(file: str, /, *names: str, **renamed: str) -> None: ...
def fail(*args: Any, sep: str = " ") -> Any: ...

class struct:
    def __init__(self, **fields: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class sys:
    argv: list[str]
`,
}

// bareStub are the functions that are names themselves, with the classes that they speak of. What a module
// has, too, comes from its stub, and what Python itself has needs none.
func (p *page) bareStub(lang script.Lang) string {
	var b strings.Builder
	for _, f := range p.functions {
		switch {
		case !p.without(f.name) || p.lang&lang == 0 || f.name == "bytearray":
		case p.flat:
			b.WriteString("\n" + p.functionStub(f, ""))
		default:
			b.WriteString("\nfrom " + p.name + " import " + f.name + " as " + f.name + "\n")
		}
	}
	if p.flat && b.Len() > 0 {
		for _, c := range p.classes {
			b.WriteString("\n" + p.classStub(c, ""))
		}
	}
	return b.String()
}

// stub is the module as a file.
func (p *page) stub() string {
	var b strings.Builder
	b.WriteString(docString(p.doc, "") + stubHead)
	for _, v := range p.values {
		b.WriteString(p.valueStub(v, ""))
	}
	for _, c := range p.classes {
		b.WriteString("\n" + p.classStub(c, ""))
	}
	for _, f := range p.functions {
		b.WriteString("\n" + p.functionStub(f, ""))
	}
	return b.String()
}

// asClass is the module as a class that is not to be called, for what is predeclared.
func (p page) asClass() string {
	p.within = p.name + "." // a class of a class is not seen by its own name
	var b strings.Builder
	b.WriteString("class " + p.name + ":\n" + docString(p.doc, "    "))
	for _, v := range p.values {
		b.WriteString(p.valueStub(v, "    "))
	}
	for _, c := range p.classes {
		b.WriteString(p.classStub(c, "    "))
	}
	for _, f := range p.functions {
		b.WriteString(p.staticStub(f, "    "))
	}
	return b.String()
}

func (p *page) classStub(c *class, indent string) string {
	var b strings.Builder
	base := ""
	if c.base != "" {
		base = "(" + c.base + ")"
	}
	b.WriteString(indent + "class " + p.classNamed(c) + base + ":\n" + docString(c.doc, indent+"    "))
	inner := indent + "    "
	for _, v := range append(append([]value(nil), c.values...), c.attrs...) {
		b.WriteString(p.plainStub(v, inner))
	}
	if c.init != nil {
		init := *c.init
		init.name, init.result = "__init__", "None"
		b.WriteString(p.methodStub(&init, inner))
	}
	for _, f := range c.methods {
		b.WriteString(p.methodStub(f, inner))
	}
	if c.doc == "" && c.init == nil && len(c.methods)+len(c.values)+len(c.attrs) == 0 {
		b.WriteString(inner + "...\n")
	}
	return b.String()
}

// classNamed is the name of a class in a stub: another than its own where the module calls something else
// by that, such as the one instance.
func (p *page) classNamed(c *class) string {
	if p.function(c.name) != nil || c.init == nil && find(p.values, c.name) != nil {
		return "_" + c.name
	}
	return c.name
}

func (p *page) methodStub(f *function, indent string) string {
	if f.static {
		return p.staticStub(f, indent)
	}
	return p.signature(f, indent, "", "self")
}

func (p *page) staticStub(f *function, indent string) string {
	return p.signature(f, indent, indent+"@staticmethod\n", "")
}

func (p *page) functionStub(f *function, indent string) string { return p.signature(f, indent, "", "") }

// signature is a function of a stub, with its overloads; first is the parameter that its caller does not
// give, before is what stands before each def.
func (p *page) signature(f *function, indent, before, first string) string {
	params := p.stubParams(f)
	if first != "" {
		params = append([]string{first}, params...)
	}
	full := fmt.Sprintf("%sdef %s(%s)%s:", indent, f.name, strings.Join(params, ", "), arrow(p.resultType(f.result)))
	doc := docString(f.stubDoc(indent+"    "), indent+"    ")
	if len(f.overloads) == 0 {
		return before + full + body(doc, indent)
	}
	var b strings.Builder
	for _, one := range f.overloads {
		head := indent + "def " + f.name + "(" + one
		if first != "" {
			head = strings.Replace(indent+"def "+f.name+"("+first+", "+one, ", )", ")", 1)
		}
		b.WriteString(indent + "@overload\n" + before + head + ":" + body(doc, indent))
	}
	return b.String()
}

// body is what stands behind a def.
func body(doc, indent string) string {
	if doc == "" {
		return " ...\n"
	}
	return "\n" + doc + indent + "    ...\n"
}

// stubDoc is what an editor shows of a function: what it does, its parameters and how it fails.
func (f *function) stubDoc(indent string) string {
	lines := []string{f.doc}
	for _, a := range f.given() {
		if a.doc != "" {
			lines = append(lines, a.name+": "+a.doc)
		}
	}
	if len(lines) > 1 {
		lines[0] += "\n"
	}
	if f.raises != "" {
		lines = append(lines, f.raises)
	}
	text := strings.ReplaceAll(strings.Trim(strings.Join(lines, "\n"), "\n"), "\n", "\n"+indent)
	return strings.ReplaceAll(text, "\n"+indent+"\n", "\n\n")
}

// stubParams are the parameters of a function as a stub has them. "/" and "*" at the end stand for what
// Python has no sign for and are left out; what follows *args goes by keyword.
func (p *page) stubParams(f *function) []string {
	types := map[string]param{}
	for _, a := range f.given() {
		types[a.name] = a
	}
	var out []string
	for _, text := range split(f.params) {
		name, def, optional := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		if name == "/" && len(out) == 0 {
			continue
		}
		if typ := p.stubType(types[name].typ); typ != "" {
			if strings.TrimSpace(def) == "None" && typ != "Any" {
				typ += " | None"
			}
			name += ": " + typ
		}
		if optional {
			if !strings.Contains(name, ":") { // a checker would take the default's type
				name += ": Any"
			}
			name += " = " + strings.TrimSpace(def)
		}
		out = append(out, name)
	}
	return afterRest(out)
}

// afterRest puts a "/" that stands behind *args before it, as Python wants it.
func afterRest(params []string) []string {
	if n := len(params); n > 1 && params[n-1] == "/" && strings.HasPrefix(params[n-2], "*") {
		params = append(params[:n-2:n-2], params[n-1], params[n-2])
		if len(params) == 2 {
			params = params[1:]
		}
	}
	return params
}

var (
	callable = regexp.MustCompile(`\bCallable\b($|[^\[])`)
	typeName = regexp.MustCompile(`\b[A-Za-z_]\w*\b`)
)

// stubType is a type as a stub has it: a class of the module by its name there.
func (p *page) stubType(typ string) string {
	typ = callable.ReplaceAllString(typ, "Callable[..., Any]$1")
	return typeName.ReplaceAllStringFunc(typ, func(name string) string {
		if c := p.class(name); c != nil {
			return p.within + p.classNamed(c)
		}
		return name
	})
}

// resultType is the type of a result. Where that may be the vendor's -1, or None, a checker would find fault
// with every script that does not ask: as in typeshed, Any stands for it.
func (p *page) resultType(typ string) string {
	if i := strings.LastIndex(typ, " | "); i > 0 && (typ[i+3:] == "int" || typ[i+3:] == "None") {
		typ = typ[:i] + " | Any"
	}
	return p.stubType(typ)
}

// valueStub is a value of the module; "" where it is a class that is there by its name already.
func (p *page) valueStub(v value, indent string) string {
	c := p.class(v.name)
	switch {
	case c == nil:
		return p.plainStub(v, indent)
	case c.init != nil:
		return ""
	}
	return p.plainStub(value{v.name, c.name, v.doc}, indent) // the one instance
}

func (p *page) plainStub(v value, indent string) string {
	typ := p.stubType(v.typ)
	if typ == "" {
		typ = "Any"
	}
	return indent + v.name + ": " + typ + "\n" + docString(v.doc, indent)
}

func docString(doc, indent string) string {
	if doc == "" {
		return ""
	}
	return indent + `"""` + strings.NewReplacer(`\`, `\\`, `"""`, `'''`).Replace(doc) + spaceBehindQuote(doc) + `"""` + "\n"
}

// spaceBehindQuote keeps a quotation mark at the end of a doc apart from those that end the string.
func spaceBehindQuote(doc string) string {
	if strings.HasSuffix(doc, `"`) {
		return " "
	}
	return ""
}
