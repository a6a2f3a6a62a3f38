package manual

import (
	"fmt"
	"regexp"
	"strings"

	"quecstar/harness/script"
)

// width is how wide a line of a manual may be.
const width = 96

// functionText is the manual of one function; name is what it is called by.
func (p *page) functionText(name string, f *function) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s(%s)%s\n\n", name, f.params, arrow(f.notes.Result))
	b.WriteString(wrap(f.doc, "  "))
	if f.refused {
		b.WriteString(wrap("Nothing stands behind it here: it says so once and returns the vendor's failure code.", "  "))
	}
	if given := p.params(f); len(given) > 0 {
		b.WriteString("\nparameters\n")
		for _, one := range given {
			b.WriteString(one.line())
		}
	}
	section(&b, "errors", p.raises(f))
	b.WriteString(p.example(f.notes.Example, lastPart(name)))
	b.WriteString("\n" + p.where() + "\n")
	return b.String()
}

// raises is how a call of a function fails.
func (p *page) raises(f *function) string {
	said := f.notes.Raises
	if said == "" {
		said = p.notes.Raises
	}
	if said == "" {
		said = "TypeError for arguments that do not fit."
	}
	return said
}

func arrow(result string) string {
	if result == "" {
		return ""
	}
	return " -> " + result
}

// line is a parameter in a manual: name, type and default, what it takes.
func (a param) line() string {
	what := a.typ
	switch {
	case a.optional && what != "":
		what += ", default " + a.def
	case a.optional:
		what = "default " + a.def
	}
	text := fmt.Sprintf("%-14s %s", a.name, what)
	if a.doc != "" {
		text = fmt.Sprintf("%-14s %s", a.name, strings.TrimPrefix(what+": "+a.doc, ": "))
	}
	return wrapHanging(strings.TrimRight(text, " "), "  ", strings.Repeat(" ", 17))
}

func section(b *strings.Builder, title, text string) {
	if text != "" {
		b.WriteString("\n" + title + "\n" + wrap(text, "  "))
	}
}

// example is a program that uses something: its own, or that of the module when this speaks of it.
func (p *page) example(own, name string) string {
	code := own
	if code == "" && (name == "" || regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).MatchString(p.notes.Example)) {
		code = p.notes.Example
	}
	if code == "" {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nexample\n")
	for line := range strings.Lines(p.imports(code) + code) {
		b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
	}
	return b.String()
}

// usedName is a name with a member behind it.
var usedName = regexp.MustCompile(`(^|[^\w."'])([A-Za-z_]\w*)\.`)

// imports are what a Python script says before an example.
func (p *page) imports(code string) string {
	if p.lang&script.Python == 0 {
		return ""
	}
	var b strings.Builder
	seen := map[string]bool{}
	for _, m := range usedName.FindAllStringSubmatch(code, -1) {
		if name := m[2]; p.importable[name] && !seen[name] {
			seen[name] = true
			b.WriteString("import " + name + "\n")
		}
	}
	return b.String()
}

// where says which scripts see the module, and how.
func (p *page) where() string {
	text := map[script.Lang]string{script.Python: "In .py files by import.", script.Starlark: "In .star files, without an import.",
		script.Both: "In .py files by import, in .star files without one."}[p.lang]
	if p.flat && p.lang == script.Both {
		text = "In .py and .star files, without an import."
	}
	if len(p.aliases) > 0 {
		text += " Also called " + strings.Join(p.aliases, ", ") + "."
	}
	if p.simulated {
		text += " Simulated, unless a module answers."
	}
	return text
}

// text is the manual of the module.
func (p *page) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s", p.name, wrap(p.doc, "  "))
	if len(p.functions) > 0 {
		b.WriteString("\nfunctions\n")
		for _, f := range p.functions {
			b.WriteString(entry(f.name+"("+f.params+")"+arrow(f.notes.Result), f.doc))
		}
	}
	for _, c := range p.classes {
		b.WriteString("\n" + p.classSummary(c))
	}
	valueList(&b, "values", p.values)
	section(&b, "errors", p.notes.Raises)
	b.WriteString(p.example(p.notes.Example, ""))
	b.WriteString("\n" + p.where() + "\n")
	return b.String()
}

// classSummary is a class within the manual of its module.
func (p *page) classSummary(c *class) string {
	var b strings.Builder
	b.WriteString(wrap(c.heading(), "") + wrap(c.doc, "  "))
	for _, f := range c.methods {
		b.WriteString(entry(f.name+"("+f.params+")"+arrow(f.notes.Result), f.doc))
	}
	for _, v := range folded(append(append([]value(nil), c.attrs...), c.values...)) {
		b.WriteString(entry(v.name, v.doc))
	}
	return b.String()
}

// heading is a class with what makes an instance.
func (c *class) heading() string {
	switch {
	case c.init != nil:
		return "class " + c.name + "(" + c.init.params + ")"
	case c.base != "":
		return "class " + c.name + ", a kind of " + c.base
	}
	return "class " + c.name
}

// classText is the manual of a class.
func (p *page) classText(c *class) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s", wrap(strings.Replace(c.heading(), c.name, p.name+"."+c.name, 1), ""), "\n"+wrap(c.doc, "  "))
	if c.init != nil {
		if c.init.doc != c.doc {
			b.WriteString(wrap(c.init.doc, "  "))
		}
		if given := p.params(c.init); len(given) > 0 {
			b.WriteString("\nparameters\n")
			for _, one := range given {
				b.WriteString(one.line())
			}
		}
	}
	if len(c.methods) > 0 {
		b.WriteString("\nmethods\n")
		for _, f := range c.methods {
			b.WriteString(entry(f.name+"("+f.params+")"+arrow(f.notes.Result), f.doc))
		}
	}
	valueList(&b, "attributes", append(append([]value(nil), c.attrs...), c.values...))
	section(&b, "errors", p.notes.Raises)
	b.WriteString(p.example("", c.name))
	b.WriteString("\n" + p.where() + "\n")
	return b.String()
}

func (p *page) valueText(name string, v *value) string {
	typ := v.typ
	if typ != "" {
		typ = ": " + typ
	}
	return name + typ + "\n\n" + wrap(v.doc, "  ") + "\n" + p.where() + "\n"
}

func valueList(b *strings.Builder, title string, values []value) {
	if len(values) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for _, v := range folded(values) {
		b.WriteString(entry(v.name, v.doc))
	}
}

var numbered = regexp.MustCompile(`^(.*?)(\d+)$`)

// folded puts runs of numbered values that say the same, such as GPIO1, GPIO2 …, into one line.
func folded(values []value) []value {
	var out []value
	for i := 0; i < len(values); {
		end := i + 1
		if m := numbered.FindStringSubmatch(values[i].name); m != nil {
			for end < len(values) && values[end].doc == values[i].doc && strings.HasPrefix(values[end].name, m[1]) &&
				numbered.MatchString(values[end].name) {
				end++
			}
		}
		v := values[i]
		if end-i > 2 {
			v.name += " ... " + values[end-1].name
		} else {
			end = i + 1
		}
		out = append(out, v)
		i = end
	}
	return out
}

// entry is a member with its doc beneath.
func entry(name, doc string) string {
	return wrapHanging(name, "  ", "      ") + wrap(doc, "      ")
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func wrap(text, indent string) string { return wrapHanging(text, indent, indent) }

// wrapHanging breaks a text into lines, whose first has another indent than the rest.
func wrapHanging(text, first, rest string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		at := first
		used := len(at)
		b.WriteString(at)
		for i, word := range strings.SplitAfter(strings.TrimRight(line, "\n"), " ") {
			if used+len([]rune(strings.TrimRight(word, " "))) > width && i > 0 {
				trimmed := strings.TrimRight(b.String(), " ")
				b.Reset()
				b.WriteString(trimmed + "\n" + rest)
				used = len(rest)
			}
			b.WriteString(word)
			used += len([]rune(word))
		}
		b.WriteString("\n")
		first = rest
	}
	return b.String()
}
