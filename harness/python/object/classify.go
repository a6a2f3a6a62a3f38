package object

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.starlark.net/starlark"
)

// rule turns an error text of Starlark into an exception. $1… in text stand for what the pattern
// took.
type rule struct {
	has     string // what the text must hold, as looking for it is faster than matching
	pattern *regexp.Regexp
	class   string
	text    string
}

// rules are tried in order. They are the one place that knows Starlark's wording; a test runs a
// program for each. Their patterns took 2 ms of every start, so they are compiled when first used.
var rules = sync.OnceValue(func() []rule {
	return []rule{
		{"referenced before assignment", regexp.MustCompile(`^(?:local|global|free|cell) variable (.*) referenced before assignment$`), "NameError", "local variable referenced before assignment"},
		{"pop: ", regexp.MustCompile(`^pop: index .* out of range: empty list`), "IndexError", "pop from empty list"},
		{"pop: ", regexp.MustCompile(`^pop: (.*) index .* out of range|^pop: index .* out of range`), "IndexError", "list index out of range"},
		{"str index", regexp.MustCompile(`^str index: got (\S+), want int`), "TypeError", "string indices must be integers, not $1"},
		{", want int", regexp.MustCompile(`^(\S+) index: got (\S+), want int`), "TypeError", "$1 indices must be integers, not $2"},
		{"empty str", regexp.MustCompile(`^index .* out of range: empty str`), "IndexError", "string index out of range"},
		{"empty ", regexp.MustCompile(`^index .* out of range: empty (.*)$`), "IndexError", "$1 index out of range"},
		{", want int", regexp.MustCompile(`^got (\S+), want int$`), "TypeError", "list indices must be integers, not $1"},
		{" out of range", regexp.MustCompile(`^(?:\w+: )?(.*?) ?index .* out of range`), "IndexError", "$1 index out of range"},
		{"field or method", regexp.MustCompile(`^(.*) has no \.(\S+) field or method`), "AttributeError", "'$1' object has no attribute '$2'"},
		{"can't assign to ", regexp.MustCompile(`^can't assign to \.(\S+) field of (.*)$`), "AttributeError", "'$2' object has no attribute '$1'"},
		{"unknown binary op", regexp.MustCompile(`^unknown binary op: (\S+) (\S+) (\S+)$`), "TypeError", "unsupported types for $2: '$1', '$3'"},
		{"unknown unary op: -", regexp.MustCompile(`^unknown unary op: - (\S+)$`), "TypeError", "unsupported type for __neg__: '$1'"},
		{"unknown unary op: +", regexp.MustCompile(`^unknown unary op: \+ (\S+)$`), "TypeError", "unsupported type for __pos__: '$1'"},
		{"unknown unary op", regexp.MustCompile(`^unknown unary op: ~ (\S+)$`), "TypeError", "unsupported type for __invert__: '$1'"},
		{"not implemented", regexp.MustCompile(`^(\S+) (\S+) (\S+) not implemented$`), "TypeError", "unsupported types for $2: '$1', '$3'"},
		{"too many values to unpack", regexp.MustCompile(`^too many values to unpack \(got (\d+), want (\d+)\)`), "ValueError", "too many values to unpack (expected $2)"},
		{"too many values to unpack", regexp.MustCompile(`^too many values to unpack \(got -1, want (\d+)\)`), "ValueError", "too many values to unpack (expected $1)"},
		{"too few values", regexp.MustCompile(`^too few values to unpack \(got (\d+), want (\d+)\)`), "ValueError", "need more than $1 values to unpack"},
		{"in sequence assignment", regexp.MustCompile(`^got (\S+) in sequence assignment`), "TypeError", "'$1' object isn't iterable"},
		{"not iterable", regexp.MustCompile(`^(\S+) value is not iterable|^invalid .*not iterable`), "TypeError", "'$1' object isn't iterable"},
		{"must be iterable", regexp.MustCompile(`argument after \* must be iterable, not (.*)$`), "TypeError", "'$1' object isn't iterable"},
		{"invalid call", regexp.MustCompile(`^invalid call of non-function \((.*)\)$`), "TypeError", "'$1' object isn't callable"},
		{"unhashable", regexp.MustCompile(`^unhashable(?: type)?: (.*)$`), "TypeError", "unsupported type for __hash__: '$1'"},
		{"unhandled index", regexp.MustCompile(`^unhandled index operation (\S+)\[`), "TypeError", "'$1' object isn't subscriptable"},
		{"item assignment", regexp.MustCompile(`^(\S+) value does not support item assignment$`), "TypeError", "'$1' object doesn't support item assignment"},
		{"invalid slice operand", regexp.MustCompile(`^invalid slice operand (\S+)`), "TypeError", "'$1' object isn't subscriptable"},
		{"zero is not", regexp.MustCompile(`^zero is not a valid slice step`), "ValueError", "slice step can't be zero"},
		{"missing", regexp.MustCompile(`^function (\S+) missing (\d+) arguments? \((.*)\)`), "TypeError", "function missing $2 required positional arguments"},
		{"accepts no", regexp.MustCompile(`^function (\S+) accepts no arguments \((\d+) given\)`), "TypeError", "function takes 0 positional arguments but $2 were given"},
		{"accepts", regexp.MustCompile(`^function (\S+) accepts (?:at most )?(\d+) (?:positional )?arguments? \((\d+) given\)`), "TypeError", "function takes $2 positional arguments but $3 were given"},
		{"unexpected keyword", regexp.MustCompile(`^function (\S+) got an unexpected keyword argument "?(\w+)`), "TypeError", "unexpected keyword argument '$2'"},
		{"multiple values", regexp.MustCompile(`^function (\S+) got multiple values for (?:parameter|keyword argument) "?(\w+)`), "TypeError", "function got multiple values for argument '$2'"},
		{"", regexp.MustCompile(`^shift count too large|too large|excessive`), "MemoryError", "memory allocation failed"},
		{"negative shift", regexp.MustCompile(`^negative shift count`), "ValueError", "negative shift count"},
		{"", regexp.MustCompile(`int too large to convert to float|cannot convert float|out of range`), "OverflowError", "overflow converting long int to machine word"},
		{"", regexp.MustCompile(`comparison exceeded maximum recursion depth|stack overflow`), "RuntimeError", "maximum recursion depth exceeded"},
		{"", regexp.MustCompile(`value not in list|not found`), "ValueError", "object not in sequence"},
		{"not in", regexp.MustCompile(`^key (.*) not in`), "KeyError", "$1"},
	}
})

// operatorNames are how Python's messages name the operators.
var operatorNames = strings.NewReplacer("for +:", "for __add__:", "for -:", "for __sub__:", "for *:", "for __mul__:",
	"for /:", "for __truediv__:", "for //:", "for __floordiv__:", "for %:", "for __mod__:", "for &:", "for __and__:",
	"for |:", "for __or__:", "for ^:", "for __xor__:", "for <<:", "for __lshift__:", "for >>:", "for __rshift__:",
	"for <:", "for __lt__:", "for <=:", "for __le__:", "for >:", "for __gt__:", "for >=:", "for __ge__:",
	"for ~:", "for __invert__:", "for in:", "for __contains__:")

// classify turns an error of Starlark itself into an exception; nil when no script may catch it.
func (in *Interpreter) classify(err error) *Raised {
	text := err.Error() // of an EvalError, that of the error behind it
	if in.Fatal != nil && in.Fatal(err) {
		return nil
	}
	if reason, ok := strings.CutPrefix(text, "Starlark computation cancelled: "); ok {
		root := rootOf(err)
		if in.taken.root != root { // an error stands for one exception, whoever asks and how often
			if raised := in.cancelled(reason); raised != nil {
				in.taken = taken{root, raised}
			}
		}
		if in.taken.root == root {
			return in.taken.raised
		}
		return nil
	}
	if r := frequent(text); r != nil {
		return r
	}
	if r := wrongArguments(text); r != nil {
		return r
	}
	for _, r := range rules() {
		if !strings.Contains(text, r.has) {
			continue
		}
		m := r.pattern.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		msg := string(r.pattern.ExpandString(nil, r.text, text, m))
		msg = strings.ReplaceAll(msg, "builtin_function_or_method", TypeName(starlark.Universe["len"]))
		if strings.HasPrefix(msg, "unsupported type") {
			msg = operatorNames.Replace(msg)
		}
		return &Raised{Exc: newException(exceptionClasses[r.class], NewStr(msg))}
	}
	return &Raised{Exc: newException(exceptionClasses["TypeError"], NewStr(text)), Cause: err}
}

// taken is the exception that was last taken for the error of a cancelled thread.
type taken struct {
	root   error
	raised *Raised
}

// rootOf is the error that others wrap.
func rootOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// frequent knows, without a pattern, the errors that scripts provoke in order to catch them.
func frequent(text string) *Raised {
	if strings.HasSuffix(text, "by zero") {
		return &Raised{Exc: newException(exceptionClasses["ZeroDivisionError"], NewStr("divide by zero"))}
	}
	kind, rest, ok := strings.Cut(text, " index ")
	if !ok || strings.ContainsAny(kind, " :") || !strings.Contains(rest, " out of range") {
		return nil
	}
	if kind == "str" {
		kind = "string"
	}
	return &Raised{Exc: newException(exceptionClasses["IndexError"], NewStr(kind+" index out of range"))}
}

// listArguments is what Starlark's methods of a list say of wrong arguments.
var listArguments = regexp.MustCompile(`^(?:append|clear|insert|pop): (?:got (\d+) arguments?, want (at most )?(?:at least )?(\d+)|for parameter \d+: got (\S+), want int|unexpected keyword arg)`)

// wrongArguments is the TypeError of such a method; for Python the list counts as an argument.
func wrongArguments(text string) *Raised {
	m := listArguments.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	msg := "function doesn't take keyword arguments"
	given, err1 := strconv.Atoi(m[1])
	wanted, err2 := strconv.Atoi(m[3])
	switch {
	case m[4] != "":
		msg = "list indices must be integers, not " + m[4]
	case err1 == nil && err2 == nil && m[2] != "":
		msg = fmt.Sprintf("function expected at most %d arguments, got %d", wanted+1, given+1)
	case err1 == nil && err2 == nil:
		msg = fmt.Sprintf("function takes %d positional arguments but %d were given", wanted+1, given+1)
	}
	return &Raised{Exc: newException(exceptionClasses["TypeError"], NewStr(msg))}
}

// cancelled is the exception that a cancelled thread stands for, if it is one.
func (in *Interpreter) cancelled(reason string) *Raised {
	switch reason {
	case pendingReason:
		if in.pending != nil {
			return in.Exception(in.takePending())
		}
	case KeyboardInterrupt:
		in.takePending()
		return &Raised{Exc: newException(exceptionClasses[KeyboardInterrupt])}
	case TooDeep:
		in.takePending()
		return &Raised{Exc: newException(exceptionClasses["RuntimeError"], NewStr(TooDeep))}
	}
	return nil
}

// Reasons of a cancelled starlark.Thread that a script may catch as exceptions.
const (
	KeyboardInterrupt = "KeyboardInterrupt"
	TooDeep           = "maximum recursion depth exceeded"
)
