package suite

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/parse"
)

// The vendor's own test files are scripts that print a line a case, as learning-lte/quecpython-test-project has them:
//
//	modem_01_003:: 868604050000009||result_case:: True;
//
// In one kind, a class has methods such as modem_01_003, and its run() calls them and prints. In the other the script
// prints such a line of each call that it makes. Such a file runs unmodified, as a device, and each case is a test.

// Which text has a file of this kind, and which a suite of ours.
var (
	printsCases = regexp.MustCompile(`\|\|\s*\w+\s*::?\s*(?i:true|false|ture|flase|n/?a|%s)`)
	hasTests    = regexp.MustCompile(`(?m)^(async +)?(def +)?test_\w+\s*[(=]`)
	caseMethod  = regexp.MustCompile(`^[A-Za-z]\w*_\d+_\d+$`)
	caseLine    = regexp.MustCompile(`(?s)^(.*)\|\|\s*\w+\s*(::?)\s*([\w/]+)`)
)

// vendorCase is what one line says of a case.
type vendorCase struct {
	name, info string
	word       string // the result, as it stands there
	odd        string // how the line is not as the vendor documents it; "" is that it is
}

// readCase reads a line, with those before it that may be the begin of what it says: an info has several lines where
// an exception's text does. Not ok is that it is none of a case.
func readCase(text string, before []string) (c vendorCase, ok bool) {
	m := caseLine.FindStringSubmatch(text)
	if m == nil {
		return c, false
	}
	left := m[1]
	if !strings.Contains(left, "::") {
		for i, line := range slices.Backward(before) {
			if strings.Contains(line, "::") {
				left = strings.Join(before[i:], "\n") + "\n" + left
				break
			}
		}
	}
	odd := []string{}
	note := func(is bool, text string) {
		if is {
			odd = append(odd, text)
		}
	}
	name, info, ok := strings.Cut(left, "::")
	if !ok {
		name, info, ok = strings.Cut(left, ":")
		note(ok, `there is one ":" behind its name`)
		note(!ok, `there is no "::" behind its name`)
	}
	note(m[2] == ":", `there is one ":" before its result`)
	note(misspelled[strings.ToLower(m[3])] != "", "its result is spelled "+m[3])
	c = vendorCase{name: strings.TrimSpace(name), info: strings.TrimSpace(info), word: m[3], odd: strings.Join(odd, ", ")}
	return c, c.name != ""
}

// misspelled are the results that the vendor's files misspell.
var misspelled = map[string]string{"ture": "true", "flase": "false"}

// verdict is what the line says.
func (c vendorCase) verdict() Verdict {
	word := strings.ToLower(c.word)
	if right := misspelled[word]; right != "" {
		word = right
	}
	switch word {
	case "true":
		return Passed
	case "false":
		return Failed
	case "n/a", "na":
		return Skipped
	}
	return Errored
}

// wholeName is the test of a vendor's file as a whole: that it comes to its end, and has no other cases.
const wholeName = "run"

// vendorTests lists the cases of a file as tests; none where it is no file of the vendor's kind. Those of a class are
// its methods. Those of a script are what it prints, in a run on this host in virtual time.
func vendorTests(ctx context.Context, file string, o Options, devices []string) []Test {
	if filepath.Ext(file) != ".py" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(o.Root, file))
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	if err != nil || hasTests.MatchString(text) || !printsCases.MatchString(text) {
		return nil
	}
	mod, err := parse.Module(text, parse.Options{})
	if err != nil {
		return nil // as a suite, it gets its syntax error
	}
	cases := methodsOf(mod)
	if len(cases) == 0 {
		ctx, cancel := context.WithTimeoutCause(ctx, mostWaited, errBudget)
		defer cancel()
		seen := playVendor(ctx, Test{File: file, Device: "direct"}, 1, o, mostListed)
		for _, c := range seen.cases {
			cases = append(cases, Test{Name: c.name, Line: lineOf(text, c.name)})
		}
	}
	whole := Test{Name: wholeName, Line: 1}
	for _, t := range cases {
		whole.Cases = append(whole.Cases, t.Name)
	}
	cases = append(cases, whole)
	// One run of the file has all of its cases, and any of them may be the one that waits for it.
	budget := time.Duration(len(cases)) * orTime(o.Timeout, defaultTimeout)
	var out []Test
	for _, d := range devices {
		for _, t := range cases {
			t.File, t.Vendor, t.Timeout, t.Device = file, true, budget, d
			t.ID = testID(file, t, len(devices) > 1)
			out = append(out, t)
		}
	}
	return out
}

// mostListed is how long a script may print, by its clock, while its cases are listed, and mostWaited by the wall's:
// one that computes without an end is listed with what it printed until then.
const (
	mostListed = 10 * time.Minute
	mostWaited = 10 * time.Second
)

// methodsOf are the cases of the classes that have a method run.
func methodsOf(mod *ast.Module) []Test {
	var out []Test
	for _, st := range mod.Body {
		class, ok := st.(*ast.ClassDef)
		if !ok {
			continue
		}
		runs := false
		var cases []Test
		for _, st := range class.Body {
			f, ok := st.(*ast.FunctionDef)
			if !ok {
				continue
			}
			runs = runs || f.Name == "run"
			if caseMethod.MatchString(f.Name) {
				cases = append(cases, Test{Name: f.Name, Line: int(f.Line)})
			}
		}
		if runs {
			out = append(out, cases...)
		}
	}
	return out
}

// lineOf is the first line that has a text; 1 where none does.
func lineOf(text, name string) int {
	if i := strings.Index(text, name); i >= 0 {
		return 1 + strings.Count(text[:i], "\n")
	}
	return 1
}
