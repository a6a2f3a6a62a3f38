package suite

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// A file's top level is run for each of its tests, and needs no function of another test then. Where a file has
// many, those that nobody can miss are moved, some at a time, into functions of which one is called:
//
//	def set·0(): … return test_0, test_1
//	·tests(set·0, "test_0 test_1", …)
//
// which saves four fifths of what a test of a thousand in one file allocates, and most of its time: BenchmarkEmpty.
//
// Nobody can miss a function whose def does nothing but bind its name, without a decorator or a default value
// that it would work out, and whose name stands once in all the text: which goes by words, comments and strings too, so
// that no way of naming a variable is forgotten. In a .py file which has a word of asking, none is moved.
const (
	testsName = "·tests"
	atATime   = 32
	sparing   = 2 * atATime // where it begins to be worth it
)

// asking are the words by which a .py file may come at variables that it does not name.
var asking = []string{"globals", "locals", "vars", "dir", "exec", "eval", "__import__", "__main__", "builtins"}

// wordsOf are how often each word stands in a text.
func wordsOf(text []byte) map[string]int {
	count := map[string]int{}
	for w := range strings.FieldsFuncSeq(string(text), func(c rune) bool {
		return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) {
		count[w]++
	}
	return count
}

// testsCall is ·tests(set, names, set, names, …), the names in their order.
func testsCall(c *script.Call) (any, error) {
	r := runOf(c)
	for i := 0; i+1 < len(c.Rest); i += 2 {
		names, _ := textOf(c.Rest[i+1])
		first, _, _ := strings.Cut(names, " ")
		last := names[strings.LastIndexByte(names, ' ')+1:]
		if want := r.test.Name; want != "" && (want < first || want > last) {
			continue
		}
		made, err := c.Invoke(c.Rest[i])
		if err != nil {
			return nil, err
		}
		for k, name := range strings.Split(names, " ") {
			if r.test.Name == "" || r.test.Name == name {
				r.moved[name] = made.(starlark.Indexable).Index(k)
			}
		}
	}
	return nil, nil
}

// globals are those of the test's file with the tests that were moved.
type globals struct {
	script.Globals
	moved map[string]starlark.Value
}

// Get returns a variable.
func (g globals) Get(name string) (starlark.Value, bool) {
	if v, ok := g.moved[name]; ok {
		return v, true
	}
	return g.Globals.Get(name)
}

// Names lists the variables.
func (g globals) Names() []string {
	names := g.Globals.Names()
	for name := range g.moved {
		names = append(names, name)
	}
	return names
}

// movable are the places of the tests that may be moved, some at a time and by name; none where they are few.
// names has the name of each statement that does nothing but bind a function, words how often each stands in the file.
func movable(names []string, words map[string]int) [][]int {
	var places []int
	for i, name := range names {
		if isTest(name) && words[name] == 1 {
			places = append(places, i)
		}
	}
	if len(places) < sparing {
		return nil
	}
	slices.SortFunc(places, func(i, k int) int { return strings.Compare(names[i], names[k]) })
	return slices.Collect(slices.Chunk(places, atATime))
}

// moved is a set of statements taken out of a list, which are nil there now, and their names as ·tests has them.
func moved[T any](list []T, set []int, names []string) (defs []T, of []string, joined string) {
	var none T
	for _, i := range set {
		defs, of = append(defs, list[i]), append(of, names[i])
		list[i] = none
	}
	return defs, of, strings.Join(of, " ")
}

func setName(i int) string { return fmt.Sprintf("set·%d", i) }

// sparePython moves tests of a .py file.
func sparePython(mod *ast.Module, text []byte) {
	words := wordsOf(text)
	if slices.ContainsFunc(asking, func(w string) bool { return words[w] > 0 }) {
		return
	}
	names := make([]string, len(mod.Body))
	for i, st := range mod.Body {
		if f, ok := st.(*ast.FunctionDef); ok && len(f.Decorators) == 0 && len(f.Args.Defaults()) == 0 {
			names[i] = f.Name
		}
	}
	sets := movable(names, words)
	if sets == nil {
		return
	}
	at := mod.Body[sets[0][0]]
	var made []ast.Stmt
	var args []ast.Expr
	for i, set := range sets {
		defs, of, joined := moved(mod.Body, set, names)
		out := &ast.Tuple{ExprBase: exprAt(at)}
		for _, name := range of {
			out.Elts = append(out.Elts, &ast.Name{ExprBase: exprAt(at), ID: name})
		}
		base := ast.StmtBase{Pos: at.At()}
		made = append(made, &ast.FunctionDef{StmtBase: base, Name: setName(i), Args: &ast.Arguments{},
			Body: append(defs, &ast.Return{StmtBase: base, Value: out})})
		args = append(args, &ast.Name{ExprBase: exprAt(at), ID: setName(i)}, &ast.Str{ExprBase: exprAt(at), S: joined})
	}
	made = append(made, &ast.ExprStmt{StmtBase: ast.StmtBase{Pos: at.At()}, Value: callOf(at, testsName, args...)})
	mod.Body = append(slices.DeleteFunc(mod.Body, func(st ast.Stmt) bool { return st == nil }), made...)
}

// spareStarlark moves tests of a .star file, which must be the main one: of one that is loaded, others have a use
// for the variables.
func spareStarlark(f *syntax.File, text []byte) {
	names := make([]string, len(f.Stmts))
	for i, st := range f.Stmts {
		if def, ok := st.(*syntax.DefStmt); ok && !slices.ContainsFunc(def.Params, hasDefault) {
			names[i] = def.Name.Name
		}
	}
	sets := movable(names, wordsOf(text))
	if sets == nil {
		return
	}
	pos, _ := f.Stmts[sets[0][0]].Span()
	ident := func(name string) *syntax.Ident { return &syntax.Ident{NamePos: pos, Name: name} }
	var made []syntax.Stmt
	var args []syntax.Expr
	for i, set := range sets {
		defs, of, joined := moved(f.Stmts, set, names)
		out := &syntax.TupleExpr{Lparen: pos, Rparen: pos}
		for _, name := range of {
			out.List = append(out.List, ident(name))
		}
		made = append(made, &syntax.DefStmt{Def: pos, Name: ident(setName(i)),
			Body: append(defs, &syntax.ReturnStmt{Return: pos, Result: out})})
		args = append(args, ident(setName(i)), starText(pos, joined))
	}
	made = append(made, &syntax.ExprStmt{X: starCall(pos, testsName, args...)})
	f.Stmts = append(slices.DeleteFunc(f.Stmts, func(st syntax.Stmt) bool { return st == nil }), made...)
}

// hasDefault reports whether a parameter is one with a default value.
func hasDefault(param syntax.Expr) bool {
	_, has := param.(*syntax.BinaryExpr)
	return has
}
