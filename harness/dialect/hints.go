package dialect

import (
	"slices"
	"strings"
)

// Hint is what to write in Starlark in place of something of Python's.
type Hint struct {
	// Words are the tokens that it is known by, as people look it up.
	Words []string
	// What Starlark has none of.
	What string
	// Use is what to do, without "or name the file .py".
	Use string

	// when says what must be the case beside one of the words; nil for nothing.
	when func(a around) bool
	// any matches where no word does.
	any func(a around) bool
}

func (h *Hint) fits(a around) bool {
	if h.any != nil {
		return h.any(a)
	}
	return slices.Contains(h.Words, a.text()) && (h.when == nil || h.when(a))
}

// Hints are what Python has and Starlark has not, with what to write instead.
func Hints() []Hint { return slices.Clone(hints) }

// hints are tried in order.
var hints = []Hint{
	{Words: []string{"try", "except", "finally"}, What: "try", Use: "call the function by attempt; see 'quecstar doc attempt'"},
	{Words: []string{"raise"}, What: "raise", Use: "use fail(text)"},
	{Words: []string{"assert"}, What: "assert", Use: "write if not ...: fail(text)",
		when: func(a around) bool { return a.tokens[a.i].first }},
	{Words: []string{"class"}, What: "class", Use: "use functions, and struct(name=value) for values that belong together"},
	{Words: []string{"import", "from"}, What: "import",
		Use: "modules are there without one (see 'quecstar doc'), and load(\"file.star\", \"name\") takes names of a neighbouring file"},
	{Words: []string{"with", "as"}, What: "with", Use: "call close() or its like yourself"},
	{Words: []string{"yield"}, What: "yield", Use: "return a list"},
	{Words: []string{"async", "await"}, What: "async", Use: "call the function: what waits lets callbacks run meanwhile"},
	{Words: []string{"is"}, What: "is", Use: "write == for is and != for is not"},
	{Words: []string{"global", "nonlocal"}, What: "global or nonlocal",
		Use: "keep what a function changes in a dict or list, such as state = {\"n\": 0}"},
	{Words: []string{"del"}, What: "del", Use: "use d.pop(key) or l.pop(index)"},
	{Words: []string{"match", "case"}, What: "match", Use: "use if and elif",
		when: func(a around) bool { return first(a) && !strings.Contains("(=.,", a.next().text) }},
	{Words: []string{"print", "exec"}, What: "print or exec without brackets", Use: "write print(...)",
		when: func(a around) bool { return first(a) && !strings.Contains("(=.,", a.next().text) }},
	{Words: []string{"else"}, What: "else behind a loop", Use: "set a variable before break and look at it after the loop",
		when: func(a around) bool { return first(a) && strings.HasSuffix(a.msg, "want primary expression") }},
	{Words: []string{"for"}, What: "generator expressions", Use: "put the comprehension in brackets: [... for x in y]",
		when: func(a around) bool { return strings.HasPrefix(a.msg, "got for") }},
	{Words: []string{"1 < x < 3"}, What: "comparisons in a chain", Use: "join two by and: 1 < x and x < 3",
		any: func(a around) bool { return strings.Contains(a.msg, "does not associate") }},
	{Words: []string{"**"}, What: "operator **", Use: "multiply, or shift: 1 << n"},
	{Words: []string{":="}, What: "operator :=", Use: "assign in a statement of its own"},
	{Words: []string{"@"}, What: "decorators and no operator @", Use: "call the function: f = decorator(f)"},
	{Words: []string{"->"}, What: "annotations", Use: "leave them out"},
	{Words: []string{":"}, What: "annotations", Use: "leave them out", when: annotation},
	{Words: []string{"..."}, What: "...", Use: "write pass"},
	{Words: []string{"/"}, What: "parameters by position only", Use: "leave the / out",
		when: func(a around) bool { return a.msg == "not an identifier" }},
	{Words: []string{"*"}, What: "starred targets", Use: "take slices: first, rest = x[0], x[1:]",
		when: func(a around) bool { return strings.HasPrefix(a.msg, "got '*', want primary") }},
	{Words: []string{"{1, 2}"}, What: "sets in braces", Use: "use set([...])",
		any: func(a around) bool { return a.msg == "got ',', want ':'" || a.msg == "got '}', want ':'" }},
	{Words: []string{"a = b = 1"}, What: "assignments in a chain", Use: "write one in a line",
		any: func(a around) bool { return a.msg == "got '=', want newline" && a.text() == "=" }},
	{Words: []string{`f"..."`}, What: "f-strings", Use: `use "%s" % value or "{}".format(value)`, any: prefixed("f", "fr", "rf")},
	{Words: []string{`u"..."`}, What: "u-strings", Use: "leave the u out", any: prefixed("u")},
	{Words: []string{`"a" "b"`}, What: "joining of strings that stand side by side", Use: "write +",
		any: func(a around) bool { return isText(a.text()) && isText(a.before().text) && !a.touches() }},
	{Words: []string{"1_000", "2j"}, What: "digits with _ and no complex numbers", Use: "write the plain number",
		any: func(a around) bool { return digitWord(a.text()) && strings.HasPrefix(a.msg, "got identifier") }},
}

func first(a around) bool { return a.tokens[a.i].first }

// annotation is a colon behind a name that a statement begins with, or behind a parameter of a def.
func annotation(a around) bool {
	if !strings.HasPrefix(a.msg, "got ':'") {
		return false
	}
	return a.line().text == "def" || a.before() == a.line() && a.next().line == a.tokens[a.i].line
}

func prefixed(prefixes ...string) func(a around) bool {
	return func(a around) bool {
		return isText(a.text()) && a.touches() && slices.Contains(prefixes, strings.ToLower(a.before().text))
	}
}

func isText(t string) bool { return strings.HasSuffix(t, `"`) || strings.HasSuffix(t, "'") }

// digitWord is a number that goes on with letters or _.
func digitWord(t string) bool {
	return t != "" && t[0] >= '0' && t[0] <= '9' && !strings.HasPrefix(t, "0x") && strings.ContainsAny(t, "_jJ")
}

// pythonNames are names that Python has without an import, and Starlark has not, with what to use.
var pythonNames = map[string]string{
	"isinstance": "compare type(x) with the name of the type, such as \"string\"", "issubclass": "there are no classes",
	"object": "there are no classes", "super": "there are no classes", "property": "there are no classes",
	"staticmethod": "there are no classes", "classmethod": "there are no classes",
	"sum": "add in a loop", "round": "use int(x + 0.5)", "pow": "multiply", "divmod": "use // and %",
	"map": "use a comprehension", "filter": "use a comprehension", "iter": "use for", "next": "use for", "slice": "use x[a:b]",
	"callable": "compare type(x) with \"function\"", "id": "compare with ==", "input": "read arguments from sys.argv",
	"bin": "use \"%x\" % n", "hex": "use \"%x\" % n", "oct": "use \"%o\" % n", "format": "use \"{}\".format(x)",
	"memoryview": "use slices", "frozenset": "use set",
	"complex": "use two floats", "open": "files are for .py files", "exec": "use load", "eval": "use json.decode for data",
	"compile": "use load", "globals": "keep values in a dict", "locals": "keep values in a dict", "vars": "use dir and getattr",
	"setattr": "use a dict", "delattr": "use a dict", "const": "write the value", "__import__": "use load",
	"__name__": "a file that is run and one that is loaded begin alike, so leave the question out", "__file__": "see sys.argv[0]",
	"NotImplemented": "use fail(text)", "Ellipsis": "use None",
}
