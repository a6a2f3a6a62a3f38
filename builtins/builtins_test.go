package builtins_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quecstar/builtins"
	"quecstar/harness/script"
)

// section is the README's text between two headings.
func section(t *testing.T, from, to string) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), from)
	part, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("the README has no part between %q and %q", from, to)
	}
	return part
}

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	anyName  = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	ofModule = regexp.MustCompile(`^quecstar\.(\w+)\(`)
)

// unnamed are modules that scripts have no use for: example, and what uasyncio stands on.
var unnamed = []string{"example", "_uasyncio"}

// The README names each module that Python scripts can import, and no module that is not there.
func TestREADMENamesTheModules(t *testing.T) {
	documented := map[string]bool{}
	for row := range strings.Lines(section(t, "## What a script sees", "## Limits")) {
		cells := strings.Split(row, "|")
		if len(cells) < 3 || strings.Contains(cells[1], "by `import`") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(cells[1], -1) {
			documented[m[1]] = true
		}
	}
	known := map[string]bool{}
	for _, m := range builtins.All() {
		for _, f := range m.Builtins {
			known[f] = true
		}
		if m.Lang != 0 && m.Lang&script.Python == 0 {
			continue
		}
		names := append([]string{m.Name}, m.Aliases...)
		for _, n := range names {
			known[n] = true
		}
		if !slices.ContainsFunc(names, func(n string) bool { return documented[n] }) && !slices.Contains(unnamed, m.Name) {
			t.Errorf("the README does not name the module %s", m.Name)
		}
	}
	for name := range documented {
		if anyName.MatchString(name) && !known[name] {
			t.Errorf("the README names %s, which no table has", name)
		}
		if f := ofModule.FindStringSubmatch(name); f != nil && !hasFunc("quecstar", f[1]) {
			t.Errorf("the README names quecstar.%s, which its table does not have", f[1])
		}
	}
}

func hasFunc(module, name string) bool {
	for _, m := range builtins.All() {
		if m.Name == module {
			return slices.ContainsFunc(m.Funcs, func(f script.Func) bool { return f.Name == name })
		}
	}
	return false
}

// What is called not there yet is not there.
func TestLaterIsNotThere(t *testing.T) {
	later := builtins.Later()
	if len(later) == 0 {
		t.Skip("every module is there")
	}
	limits := section(t, "## Limits", "## Where things are")
	for _, name := range later {
		if !strings.Contains(limits, "`"+name+"`") {
			t.Errorf("the README's limits do not name %s", name)
		}
		for _, m := range builtins.All() {
			if m.Name == name || slices.Contains(m.Aliases, name) {
				t.Errorf("%s is called not there yet", name)
			}
		}
	}
}

// Every function, class and constant of a table says what it is, and names are not given twice.
func TestTablesAreDocumented(t *testing.T) {
	for _, m := range builtins.All() {
		if m.Doc == "" {
			t.Errorf("%s has no doc", m.Name)
		}
		seen := map[string]bool{}
		once := func(name, doc string) {
			if seen[name] {
				t.Errorf("%s has %s twice", m.Name, name)
			}
			seen[name] = true
			if doc == "" {
				t.Errorf("%s.%s has no doc", m.Name, name)
			}
		}
		for _, f := range m.Funcs {
			once(f.Name, f.Doc)
			if f.Refused && f.Simulated {
				t.Errorf("%s.%s is both refused and simulated", m.Name, f.Name)
			}
		}
		for _, c := range m.Classes {
			name := c.Name
			if c.Hidden {
				name = "the class " + name // which the module does not offer by its name
			}
			once(name, c.Doc)
			for _, f := range c.Methods {
				once(c.Name+"."+f.Name, f.Doc)
			}
		}
	}
}
