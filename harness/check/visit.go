package check

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
	"quecstar/harness/spell"
)

// visitor looks at one file.
type visitor struct {
	c     *Checker
	file  string
	roots []string // of the source
	found []Finding
	// imported are names that stand for a module of ours, "import utime as t", or for a name of
	// one, "from machine import UART".
	imported map[string]string
	// bound are all names that anything in the file binds, in whatever scope: what is bound
	// nowhere is a NameError for sure.
	bound   map[string]bool
	around  around
	held    instances
	set     map[string]bool // attributes that the file itself sets on something
	follows []string        // files that the file imports, as their user would name them
	dynamic bool            // star imports, exec and globals() can bind any name
	guarded int             // how many try statements with handlers are around
}

// builtinNames are known without an import.
var builtinNames = func() map[string]bool {
	all := map[string]bool{"open": true, "__name__": true, "__file__": true}
	for _, n := range object.BuiltinNames() {
		all[n] = true
	}
	return all
}()

// module looks at the whole file for what would fail.
func (v *visitor) module(mod *ast.Module) {
	v.around = aroundOf(mod)
	v.imports(mod)
	v.files(mod)
	v.hosts(mod)
	v.held, v.set = v.findInstances(mod), setAttributes(mod)
	ast.Walk(mod, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			v.name(n)
		case *ast.Attribute:
			v.attribute(n)
		default:
			v.newer(n)
		}
		return true
	})
}

// imports looks at the import statements. One inside a try with handlers is a script's way to be
// prepared: it is no error.
func (v *visitor) imports(mod *ast.Module) {
	var body func(list []ast.Stmt)
	body = func(list []ast.Stmt) {
		for _, st := range list {
			switch st := st.(type) {
			case *ast.Import:
				for _, a := range st.Names {
					v.importModule(a.Pos, a.Name, nil)
					if _, ours := v.c.modules[a.Name]; ours {
						v.imported[boundBy(a)] = a.Name
					}
				}
			case *ast.ImportFrom:
				v.importFrom(st)
			case *ast.Try:
				prepared := len(st.Handlers) > 0
				if prepared {
					v.guarded++
				}
				body(st.Body)
				if prepared {
					v.guarded--
				}
				// What a handler imports in place of what the body does is a fallback.
				fallback := prepared && importsSomething(st.Body)
				if fallback {
					v.guarded++
				}
				for _, h := range st.Handlers {
					body(h.Body)
				}
				if fallback {
					v.guarded--
				}
				body(st.Orelse)
				body(st.Finalbody)
				continue
			}
			for _, inner := range ast.Bodies(st) {
				body(inner)
			}
		}
	}
	body(mod.Body)
	// A name that is also bound otherwise means anything.
	for name := range v.ambiguous(mod) {
		delete(v.imported, name)
	}
}

// importsSomething reports whether one of the statements is an import.
func importsSomething(list []ast.Stmt) bool {
	return slices.ContainsFunc(list, func(st ast.Stmt) bool {
		switch st.(type) {
		case *ast.Import, *ast.ImportFrom:
			return true
		}
		return false
	})
}

func (v *visitor) importFrom(st *ast.ImportFrom) {
	var within []string
	for _, a := range st.Names {
		within = append(within, a.Name)
	}
	if st.Level > 0 {
		v.relative(st, within)
		return
	}
	v.importModule(st.Pos, st.Module, within)
	s := v.c.modules[st.Module]
	if s == nil {
		return
	}
	for _, a := range st.Names {
		if a.Name == "*" {
			continue
		}
		v.api(a.Pos, s, a.Name, v.severity())
		v.imported[boundBy(a)] = st.Module + "." + a.Name
	}
}

// importModule says of a module that nothing answers for it.
// within are the names that the statement wants of it.
func (v *visitor) importModule(at ast.Pos, name string, within []string) {
	if v.c.modules[name] != nil {
		return
	}
	if p, ok := v.beside(name, within); ok {
		v.follow(p)
		v.standIn(at, name, p)
		v.wanted(at, p, name, within)
		return
	}
	severity := v.severity()
	top, _, _ := strings.Cut(name, ".")
	switch use, known := instead[top]; {
	case v.c.later[top]:
		v.add(at, severity, "import", "module "+name+" of QuecPython is not there yet", "")
	case known:
		v.add(at, severity, "import", "no module "+name+" on a module: it is CPython's", use)
	default:
		use := ""
		if near := spell.Nearest(name, v.c.names()); near != "" {
			use = "did you mean " + near + "?"
		}
		v.add(at, severity, "import", "no module "+name+", and no such file beside the script", use)
	}
}

func (c *Checker) names() []string {
	out := make([]string, 0, len(c.modules))
	for n := range c.modules {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// beside finds the script's own module of a name, as the interpreter does.
func (v *visitor) beside(name string, within []string) (script.Place, bool) {
	for _, root := range v.roots {
		dir, err := filepath.Abs(root)
		if err != nil {
			return script.Place{}, false
		}
		if p, ok := script.Locate(dir, name, within); ok {
			return p, true
		}
	}
	return script.Place{}, false
}

func (v *visitor) name(n *ast.Name) {
	if v.dynamic || v.bound[n.ID] || builtinNames[n.ID] {
		return
	}
	what, use := "nothing binds the name "+n.ID, ""
	if script.LeftBehind(n.ID) && v.c.modules[n.ID] != nil {
		what, use = n.ID+" is not imported: only a main script finds it, as the firmware's start leaves it behind", "import it"
	} else if near := spell.Nearest(n.ID, v.known()); near != "" {
		use = "did you mean " + near + "?"
	}
	v.add(n.Pos, Warning, "name", what, use)
	v.bound[n.ID] = true // once is enough
}

func (v *visitor) known() []string {
	var out []string
	for n := range v.bound {
		out = append(out, n)
	}
	for n := range builtinNames {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// attribute looks at names of our modules, and at methods that MicroPython's types lack.
func (v *visitor) attribute(a *ast.Attribute) {
	if n, ok := a.Value.(*ast.Name); ok && !v.around.param[n] {
		if of := v.imported[n.ID]; of != "" {
			module, class, isName := strings.Cut(of, ".")
			s := v.c.modules[of]
			member := a.Attr
			if s == nil && isName {
				s, member = v.c.modules[module], class+"."+a.Attr
				if s == nil || !s.isClass(class) {
					return
				}
			}
			if s != nil {
				v.api(a.Pos, s, member, v.around.lack(a, a.Attr))
			}
			return
		}
	}
	if of := v.instance(a.Value); of != "" {
		module, class, _ := strings.Cut(of, ".")
		if !v.set[a.Attr] {
			v.api(a.Pos, v.c.modules[module], class+"."+a.Attr, v.around.lack(a, a.Attr))
		}
		return
	}
	if use, lacks := lacking[a.Attr]; lacks && !v.bound[a.Attr] {
		v.add(a.Pos, Warning, "method", "MicroPython's types have no method "+a.Attr, use)
	}
}

// isClass reports whether a name has members of its own.
func (s *surface) isClass(name string) bool {
	for n := range s.names {
		if strings.HasPrefix(n, name+".") {
			return true
		}
	}
	return false
}

// api says of a name of a module that it is not there or not simulated.
// lack is how bad the former is.
func (v *visitor) api(at ast.Pos, s *surface, name string, lack Severity) {
	switch s.has(name) {
	case missing:
		use := ""
		var all []string
		for n := range s.names {
			all = append(all, n)
		}
		sort.Strings(all)
		if near := spell.Nearest(name, all); near != "" {
			use = "did you mean " + near + "?"
		}
		if _, member, _ := strings.Cut("."+name, "."); strings.HasPrefix(member[strings.LastIndex(member, ".")+1:], "__") {
			return
		}
		what := "module " + s.name + " has no " + name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			what = s.name + "." + name[:i] + " has no " + name[i+1:]
		}
		v.add(at, lack, "api", what, use)
	case refused:
		v.add(at, Note, "not-simulated", s.name+"."+name+" is not simulated: it returns the vendor's failure code", "")
	}
}
