package check

import (
	"maps"
	"slices"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
	"quecstar/harness/python/runtime"
	"quecstar/harness/script"
	"quecstar/harness/spell"
)

// visitor looks at one file.
type visitor struct {
	c     *Checker
	file  string
	roots []string // of the source
	// follows are the files that the file imports, as their user would name them.
	follows []string
	found   []Finding
	s       *scopes
	// guards are what the try statements around a node catch.
	guards map[ast.Node]guard
	// said are names that a finding was made of: once is enough.
	said map[string]bool
}

// builtinNames are known without an import.
var builtinNames = func() map[string]bool {
	all := maps.Clone(runtime.BuiltinNames)
	all["open"], all["__name__"], all["__file__"] = true, true, true
	return all
}()

// module looks at the whole file for what would fail.
func (v *visitor) module(mod *ast.Module) {
	var err error
	if v.s, err = scan(mod); err != nil {
		return // which compiling the file has said
	}
	v.said = map[string]bool{}
	v.guard(mod)
	v.s.table.Walk(mod, v.imports)
	v.files(mod)
	v.s.table.Walk(mod, v.node)
}

// node looks at a node whose names are those of a scope.
func (v *visitor) node(sc *names.Scope, n ast.Node) {
	v.newer(n)
	switch n := n.(type) {
	case *ast.Name:
		v.name(n)
	case *ast.Attribute:
		v.attribute(sc, n)
	case *ast.Call:
		v.call(sc, n)
		v.host(sc, n)
	case *ast.Subscript:
		v.subscript(sc, n)
	case *ast.BinOp:
		v.format(n)
	}
}

// name looks at a name that nothing binds: it is a NameError for sure, if the line is run.
func (v *visitor) name(n *ast.Name) {
	if v.s.words[n.ID] || v.said[n.ID] {
		return
	}
	use, lacks := lackingBuiltins[n.ID]
	switch {
	case script.LeftBehind(n.ID) && v.c.modules[n.ID] != nil:
		v.add(n.Pos, Warning, "name", n.ID+" is not imported: only a main script finds it, as the firmware's start leaves it behind", "import it")
	case notHere[n.ID] && !builtinNames[n.ID]:
		v.add(n.Pos, v.milder(n, Error, catchesName), "name", "quecstar has no builtin "+n.ID, "")
	case lacks && builtinNames[n.ID]:
		v.add(n.Pos, v.milder(n, Warning, catchesName), "name", "MicroPython has no builtin "+n.ID, use)
	case builtinNames[n.ID] || v.s.dynamic || v.c.Given != nil && v.c.Given(v.file, n.ID):
		return
	case lacks:
		v.add(n.Pos, v.milder(n, Error, catchesName), "name", "neither MicroPython nor quecstar has a builtin "+n.ID, use)
	default:
		v.add(n.Pos, v.milder(n, Warning, catchesName), "name", "nothing binds the name "+n.ID, didYouMean(n.ID, v.s.words, builtinNames))
	}
	v.said[n.ID] = true
}

// attribute looks at names of our modules, and at methods that MicroPython's types lack.
func (v *visitor) attribute(sc *names.Scope, a *ast.Attribute) {
	if v.s.stored[a] || strings.HasPrefix(a.Attr, "__") {
		return
	}
	at := ast.Pos{Line: a.Line, Col: a.Col + 1} // behind the dot
	switch of := v.kindOf(sc, a.Value); {
	case of == nil:
		if use, lacks := lacking[a.Attr]; lacks && !v.s.words[a.Attr] && v.s.attrs[a.Attr] == nil {
			v.add(at, v.milder(a, Warning, catchesAttribute), "method", "MicroPython's types have no method "+a.Attr, use)
		}
	case of.file != nil:
		v.ofFile(a, at, of.file, a.Attr, catchesAttribute)
	case of.builtin != "":
		v.ofType(a, at, of, a.Attr)
	case of.name == "":
		v.api(a, at, of.of, a.Attr)
	case of.of.isClass(of.name) && !of.of.loose[of.name] && of.of.has(of.name) != refused:
		v.api(a, at, of.of, of.name+"."+a.Attr)
	}
}

// ofType looks at an attribute of one of Python's own types.
func (v *visitor) ofType(n ast.Node, at ast.Pos, of *kind, name string) {
	t, known := methods[of.builtin]
	if !known || t[name] || v.s.probed[name] || of.class && name == "mro" {
		return
	}
	use := lacking[name]
	here := hasAttr(of.builtin, name)
	if use == "" && !here {
		use = didYouMean(name, t)
	}
	severity, who := Warning, "MicroPython's "
	if !here {
		severity, who = Error, ""
	}
	v.add(at, v.milder(n, severity, catchesAttribute), "method", who+of.builtin+" has no "+name, use)
}

// api says of a name of a module that it is not there or not simulated.
func (v *visitor) api(n ast.Node, at ast.Pos, s *surface, name string) {
	switch s.has(name) {
	case missing:
		if strings.HasPrefix(name, "__") {
			return
		}
		_, member, isMember := strings.Cut(name, ".")
		if v.s.probed[member] || v.s.probed[name] {
			return
		}
		use := absent[plain(s.name)+"."+name]
		if use == "" {
			use = s.near(name)
		}
		what := "module " + s.name + " has no " + name
		if isMember {
			class, _, _ := strings.Cut(name, ".")
			what = s.name + "." + class + " has no " + member
		}
		v.add(at, v.milder(n, Error, catchesAttribute), "api", what, use)
	case refused:
		v.add(at, Note, "not-simulated", s.name+"."+name+" is not simulated: it returns the vendor's failure code", "")
	}
}

// plain is CPython's name of a module that MicroPython's begins with a u.
func plain(module string) string {
	if short := strings.TrimPrefix(module, "u"); instead[short] != "" || shadows[short] {
		return short
	}
	return module
}

// didYouMean is what to use in place of a name that none of the sets has; "" where none has one like it.
func didYouMean(name string, sets ...map[string]bool) string {
	var all []string
	for _, set := range sets {
		all = slices.AppendSeq(all, maps.Keys(set))
	}
	slices.Sort(all)
	if near := spell.Nearest(name, all); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
