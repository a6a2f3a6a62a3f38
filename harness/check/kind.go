package check

import (
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// kind is what is known of a value.
type kind struct {
	// of is the module whose name it is, a class or an instance; nil otherwise.
	of *surface
	// name is "" for the module itself, or a name in it.
	name     string
	instance bool
	// file are the names of a neighbouring file that is a module.
	file *neighbour
	// builtin is one of Python's own types: "str" for a str, or with class for the type str.
	builtin string
	class   bool
}

func builtinKind(name string) *kind { return &kind{builtin: name} }

// kindOf finds out what an expression is, nil when that is not known.
func (v *visitor) kindOf(sc *names.Scope, e ast.Expr) *kind {
	switch e := e.(type) {
	case *ast.Name:
		return v.kindOfName(sc, e.ID)
	case *ast.Attribute:
		return v.kindOfMember(e, v.kindOf(sc, e.Value))
	case *ast.Call:
		return v.kindOfCall(sc, e)
	case *ast.BinOp:
		return v.kindOfOperation(sc, e)
	}
	return kindOfLiteral(e)
}

func kindOfLiteral(e ast.Expr) *kind {
	switch e := e.(type) {
	case *ast.Str, *ast.JoinedStr:
		return builtinKind("str")
	case *ast.Bytes:
		return builtinKind("bytes")
	case *ast.List:
		return builtinKind("list")
	case *ast.Dict:
		return builtinKind("dict")
	case *ast.Set:
		return builtinKind("set")
	case *ast.Comp:
		if name := [...]string{ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: ""}[e.Kind]; name != "" {
			return builtinKind(name)
		}
	case *ast.Tuple:
		return builtinKind("tuple")
	case *ast.Num:
		if _, isInt := e.Value.(int64); isInt {
			return builtinKind("int")
		}
		return builtinKind("float")
	}
	return nil
}

func (v *visitor) kindOfName(sc *names.Scope, name string) *kind {
	b := v.s.find(sc, name)
	if b == nil {
		if methods[name] != nil && !v.s.words[name] {
			return &kind{builtin: name, class: true}
		}
		return nil
	}
	return v.kindOfBinding(b)
}

// kindOfBinding is what all values agree on that a name is bound to; None aside, which stands for a
// value that comes later.
func (v *visitor) kindOfBinding(b *binding) *kind {
	if b.unclear || b.busy || len(b.values) > 20 {
		return nil
	}
	b.busy = true
	defer func() { b.busy = false }()
	all := b.is
	for _, value := range b.values {
		if c, ok := value.(*ast.NameConstant); ok && c.Value == ast.None {
			continue
		}
		in := b.in
		if in == nil {
			if _, isName := value.(*ast.Name); isName {
				return nil // a parameter of one function, and something else in another
			}
			in = v.s.top
		}
		k := v.kindOf(in, value)
		if k == nil || all != nil && *k != *all {
			return nil
		}
		all = k
	}
	return all
}

// kindOfMember is what an attribute of a kind is.
func (v *visitor) kindOfMember(e *ast.Attribute, of *kind) *kind {
	switch {
	case of == nil:
		if n, ok := e.Value.(*ast.Name); ok && (n.ID == "self" || n.ID == "cls") && v.s.attrs[e.Attr] != nil {
			return v.kindOfBinding(v.s.attrs[e.Attr])
		}
		return nil
	case of.of != nil && of.name == "" && !of.instance:
		if _, known := of.of.names[e.Attr]; known {
			return &kind{of: of.of, name: e.Attr}
		}
	}
	return nil
}

func (v *visitor) kindOfCall(sc *names.Scope, e *ast.Call) *kind {
	var f *kind
	if a, ok := e.Func.(*ast.Attribute); ok {
		of := v.kindOf(sc, a.Value) // once: x.a().b().c() would otherwise be looked at again and again
		if of != nil && of.builtin != "" && !of.class {
			if result := results[of.builtin+"."+a.Attr]; result != "" {
				return builtinKind(result)
			}
			return nil
		}
		f = v.kindOfMember(a, of)
	} else {
		f = v.kindOf(sc, e.Func)
	}
	if n, ok := e.Func.(*ast.Name); ok && !v.s.words[n.ID] && results[n.ID] != "" {
		return builtinKind(results[n.ID])
	}
	switch {
	case f == nil:
		return nil
	case f.class && f.builtin != "":
		return builtinKind(f.builtin)
	case f.of != nil && !f.instance && f.of.returns(f.name) != "":
		return &kind{of: f.of, name: f.of.returns(f.name), instance: true}
	case f.of != nil && !f.instance && f.of.isClass(f.name):
		return &kind{of: f.of, name: f.name, instance: true}
	}
	return nil
}

// kindOfOperation: + of two of a kind is of that kind, and so is str % anything.
func (v *visitor) kindOfOperation(sc *names.Scope, e *ast.BinOp) *kind {
	x := v.kindOf(sc, e.Left)
	if x == nil || x.builtin == "" || x.class {
		return nil
	}
	isText := x.builtin == "str" || x.builtin == "bytes"
	if e.Op == ast.Modulo && isText {
		return x
	}
	if e.Op == ast.Add && (isText || x.builtin == "list" || x.builtin == "tuple") {
		return x
	}
	return nil
}

// results are the types of what builtins and methods return.
var results = func() map[string]string {
	all := map[string]string{"repr": "str", "hex": "str", "bin": "str", "oct": "str", "chr": "str", "input": "str", "sorted": "list",
		"len": "int", "ord": "int", "str.encode": "bytes", "bytes.decode": "str", "bytearray.decode": "str", "bytes.hex": "str"}
	for _, t := range []string{"str", "bytes"} {
		for _, m := range strings.Fields("lower upper strip lstrip rstrip replace join center format") {
			all[t+"."+m] = t
		}
		for _, m := range strings.Fields("split rsplit splitlines") {
			all[t+"."+m] = "list"
		}
		for _, m := range strings.Fields("find rfind index rindex count") {
			all[t+"."+m] = "int"
		}
		for _, m := range strings.Fields("partition rpartition") {
			all[t+"."+m] = "tuple"
		}
	}
	for _, t := range []string{"list", "dict", "set"} {
		all[t+".copy"] = t
	}
	return all
}()
