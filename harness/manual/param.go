package manual

import (
	"fmt"
	"strings"
)

// param is one parameter of a function.
type param struct {
	name, typ, def, doc string
	optional            bool
}

// params are the parameters of a function with what its notes, and those of its module, say of them. The
// marks "*" and "/" are left out.
func (p *page) params(f *function) []param {
	own, shared := argLines(f.notes.Args), argLines(p.notes.Args)
	var out []param
	for _, text := range split(f.params) {
		name, def, optional := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		if name == "*" || name == "/" {
			continue
		}
		one := param{name: name, def: strings.TrimSpace(def), optional: optional}
		said, ok := own[name]
		if !ok {
			said = shared[name]
		}
		one.typ, one.doc = said[0], said[1]
		out = append(out, one)
	}
	return out
}

// argLines are the lines of script.Notes.Args, by the name of the parameter: its type and what it takes.
func argLines(args string) map[string][2]string {
	out := map[string][2]string{}
	for line := range strings.Lines(args) {
		head, doc, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name, typ, _ := strings.Cut(head, " ")
		if name != "" {
			out[name] = [2]string{typ, doc}
		}
	}
	return out
}

// checkArgs finds notes of parameters that no function has.
func (p *page) checkArgs() error {
	all := map[string]bool{}
	check := func(f *function) error {
		has := map[string]bool{}
		for _, a := range p.params(f) {
			has[a.name], all[a.name] = true, true
		}
		for name := range argLines(f.notes.Args) {
			if !has[name] {
				return fmt.Errorf("the notes of %s speak of a parameter %s", f.name, name)
			}
		}
		return nil
	}
	for _, f := range p.every() {
		if err := check(f); err != nil {
			return err
		}
	}
	for name := range argLines(p.notes.Args) {
		if !all[name] {
			return fmt.Errorf("the notes speak of a parameter %s", name)
		}
	}
	return nil
}

// every is each function and method.
func (p *page) every() []*function {
	out := append([]*function(nil), p.functions...)
	for _, c := range p.classes {
		if c.init != nil {
			out = append(out, c.init)
		}
		out = append(out, c.methods...)
	}
	return out
}

// split cuts a parameter list at commas outside brackets and quotes.
func split(params string) []string {
	var out []string
	depth, start := 0, 0
	var quote rune
	for i, r := range params + "," {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case strings.ContainsRune("([{", r):
			depth++
		case strings.ContainsRune(")]}", r):
			depth--
		case r == ',' && depth == 0:
			if part := strings.TrimSpace(params[start:min(i, len(params))]); part != "" {
				out = append(out, part)
			}
			start = i + 1
		}
	}
	return out
}
