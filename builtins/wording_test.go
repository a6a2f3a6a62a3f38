package builtins_test

import (
	_ "embed"
	"regexp"
	"strings"
	"testing"

	"quecstar/builtins"
	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

//go:embed testdata/wording.py
var wrongCalls string

// starlarkWords are those of Starlark's errors, and of Go's, that no Python script may see.
var starlarkWords = regexp.MustCompile(`[Ss]tarlark|, want |: got \d|\bunpack:|for parameter|missing argument for|missing \d+ arguments? \(|` +
	`accepts (?:at most |no )?|field or method|invalid call of|unhashable|unknown (?:binary|unary) op|referenced before assignment \(|` +
	`(?:local|global|free|cell) variable \w+ referenced|value is not iterable|not implemented$|zero is not a valid|excessive|` +
	`sequence assignment|must be iterable, not|unhandled index|during iteration|frozen (?:list|hash)|cannot (?:convert|insert|assign|mutate|index|clear|append|delete|pop)|` +
	`builtin_function_or_method|float64|\*object\.|\*runtime\.|\*script\.|%!|nil pointer|goroutine|·`)

// pure are the modules whose functions a test may call with whatever arguments: they reach no device and
// wait for nothing.
var pure = map[string]bool{"array": true, "base64": true, "binascii": true, "cmath": true, "deflate": true, "framebuf": true, "heapq": true,
	"hmac": true, "log": true, "math": true, "queue": true, "ubinascii": true, "ucollections": true, "ucryptolib": true, "uctypes": true,
	"uerrno": true, "uhashlib": true, "ujson": true, "urandom": true, "ure": true, "ustruct": true, "uzlib": true}

// TestNoWordOfStarlark calls every builtin, every method of every type, every operator and every function
// of the modules wrongly: what they raise is worded as Python words it.
func TestNoWordOfStarlark(t *testing.T) {
	var list script.List
	for _, m := range builtins.All() {
		if m.Lang == script.Starlark || m.Source != "" || m.Flat {
			continue
		}
		names := script.List{}
		for _, f := range m.Funcs {
			names = append(names, f.Name)
		}
		for _, c := range m.Classes {
			if !c.Hidden {
				names = append(names, c.Name)
			}
		}
		list = append(list, script.Tuple{m.Name, pure[m.Name], names})
	}
	under := &script.Module{Name: "modules_under_test", Lang: script.Python, Consts: []script.Const{{Name: "LIST", Value: list}}}
	r := scripttest.Source(t, "wording.py", wrongCalls, scripttest.Options{Modules: append(builtins.All(), under)})
	if r.Err != nil {
		t.Errorf("ended with %v\n%s", r.Err, script.Traceback(r.Err))
	}
	lines := strings.Split(strings.TrimSpace(r.Stdout), "\n")
	if len(lines) < 5000 {
		t.Errorf("only %d errors were provoked", len(lines))
	}
	for _, line := range lines {
		_, text, _ := strings.Cut(line, " # ")
		if starlarkWords.MatchString(text) {
			t.Errorf("%s", line)
		}
	}
}
