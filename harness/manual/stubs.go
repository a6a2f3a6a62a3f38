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
const stubHead = "# Written by 'quecstar stubs'.\nfrom typing import Any, Callable, Iterable, Sequence\n"

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
			bare.WriteString("\n" + p.asClass(p.name))
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

// bareStub are the functions that are names themselves, with the classes that they speak of.
func (p *page) bareStub(lang script.Lang) string {
	var b strings.Builder
	for _, f := range p.functions {
		if p.without(f.name) && (p.lang&lang != 0) {
			b.WriteString("\n" + p.functionStub(f, ""))
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
func (p *page) asClass(name string) string {
	var b strings.Builder
	b.WriteString("class " + name + ":\n" + docString(p.doc, "    "))
	for _, v := range p.values {
		b.WriteString(p.valueStub(v, "    "))
	}
	for _, c := range p.classes {
		b.WriteString(p.classStub(c, "    "))
	}
	for _, f := range p.functions {
		b.WriteString("    @staticmethod\n" + p.functionStub(f, "    "))
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
		b.WriteString(valueStub(v.name, v.typ, v.doc, inner))
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
		return indent + "@staticmethod\n" + p.functionStub(f, indent)
	}
	return p.signature(f, indent, "self")
}

func (p *page) functionStub(f *function, indent string) string { return p.signature(f, indent, "") }

// signature is a function of a stub; first is the parameter that its caller does not give.
func (p *page) signature(f *function, indent, first string) string {
	params := p.stubParams(f)
	if first != "" {
		params = append([]string{first}, params...)
	}
	head := fmt.Sprintf("%sdef %s(%s)%s:", indent, f.name, strings.Join(params, ", "), arrow(p.resultType(f.result)))
	doc := docString(strings.TrimSpace(f.doc+"\n"+f.raises), indent+"    ")
	if doc == "" {
		return head + " ...\n"
	}
	return head + "\n" + doc + indent + "    ...\n"
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
		if typ := stubType(types[name].typ); typ != "" {
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

var callable = regexp.MustCompile(`\bCallable\b`)

// stubType is a type as a stub may have it.
func stubType(typ string) string { return callable.ReplaceAllString(typ, "Callable[..., Any]") }

// resultType is the type of a result, which may be a class of the module.
func (p *page) resultType(typ string) string {
	if c := p.class(typ); c != nil {
		return p.classNamed(c)
	}
	return stubType(typ)
}

// valueStub is a value of the module; "" where it is a class that is there by its name already.
func (p *page) valueStub(v value, indent string) string {
	c := p.class(v.name)
	switch {
	case c == nil:
		return valueStub(v.name, v.typ, v.doc, indent)
	case c.init != nil:
		return ""
	}
	return valueStub(v.name, p.classNamed(c), v.doc, indent) // the one instance
}

func valueStub(name, typ, doc, indent string) string {
	if typ = stubType(typ); typ == "" {
		typ = "Any"
	}
	return indent + name + ": " + typ + "\n" + docString(doc, indent)
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
