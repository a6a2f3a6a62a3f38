package check

import (
	"fmt"
	"regexp"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// call looks at a call of what is known: a name of one of our modules, a builtin, or a method of one of
// Python's own types.
func (v *visitor) call(sc *names.Scope, e *ast.Call) {
	names, stars := argumentsOf(e)
	switch f := e.Func.(type) {
	case *ast.Name:
		if b := v.s.find(sc, f.ID); b == nil && !v.s.words[f.ID] {
			v.builtinCall(e, f.ID, f.Pos, names, stars)
			return
		}
	case *ast.Attribute:
		of := v.kindOf(sc, f.Value)
		if of != nil && of.builtin != "" && !of.class {
			v.methodCall(e, of.builtin, f, names)
			return
		}
	}
	f := v.kindOf(sc, e.Func)
	if a, ok := e.Func.(*ast.Attribute); ok && f == nil {
		f = v.methodOf(sc, a)
	}
	if f == nil || f.of == nil || f.instance || stars {
		return
	}
	if fn := f.of.funcs[f.name]; fn != nil && !fn.Refused {
		if wrong := fn.Accepts(len(e.Args), names); wrong != "" {
			v.add(placeOf(e), v.milder(e, Error, catchesType), "call", f.of.name+"."+f.name+" "+wrong, "")
		}
	}
}

// methodOf is a method of an instance of one of our classes.
func (v *visitor) methodOf(sc *names.Scope, a *ast.Attribute) *kind {
	of := v.kindOf(sc, a.Value)
	if of == nil || of.of == nil || of.name == "" || !of.instance {
		return nil
	}
	return &kind{of: of.of, name: of.name + "." + a.Attr}
}

// argumentsOf are the names of a call's arguments by name; stars says that some are in * or **.
func argumentsOf(e *ast.Call) (names []string, stars bool) {
	stars = ast.HasStarred(e.Args)
	for _, k := range e.Keywords {
		if k.Arg == "" {
			stars = true
			continue
		}
		names = append(names, k.Arg)
	}
	return names, stars
}

// placeOf is where the name of what is called stands.
func placeOf(e *ast.Call) ast.Pos {
	if a, ok := e.Func.(*ast.Attribute); ok {
		return ast.Pos{Line: a.Line, Col: a.Col + 1}
	}
	return e.Func.At()
}

func (v *visitor) builtinCall(e *ast.Call, name string, at ast.Pos, names []string, stars bool) {
	if !builtinNames[name] || strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception") {
		return
	}
	v.refusedKeywords(e, name, at, names)
	n, known := counts[name]
	if given := len(e.Args); known && !stars && (given > n[1] || given < n[0] && len(names) == 0) {
		want := fmt.Sprint(n[0])
		if n[0] < n[1] {
			want = fmt.Sprintf("%d to %d", n[0], n[1])
		}
		v.add(at, v.milder(e, Error, catchesType), "call", fmt.Sprintf("%s() takes %s arguments, not %d", name, want, given), "")
	}
	if (name == "bytes" || name == "bytearray") && len(e.Args) == 1 && len(names) == 0 {
		if _, isStr := e.Args[0].(*ast.Str); isStr {
			v.add(at, v.milder(e, Error, catchesType), "call", name+"() of a str wants an encoding", "write b'...', or give 'utf-8'")
		}
	}
}

func (v *visitor) methodCall(e *ast.Call, typ string, f *ast.Attribute, names []string) {
	name := typ + "." + f.Attr
	if !methods[typ][f.Attr] {
		return // which attribute has told of
	}
	v.refusedKeywords(e, name, placeOf(e), names)
	if n, known := most[name]; known && len(e.Args) > n {
		v.add(placeOf(e), Warning, "call", fmt.Sprintf("MicroPython's %s takes %d argument(s), not %d", name, n, len(e.Args)), "")
	}
	if (f.Attr == "rsplit") && len(e.Args) == 2 {
		if c, ok := e.Args[0].(*ast.NameConstant); ok && c.Value == ast.None {
			v.add(placeOf(e), Warning, "call", "MicroPython's rsplit refuses None with a count", "name the separator")
		}
	}
	if s, ok := f.Value.(*ast.Str); ok && f.Attr == "format" && looksInside.MatchString(strings.ReplaceAll(s.S, "{{", "")) {
		v.add(placeOf(e), Warning, "method", "MicroPython's format refuses {0.name} and {0[i]}", "give the value itself as an argument")
	}
}

// refusedKeywords tells of arguments by name that MicroPython takes by position alone.
func (v *visitor) refusedKeywords(e *ast.Call, name string, at ast.Pos, names []string) {
	allowed, listed := keywords[name]
	if allowed == "*" || strings.HasSuffix(name, ".format") {
		return
	}
	for _, n := range names {
		if listed && strings.Contains(" "+allowed+" ", " "+n+" ") {
			continue
		}
		use := "give it by position"
		if listed || name == "zip" {
			use = "leave it out"
		}
		v.add(at, v.milder(e, Warning, catchesType), "call", "MicroPython's "+name+" takes no argument by the name "+n, use)
	}
}

// looksInside finds a field of a template, of which {{ was taken out, that looks into its value.
var looksInside = regexp.MustCompile(`\{[^}:!]*[.\[]`)

// subscript looks at slices with a step, which MicroPython has for lists alone.
func (v *visitor) subscript(sc *names.Scope, e *ast.Subscript) {
	s, ok := e.Index.(*ast.Slice)
	if !ok || s.Step == nil {
		return
	}
	if n, ok := s.Step.(*ast.Num); ok && n.Value == int64(1) {
		return
	}
	of := v.kindOf(sc, e.Value)
	if of == nil || of.class || of.builtin == "" || of.builtin == "list" || methods[of.builtin] == nil {
		return
	}
	v.add(s.Step.At(), Warning, "method", "MicroPython takes slices of a "+of.builtin+" with a step of 1 only", "make a list of it, or write a loop")
}

// asASCII finds a conversion of the operator %, in a template without %%, that MicroPython has not.
var asASCII = regexp.MustCompile(`%[-#0 +1-9.*]*a`)

// format looks at the templates of %.
func (v *visitor) format(e *ast.BinOp) {
	if e.Op == ast.Modulo && asASCII.MatchString(strings.ReplaceAll(ast.Text(e.Left), "%%", "")) {
		v.add(e.Left.At(), Warning, "method", "MicroPython's % has no %a", "use %r")
	}
}
