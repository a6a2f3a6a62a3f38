package manual

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quecstar/harness/script"
)

// example is a program that a manual shows.
type example struct {
	of   []string    // what it is an example of; nil for the module
	lang script.Lang // who can run it
	code string
}

// section is a part of script.Module.Manual.
type section struct {
	title string
	of    []string
	in    string
	lines []string // without their indent
}

// sectionHead begins a section.
var sectionHead = regexp.MustCompile(`^(args|types|overloads|errors|example)(?: of ([\w., ]+?))?(?: in (python|starlark))?$`)

// sectionsOf cuts a text into its sections; about is what stands before the first.
func sectionsOf(text string) (about string, all []section) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		m := sectionHead.FindStringSubmatch(line)
		switch {
		case m != nil:
			s := section{title: m[1], in: m[3]}
			if m[2] != "" {
				s.of = namesIn(m[2])
			}
			all = append(all, s)
		case len(all) > 0:
			last := &all[len(all)-1]
			last.lines = append(last.lines, strings.TrimPrefix(line, "  "))
		default:
			about += line + "\n"
		}
	}
	return paragraphs(about), all
}

func namesIn(list string) []string {
	names := strings.Split(list, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// paragraphs joins the lines of each paragraph of a text.
func paragraphs(text string) string {
	var out []string
	for _, p := range strings.Split(text, "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// text is the section as paragraphs.
func (s section) text() string { return paragraphs(strings.Join(s.lines, "\n")) }

// entries are the lines of a section, each with those that go on with it: they have an indent.
func (s section) entries() []string {
	var out []string
	for _, line := range s.lines {
		switch {
		case line == "":
		case strings.HasPrefix(line, " ") && len(out) > 0:
			out[len(out)-1] += " " + strings.TrimSpace(line)
		default:
			out = append(out, line)
		}
	}
	return out
}

// annotate adds what script.Module.Manual says to the functions and values that it speaks of.
func (p *page) annotate(text string) error {
	about, all := sectionsOf(text)
	p.about = about
	add := map[string]func(section) error{"args": p.annotateArgs, "types": p.annotateTypes, "overloads": p.addOverloads,
		"errors":  p.annotateErrors,
		"example": p.addExample}
	var wrong []error
	for _, s := range all {
		wrong = append(wrong, add[s.title](s))
	}
	return errors.Join(wrong...)
}

// annotateArgs takes lines such as "qos int: 0 or 1". The type may be left out.
func (p *page) annotateArgs(s section) error {
	said := map[string]param{}
	for _, line := range s.entries() {
		head, doc, _ := strings.Cut(line, ": ")
		name, typ, _ := strings.Cut(strings.TrimSuffix(head, ":"), " ")
		said[name] = param{name: name, typ: typ, doc: doc}
	}
	of, err := p.functionsNamed(s.of)
	if err != nil {
		return err
	}
	if s.of == nil {
		of = p.every()
	}
	used := map[string]bool{}
	for _, f := range of {
		for _, name := range paramNames(f.params) {
			if a, ok := said[name]; ok && (s.of != nil || f.args[name].name == "") {
				f.args[name], used[name] = a, true
			}
			used[name] = true
		}
	}
	var wrong []error
	for name := range said {
		if !used[name] {
			wrong = append(wrong, fmt.Errorf("its manual speaks of a parameter %s", name))
		}
	}
	return errors.Join(wrong...)
}

// annotateTypes takes lines such as "int: connect, get_mqttsta"; a "*" is all that has no type yet but the
// controls, "Class.*" that of a class.
func (p *page) annotateTypes(s section) error {
	var wrong []error
	for _, line := range s.entries() {
		typ, names, ok := strings.Cut(line, ": ")
		if !ok {
			wrong = append(wrong, fmt.Errorf("its manual has no names behind the type %s", line))
		}
		for _, name := range namesIn(names) {
			if ok && !p.giveType(name, typ) {
				wrong = append(wrong, fmt.Errorf("its manual tells the type of %s, which it has not", name))
			}
		}
	}
	return errors.Join(wrong...)
}

// giveType says what a function returns, a value is, or a class derives from.
func (p *page) giveType(name, typ string) (found bool) {
	if c := p.class(name); c != nil && p.function(name) == nil && find(p.values, name) == nil {
		c.base = typ
		return true
	}
	class, rest, dotted := strings.Cut(name, ".")
	if name == "*" || dotted && rest == "*" {
		for _, f := range p.every() {
			if f.result == "" && !slices.Contains(p.controls, f) && (name == "*" || slices.Contains(p.methodsOf(class), f)) {
				f.result, found = typ, true
			}
		}
		return found
	}
	for _, f := range p.matching(name) {
		f.result, found = typ, true
	}
	for _, v := range p.valuesNamed(name) {
		v.typ, found = typ, true
	}
	return found
}

// addOverloads takes lines such as "open(file: str, mode: str) -> Any", which stubs show in this order.
func (p *page) addOverloads(s section) error {
	var wrong []error
	for _, line := range s.entries() {
		name, rest, ok := strings.Cut(line, "(")
		found := p.matching(name)
		if !ok || len(found) == 0 {
			wrong = append(wrong, fmt.Errorf("its manual has an overload of %s, which it has not", name))
		}
		for _, f := range found {
			f.overloads = append(f.overloads, rest)
		}
	}
	return errors.Join(wrong...)
}

func (p *page) annotateErrors(s section) error {
	of, err := p.functionsNamed(s.of)
	for _, f := range of {
		f.raises = s.text()
	}
	if s.of == nil {
		p.raises = s.text()
	}
	return err
}

func (p *page) addExample(s section) error {
	if _, err := p.functionsNamed(s.of); err != nil {
		return err
	}
	lang := p.lang
	switch s.in {
	case "python":
		lang &= script.Python
	case "starlark":
		lang &= script.Starlark
	}
	code := strings.Trim(strings.Join(s.lines, "\n"), "\n") + "\n"
	if lang == 0 || code == "\n" {
		return fmt.Errorf("its manual has an example that is empty, or that nobody can run")
	}
	p.examples = append(p.examples, example{s.of, lang, code})
	return nil
}

// functionsNamed are the functions, methods and classes of these names, a method with its class in front or
// not; "controls" are all controls.
func (p *page) functionsNamed(names []string) ([]*function, error) {
	var out []*function
	for _, name := range names {
		found := p.matching(name)
		if name == "controls" {
			found = p.controls
		}
		if len(found) == 0 && p.class(name) == nil && len(p.valuesNamed(name)) == 0 {
			return nil, fmt.Errorf("its manual speaks of %s, which it has not", name)
		}
		out = append(out, found...)
	}
	return out, nil
}

func (p *page) matching(name string) []*function {
	var out []*function
	for _, list := range [][]*function{p.functions, p.controls} {
		if f := named(list, name); f != nil {
			out = append(out, f)
		}
	}
	for _, c := range p.classes {
		if c.init != nil && c.name == name {
			out = append(out, c.init)
		}
		for _, f := range c.methods {
			if f.name == name || c.name+"."+f.name == name {
				out = append(out, f)
			}
		}
	}
	return out
}

func (p *page) methodsOf(class string) []*function {
	if c := p.class(class); c != nil {
		return c.methods
	}
	return nil
}

func (p *page) valuesNamed(name string) []*value {
	var out []*value
	if v := find(p.values, name); v != nil {
		out = append(out, v)
	}
	for _, c := range p.classes {
		for _, list := range [][]value{c.values, c.attrs} {
			for i := range list {
				if list[i].name == name || c.name+"."+list[i].name == name {
					out = append(out, &list[i])
				}
			}
		}
	}
	return out
}
