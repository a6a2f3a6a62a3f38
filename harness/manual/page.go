package manual

import (
	"slices"
	"strings"

	"quecstar/harness/script"
)

// page is a module as the manual knows it, whether its table is Go's or its source Python's.
type page struct {
	name      string
	aliases   []string
	doc       string
	lang      script.Lang
	flat      bool     // its functions are names themselves
	bare      []string // functions that Python has without an import
	simulated bool
	about     string // what scripts should know beside
	raises    string // how calls fail
	examples  []example
	functions []*function
	classes   []*class
	values    []value
	within    string      // what stands before a class's name in a stub
	controls  []*function // what a test can do to it, functions of the module quecstar

	others *others
	width  int // of the lines of its text
}

// others is what a page knows of all pages.
type others struct {
	importable map[string]bool   // the names of all modules that Python scripts import
	bare       map[string]string // where Python has what Starlark has without an import
}

// class is a type of a module.
type class struct {
	name, doc string
	base      string    // of Python's own, such as "Exception"; "" for none that matters
	init      *function // nil where scripts cannot make instances
	hidden    bool
	methods   []*function
	values    []value
	attrs     []value
}

// function is a function or method.
type function struct {
	name, params, doc string
	of                *page // whose control it is; nil for none
	static            bool  // a method without an instance
	refused           bool
	args              map[string]param // what is known of the parameters
	result            string           // the type of what it returns, in Python's notation
	raises            string           // how a call fails; "" is as any of the module
	overloads         []string         // for stubs, in place of params and result: "x: int) -> str"
}

// value is a constant or an attribute; typ is its type in Python's notation, "" when it is not known.
type value struct{ name, typ, doc string }

// pageOf reads a module's table, or its source.
func pageOf(m *script.Module) (*page, error) {
	p := &page{name: m.Name, aliases: m.Aliases, doc: m.Doc, lang: m.Lang, flat: m.Flat, bare: m.Builtins, simulated: m.Simulated}
	if p.lang == 0 {
		p.lang = script.Both
	}
	if m.Source != "" {
		if err := p.read(m.Source); err != nil {
			return nil, err
		}
	}
	for i := range m.Funcs {
		p.functions = append(p.functions, functionOf(&m.Funcs[i]))
	}
	for i := range m.Controls {
		p.controls = append(p.controls, functionOf(&m.Controls[i]))
	}
	for _, c := range m.Classes {
		p.classes = append(p.classes, classOf(c))
	}
	p.values = append(p.values, valuesOf(m.Consts)...)
	return p, p.annotate(m.Manual)
}

func functionOf(f *script.Func) *function {
	return &function{name: f.Name, params: f.Params, doc: f.Doc, refused: f.Refused, result: f.Returns, args: map[string]param{}}
}

func classOf(c *script.Class) *class {
	out := &class{name: c.Name, doc: c.Doc, hidden: c.Hidden, values: valuesOf(c.Consts), attrs: valuesOf(c.Attrs)}
	if c.Init.Call != nil {
		out.init = functionOf(&c.Init)
		out.init.name, out.init.result = c.Name, c.Name
	}
	for i := range c.Methods {
		out.methods = append(out.methods, functionOf(&c.Methods[i]))
	}
	for _, f := range out.methods {
		if f.name == "__enter__" || f.name == "__iter__" && out.method("__next__") != nil {
			f.result = "Self"
		}
	}
	return out
}

func valuesOf(consts []script.Const) []value {
	var out []value
	for _, k := range consts {
		out = append(out, value{k.Name, typeOf(k.Value), k.Doc})
	}
	return out
}

// typeOf is the type of a constant, in Python's notation.
func typeOf(v any) string {
	switch v := v.(type) {
	case bool:
		return "bool"
	case int, int64, uint32, uint64:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case *script.Class:
		return "type[" + v.Name + "]"
	}
	return ""
}

// called are all names of the module.
func (p *page) called() []string { return append([]string{p.name}, p.aliases...) }

// hidden reports whether the module is none that users look for.
func (p *page) hidden() bool {
	return strings.HasPrefix(p.name, "_") && p.name != "_thread" || p.name == "example"
}

// without reports whether a function of the module is a name itself.
func (p *page) without(name string) bool { return p.flat || slices.Contains(p.bare, name) }

func (p *page) function(name string) *function { return named(p.functions, name) }

func (p *page) class(name string) *class {
	for _, c := range p.classes {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (c *class) method(name string) *function { return named(c.methods, name) }

func named(all []*function, name string) *function {
	for _, f := range all {
		if f.name == name {
			return f
		}
	}
	return nil
}

func find(all []value, name string) *value {
	for i := range all {
		if all[i].name == name {
			return &all[i]
		}
	}
	return nil
}

// members are the names behind the module's own.
func (p *page) members() []string {
	var out []string
	for _, f := range p.functions {
		out = append(out, f.name)
	}
	for _, c := range p.classes {
		out = append(out, c.name)
		for _, f := range c.methods {
			out = append(out, c.name+"."+f.name)
		}
	}
	for _, v := range p.values {
		out = append(out, v.name)
	}
	return out
}
