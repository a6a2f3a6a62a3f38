package builtins_test

import (
	"os"
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

// The functions of the module quecstar are the controls of all modules: each in one table, and none besides.
func TestControlsAreOfTheirModules(t *testing.T) {
	of := map[string]string{}
	offered := 0
	for _, m := range builtins.All() {
		for _, f := range m.Controls {
			if of[f.Name] != "" {
				t.Errorf("%s is a control of %s and of %s", f.Name, of[f.Name], m.Name)
			}
			of[f.Name] = m.Name
		}
	}
	for _, m := range builtins.All() {
		if m.Name != script.ControlName {
			continue
		}
		offered = len(m.Funcs)
		for _, f := range m.Funcs {
			if of[f.Name] == "" {
				t.Errorf("quecstar.%s is a control in the table of no module", f.Name)
			}
		}
	}
	if offered == 0 || offered != len(of) || offered != len(builtins.Controls()) {
		t.Errorf("quecstar has %d functions, the modules have %d controls, the bench %d", offered, len(of), len(builtins.Controls()))
	}
}
