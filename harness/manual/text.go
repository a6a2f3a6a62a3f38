package manual

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quecstar/harness/script"
)

// usualWidth is how wide a line of a manual is where nothing else is asked for, leastWidth how narrow at least.
const (
	usualWidth = 96
	leastWidth = 40
)

// Bold shows the headings of a manual so, for a terminal: its first line, and those without an indent above
// one that has one.
func Bold(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		head := strings.TrimRight(line, "\n")
		above := i+1 < len(lines) && strings.HasPrefix(lines[i+1], " ")
		if head != "" && head[0] != ' ' && (i == 0 || above) {
			lines[i] = "\x1b[1m" + head + "\x1b[0m\n"
		}
	}
	return strings.Join(lines, "")
}

// functionText is the manual of one function; name is what it is called by.
func (p *page) functionText(name string, f *function) string {
	var b strings.Builder
	b.WriteString(p.wrapHanging(fmt.Sprintf("%s(%s)%s", name, f.params, arrow(f.result)), "", "    ") + "\n")
	b.WriteString(p.wrap(f.doc, "  "))
	if f.refused {
		b.WriteString(p.wrap("Nothing stands behind it here: it says so once and returns the vendor's failure code.", "  "))
	}
	if given := f.given(); len(given) > 0 {
		b.WriteString("\nparameters\n")
		for _, one := range given {
			b.WriteString(p.paramLine(one))
		}
	}
	p.part(&b, "errors", p.errorsOf(f))
	own := p.exampleOf(f.name)
	if own == "" && f.of != nil {
		own = f.of.exampleOf(f.name)
	}
	b.WriteString(own)
	b.WriteString("\n" + p.wrap(p.where(), ""))
	return b.String()
}

// errorsOf is how a call of a function fails.
func (p *page) errorsOf(f *function) string {
	switch {
	case f.raises != "":
		return f.raises
	case p.raises != "":
		return p.raises
	}
	return "TypeError for arguments that do not fit."
}

func arrow(result string) string {
	if result == "" {
		return ""
	}
	return " -> " + result
}

// paramLine is a parameter in a manual: name, type and default, what it takes.
func (p *page) paramLine(a param) string {
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
	return p.wrapHanging(strings.TrimRight(text, " "), "  ", strings.Repeat(" ", 17))
}

func (p *page) part(b *strings.Builder, title, text string) {
	if text != "" {
		b.WriteString("\n" + title + "\n" + p.wrap(text, "  "))
	}
}

// exampleOf is a program that uses a function or class: one that is made for it, or else one that names it.
func (p *page) exampleOf(name string) string {
	uses := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, fits := range []func(e example) bool{
		func(e example) bool {
			return slices.ContainsFunc(e.of, func(of string) bool { return lastPart(of) == name })
		},
		func(e example) bool { return uses.MatchString(e.code) },
	} {
		for _, e := range p.examples {
			if e.lang&p.lang != 0 && fits(e) {
				return p.shown(e)
			}
		}
	}
	return ""
}

// allExamples are those of the module.
func (p *page) allExamples() string {
	var b strings.Builder
	for _, e := range p.examples {
		if e.lang&p.lang != 0 {
			b.WriteString(p.shown(e))
		}
	}
	return b.String()
}

// shown is an example in a manual.
func (p *page) shown(e example) string {
	var b strings.Builder
	b.WriteString("\nexample")
	if e.of != nil {
		b.WriteString(" of " + strings.Join(e.of, ", "))
	}
	b.WriteString("\n")
	for line := range strings.Lines(p.program(e)) {
		b.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
	}
	return b.String()
}

// program is an example as a script of the page's language; where that is both, as Python's.
func (p *page) program(e example) string {
	if p.lang&e.lang&script.Python == 0 {
		return e.code
	}
	if imports := p.imports(e.code); imports != "" {
		return imports + "\n" + e.code
	}
	return e.code
}

// usedName is a name with a member behind it, calledName a function that is called by its name alone.
var (
	usedName   = regexp.MustCompile(`(^|[^\w."'])([A-Za-z_]\w*)\.`)
	calledName = regexp.MustCompile(`(^|[^\w."'])([A-Za-z_]\w*)\(`)
)

// imports are what a Python script says before an example that has none of its own.
func (p *page) imports(code string) string {
	var b strings.Builder
	seen := map[string]bool{}
	say := func(name, line string) {
		if !seen[name] && !strings.Contains(code, "import "+name+"\n") {
			seen[name] = true
			b.WriteString(line + "\n")
		}
	}
	for _, m := range usedName.FindAllStringSubmatch(code, -1) {
		if name := m[2]; p.others.importable[name] {
			say(name, "import "+name)
		}
	}
	for _, m := range calledName.FindAllStringSubmatch(code, -1) {
		if from := p.others.bare[m[2]]; from != "" {
			say(m[2], "from "+from+" import "+m[2])
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
	fmt.Fprintf(&b, "%s\n\n%s", p.name, p.wrap(p.doc, "  "))
	if p.about != "" {
		b.WriteString("\n" + p.wrap(p.about, "  "))
	}
	if len(p.functions) > 0 {
		b.WriteString("\nfunctions\n")
		for _, f := range p.functions {
			b.WriteString(p.entry(f.name+"("+f.params+")"+arrow(f.result), f.doc))
		}
	}
	for _, c := range p.classes {
		b.WriteString("\n" + p.classSummary(c))
	}
	p.valueList(&b, "values", p.values)
	if len(p.controls) > 0 {
		b.WriteString("\ncontrols, for tests and benches\n")
		for _, f := range p.controls {
			b.WriteString(p.entry(script.ControlName+"."+f.name+"("+f.params+")"+arrow(f.result), f.doc))
		}
	}
	p.part(&b, "errors", p.raises)
	b.WriteString(p.allExamples())
	b.WriteString("\n" + p.wrap(p.where(), ""))
	return b.String()
}

// classSummary is a class within the manual of its module.
func (p *page) classSummary(c *class) string {
	var b strings.Builder
	b.WriteString(p.wrap(c.heading(), "") + p.wrap(c.doc, "  "))
	for _, f := range c.methods {
		b.WriteString(p.entry(f.name+"("+f.params+")"+arrow(f.result), f.doc))
	}
	for _, v := range folded(append(append([]value(nil), c.attrs...), c.values...)) {
		b.WriteString(p.entry(v.name, v.doc))
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
	fmt.Fprintf(&b, "%s%s", p.wrap(strings.Replace(c.heading(), c.name, p.name+"."+c.name, 1), ""), "\n"+p.wrap(c.doc, "  "))
	if c.init != nil {
		if c.init.doc != c.doc {
			b.WriteString(p.wrap(c.init.doc, "  "))
		}
		if given := c.init.given(); len(given) > 0 {
			b.WriteString("\nparameters\n")
			for _, one := range given {
				b.WriteString(p.paramLine(one))
			}
		}
	}
	if len(c.methods) > 0 {
		b.WriteString("\nmethods\n")
		for _, f := range c.methods {
			b.WriteString(p.entry(f.name+"("+f.params+")"+arrow(f.result), f.doc))
		}
	}
	p.valueList(&b, "attributes", append(append([]value(nil), c.attrs...), c.values...))
	p.part(&b, "errors", p.raises)
	b.WriteString(p.exampleOf(c.name))
	b.WriteString("\n" + p.wrap(p.where(), ""))
	return b.String()
}

func (p *page) valueText(name string, v *value) string {
	typ := v.typ
	if typ != "" {
		typ = ": " + typ
	}
	return name + typ + "\n\n" + p.wrap(v.doc, "  ") + "\n" + p.wrap(p.where(), "")
}

func (p *page) valueList(b *strings.Builder, title string, values []value) {
	if len(values) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for _, v := range folded(values) {
		b.WriteString(p.entry(v.name, v.doc))
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
func (p *page) entry(name, doc string) string {
	return p.wrapHanging(name, "  ", "      ") + p.wrap(doc, "      ")
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func (p *page) wrap(text, indent string) string { return p.wrapHanging(text, indent, indent) }

// wrapHanging breaks a text into lines, whose first has another indent than the rest.
func (p *page) wrapHanging(text, first, rest string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line == "\n" {
			b.WriteString(line)
			continue
		}
		at := first
		used := len(at)
		b.WriteString(at)
		for i, word := range strings.SplitAfter(strings.TrimRight(line, "\n"), " ") {
			if used+len([]rune(strings.TrimRight(word, " "))) > p.width && i > 0 {
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
