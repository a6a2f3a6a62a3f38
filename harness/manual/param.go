package manual

import "strings"

// param is one parameter of a function.
type param struct {
	name, typ, def, doc string
	optional            bool
}

// given are the parameters of a function with what is known of them. The marks "*" and "/" are left out.
func (f *function) given() []param {
	var out []param
	for _, text := range split(f.params) {
		name, def, optional := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		if name == "*" || name == "/" {
			continue
		}
		one := f.args[name]
		one.name, one.def, one.optional = name, strings.TrimSpace(def), optional
		out = append(out, one)
	}
	return out
}

// paramNames are the names in a parameter list, with their stars.
func paramNames(params string) []string {
	var out []string
	for _, text := range split(params) {
		name, _, _ := strings.Cut(text, "=")
		out = append(out, strings.TrimSpace(name))
	}
	return out
}

// every is each function, method and control.
func (p *page) every() []*function {
	out := append(append([]*function(nil), p.functions...), p.controls...)
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
