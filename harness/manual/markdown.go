package manual

import (
	"fmt"
	"strings"

	"quecstar/harness/script"
)

// Table is the README's table of modules: who sees what.
func (m *Manual) Table() string {
	rows := []struct {
		title string
		fits  func(p *page) bool
	}{
		{"`.py` by `import`, `.star` without", func(p *page) bool { return p.lang == script.Both && !p.simulated && !p.flat }},
		{"the same, simulated unless a module answers", func(p *page) bool { return p.lang == script.Both && p.simulated }},
		{"`.py` by `import`", func(p *page) bool { return p.lang == script.Python }},
		{"`.star`, without", func(p *page) bool { return p.lang == script.Starlark && !p.flat }},
		{"functions, without `import`", func(p *page) bool { return p.flat }},
	}
	var b strings.Builder
	b.WriteString("| seen by | modules |\n|---|---|\n")
	for _, row := range rows {
		var names []string
		for _, p := range m.pages {
			if row.fits(p) && !p.hidden() {
				names = append(names, p.shortName())
			}
		}
		fmt.Fprintf(&b, "| %s | %s |\n", row.title, strings.Join(names, ", "))
	}
	return b.String()
}

// shortName is a module with its other names, or the functions that a flat one has.
func (p *page) shortName() string {
	names := p.called()
	if p.flat {
		names = nil
		for _, f := range p.functions {
			names = append(names, f.name)
		}
		return "`" + strings.Join(names, "`, `") + "`" + map[bool]string{true: " (`.star`)"}[p.lang == script.Starlark]
	}
	return "`" + strings.Join(names, "`/`") + "`"
}

// Markdown is the reference: all modules with all of their members.
func (m *Manual) Markdown() string {
	var b strings.Builder
	b.WriteString("# What scripts see\n\nWritten from the tables of `builtins` by `go test ./builtins -run Reference -update`; " +
		"`quecstar doc` prints the same in a terminal.\n\n")
	for _, p := range m.pages {
		if !p.hidden() {
			b.WriteString(p.markdown())
		}
	}
	for _, t := range topics() {
		fmt.Fprintf(&b, "## %s\n\n```\n%s```\n\n", t.names[0], t.text())
	}
	return b.String()
}

func (p *page) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n%s %s\n\n", p.name, escaped(p.doc), p.where())
	if p.about != "" {
		b.WriteString(escaped(p.about) + "\n\n")
	}
	for _, f := range p.functions {
		b.WriteString(p.item(f))
	}
	for _, v := range folded(p.values) {
		b.WriteString(valueItem(v))
	}
	for _, c := range p.classes {
		fmt.Fprintf(&b, "\n**`%s`** %s\n\n", c.heading(), escaped(c.doc))
		if c.init != nil && c.init.doc != c.doc && c.init.doc != "" {
			b.WriteString(escaped(c.init.doc) + "\n\n")
		}
		for _, f := range c.methods {
			b.WriteString(p.item(f))
		}
		for _, v := range folded(append(append([]value(nil), c.attrs...), c.values...)) {
			b.WriteString(valueItem(v))
		}
	}
	if len(p.controls) > 0 {
		var names []string
		for _, f := range p.controls {
			names = append(names, "`"+f.name+"`")
		}
		fmt.Fprintf(&b, "\nWhat a test can do to it, functions of [%s](#%[1]s): %s.\n", script.ControlName, strings.Join(names, ", "))
	}
	if p.raises != "" {
		fmt.Fprintf(&b, "\nErrors: %s\n", escaped(p.raises))
	}
	for _, e := range p.examples {
		fmt.Fprintf(&b, "\n```python\n%s```\n", p.program(e))
	}
	b.WriteString("\n")
	return b.String()
}

// item is a function in a list, with what is to be said of its parameters.
func (p *page) item(f *function) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- `%s(%s)%s` %s\n", f.name, f.params, arrow(f.result), escaped(f.doc))
	for _, a := range f.given() {
		if a.doc != "" || a.typ != "" {
			fmt.Fprintf(&b, "  - `%s` %s\n", a.name, escaped(strings.TrimPrefix(strings.TrimSuffix(a.typ+": "+a.doc, ": "), ": ")))
		}
	}
	return b.String()
}

func valueItem(v value) string {
	return strings.TrimRight(fmt.Sprintf("- `%s` %s", v.name, escaped(v.doc)), " ") + "\n"
}

// escaped keeps what a text says from being taken for Markdown.
func escaped(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`").Replace(text)
}
