// Package manual is what quecstar tells of the modules that scripts see: in the terminal, in help() of a
// script, as a reference in Markdown and as stubs for editors. All of it is read from the one table that
// each module has (script.Module), or from the source of a module that is written in Python.
package manual

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"quecstar/harness/script"
	"quecstar/harness/spell"
)

// Manual is the manual of all modules.
type Manual struct {
	// Width is how wide the lines of a text are at most, 0 for the usual 96 columns.
	Width int

	pages []*page
}

// New reads the tables. An error is a mistake in one of them.
func New(modules []*script.Module) (*Manual, error) {
	var wrong []error
	m, all := &Manual{}, &others{importable: map[string]bool{}, bare: map[string]string{}}
	for _, table := range modules {
		p, err := pageOf(table)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("module %s: %w", table.Name, err))
			continue
		}
		p.others = all
		for _, name := range p.called() {
			all.importable[name] = all.importable[name] || p.lang&script.Python != 0 && !p.flat
		}
		m.pages = append(m.pages, p)
	}
	m.findBare(all.bare)
	m.shareControls()
	sort.SliceStable(m.pages, func(i, j int) bool {
		return strings.ToLower(m.pages[i].name) < strings.ToLower(m.pages[j].name)
	})
	return m, errors.Join(wrong...)
}

// shareControls has the module quecstar show its functions as the manual of their own modules does.
func (m *Manual) shareControls() {
	told := map[string]*function{}
	for _, p := range m.pages {
		for _, f := range p.controls {
			told[f.name], f.of = f, p
		}
	}
	for _, p := range m.pages {
		for i, f := range p.functions {
			if p.name == script.ControlName && told[f.name] != nil {
				p.functions[i] = told[f.name]
			}
		}
	}
}

// findBare finds what Starlark has without an import, such as sleep, and a module of Python's has, too.
func (m *Manual) findBare(bare map[string]string) {
	for _, flat := range m.pages {
		for _, f := range flat.functions {
			for _, p := range m.pages {
				if flat.flat && flat.lang == script.Starlark && p.lang == script.Python && p.function(f.name) != nil && bare[f.name] == "" {
					bare[f.name] = p.name
				}
			}
		}
	}
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
		asked := *p
		asked.lang &= lang
		asked.width = m.width()
		if text := asked.textOf(name); text != "" {
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

func (m *Manual) width() int {
	if m.Width == 0 {
		return usualWidth
	}
	return max(leastWidth, min(m.Width, usualWidth))
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
	lines := &page{width: max(m.width(), 60)}
	if m.Width == 0 {
		lines.width = math.MaxInt // a line each, for grep
	}
	add := func(name string, seen script.Lang, what string) {
		head := fmt.Sprintf("%-26s %-6s ", name, seenBy(seen))
		b.WriteString(lines.wrapHanging(what, head, strings.Repeat(" ", len(head))))
	}
	for _, p := range m.pages {
		if p.lang&lang == 0 || p.hidden() {
			continue
		}
		add(strings.Join(p.called(), ", "), p.lang, firstSentence(p.doc))
	}
	b.WriteString("\ntopics\n")
	for _, t := range topics() {
		if t.lang&lang != 0 {
			add(t.names[0], t.about, t.title())
		}
	}
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
	// Name is what it is an example of, and its number there.
	Name string
	// Module is whose manual shows it.
	Module string
	// Lang is the language, Python or Starlark.
	Lang script.Lang
	// Text is the program. What it prints stands behind each #> of it, in this order, "..." for anything.
	Text string
}

// Examples are the programs of all modules, in each language that sees the module.
func (m *Manual) Examples() []Example {
	var out []Example
	for _, p := range m.pages {
		for i, e := range p.examples {
			name := fmt.Sprintf("%s.%d", p.name, i+1)
			if e.lang&script.Python != 0 {
				out = append(out, Example{name, p.name, script.Python, p.program(e)})
			}
			if e.lang&script.Starlark != 0 {
				out = append(out, Example{name, p.name, script.Starlark, e.code})
			}
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
