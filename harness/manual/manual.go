// Package manual is what quecstar tells of the modules that scripts see: in the terminal, in help() of a
// script, as a reference in Markdown and as stubs for editors. All of it is read from the one table that
// each module has (script.Module), or from the source of a module that is written in Python.
package manual

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"quecstar/harness/script"
	"quecstar/harness/spell"
)

// Manual is the manual of all modules.
type Manual struct {
	pages []*page
}

// New reads the tables. An error is a mistake in one of them.
func New(modules []*script.Module) (*Manual, error) {
	m, importable := &Manual{}, map[string]bool{}
	for _, table := range modules {
		p, err := pageOf(table)
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", table.Name, err)
		}
		p.importable = importable
		for _, name := range p.called() {
			importable[name] = importable[name] || p.lang&script.Python != 0 && !p.flat
		}
		m.pages = append(m.pages, p)
	}
	sort.SliceStable(m.pages, func(i, j int) bool {
		return strings.ToLower(m.pages[i].name) < strings.ToLower(m.pages[j].name)
	})
	return m, nil
}

// UnknownError is a name that the manual does not have.
type UnknownError struct {
	// Name is what was asked for, Near what may have been meant, or "".
	Name, Near string
}

// Error names both.
func (e *UnknownError) Error() string {
	if e.Near != "" {
		return fmt.Sprintf("no manual of %q; did you mean %q?", e.Name, e.Near)
	}
	return fmt.Sprintf("no manual of %q; 'quecstar doc' lists all", e.Name)
}

// Text is the manual of a name for scripts in these languages: of a module, one of its members such as
// "umqtt.MQTTClient.publish", a function that needs no module, or a topic. The error is an
// *UnknownError.
func (m *Manual) Text(name string, lang script.Lang) (string, error) {
	var parts []string
	for _, p := range m.pages {
		if p.lang&lang == 0 {
			continue
		}
		if text := p.textOf(name); text != "" {
			parts = append(parts, text)
		}
	}
	if t := topicOf(name); t != nil && (t.lang&lang != 0) {
		parts = append(parts, t.text())
	}
	if len(parts) == 0 {
		return "", &UnknownError{name, spell.Nearest(name, m.names(lang))}
	}
	return strings.Join(parts, "\n"), nil
}

// textOf is the text of what a name means to a page; "" for nothing.
func (p *page) textOf(name string) string {
	first, rest, dotted := strings.Cut(name, ".")
	if !slices.Contains(p.called(), first) {
		if f := p.function(name); f != nil && p.without(name) {
			return p.functionText(f.name, f)
		}
		return ""
	}
	if p.flat && p.function(name) != nil && !dotted {
		return p.functionText(name, p.function(name))
	}
	if !dotted {
		return p.text()
	}
	return p.memberText(rest)
}

// memberText is the text of a member of the module, or of a class of it.
func (p *page) memberText(name string) string {
	if f := p.function(name); f != nil {
		if p.flat {
			return p.functionText(name, f)
		}
		return p.functionText(p.name+"."+name, f)
	}
	of, member, dotted := strings.Cut(name, ".")
	if c := p.class(of); c != nil {
		if !dotted {
			return p.classText(c)
		}
		if f := c.method(member); f != nil {
			return p.functionText(p.name+"."+name, f)
		}
		if v := find(append(slices.Clone(c.values), c.attrs...), member); v != nil {
			return p.valueText(p.name+"."+name, v)
		}
	}
	if v := find(p.values, name); v != nil {
		return p.valueText(p.name+"."+name, v)
	}
	return ""
}

// names are all that the manual has a text of.
func (m *Manual) names(lang script.Lang) []string {
	var out []string
	for _, p := range m.pages {
		if p.lang&lang == 0 {
			continue
		}
		for _, called := range p.called() {
			out = append(out, called)
			for _, member := range p.members() {
				out = append(out, called+"."+member)
			}
		}
		for _, f := range p.functions {
			if p.without(f.name) {
				out = append(out, f.name)
			}
		}
	}
	for _, t := range topics() {
		if t.lang&lang != 0 {
			out = append(out, t.names...)
		}
	}
	return out
}

// List is a line for each module that scripts in these languages see, and the topics.
func (m *Manual) List(lang script.Lang) string {
	var b strings.Builder
	for _, p := range m.pages {
		if p.lang&lang == 0 || p.hidden() {
			continue
		}
		name := strings.Join(p.called(), ", ")
		fmt.Fprintf(&b, "%-26s %-6s %s\n", name, seenBy(p.lang), firstSentence(p.doc))
	}
	b.WriteString("\nTopics: ")
	var names []string
	for _, t := range topics() {
		if t.lang&lang != 0 {
			names = append(names, t.names[0])
		}
	}
	b.WriteString(strings.Join(names, ", ") + "\n")
	return b.String()
}

// seenBy names the files whose scripts see a module.
func seenBy(lang script.Lang) string {
	switch lang {
	case script.Python:
		return ".py"
	case script.Starlark:
		return ".star"
	}
	return "both"
}

func firstSentence(doc string) string {
	if i := strings.Index(doc, ". "); i > 0 {
		return doc[:i+1]
	}
	return doc
}

// Example is a program of the manual that a test runs.
type Example struct {
	// Name is what it is an example of.
	Name string
	// Lang is the language, Python or Starlark.
	Lang script.Lang
	// Text is the program.
	Text string
}

// Examples are the programs of all modules, in each language that sees the module.
func (m *Manual) Examples() []Example {
	var out []Example
	for _, p := range m.pages {
		add := func(name, code string) {
			if code == "" {
				return
			}
			if p.lang&script.Python != 0 {
				out = append(out, Example{name, script.Python, p.imports(code) + code})
			}
			if p.lang&script.Starlark != 0 {
				out = append(out, Example{name, script.Starlark, code})
			}
		}
		add(p.name, p.notes.Example)
		for _, f := range p.every() {
			add(p.name+"."+f.name, f.notes.Example)
		}
	}
	return out
}

// Undocumented are the modules, functions, classes and attributes that have no doc.
func (m *Manual) Undocumented() []string {
	var out []string
	note := func(name, doc string) {
		if doc == "" {
			out = append(out, name)
		}
	}
	for _, p := range m.pages {
		note(p.name, p.doc)
		for _, f := range p.functions {
			note(p.name+"."+f.name, f.doc)
		}
		for _, c := range p.classes {
			note(p.name+"."+c.name, c.doc)
			for _, f := range c.methods {
				note(p.name+"."+c.name+"."+f.name, f.doc)
			}
			for _, v := range c.attrs {
				note(p.name+"."+c.name+"."+v.name, v.doc)
			}
		}
	}
	return out
}
