package object

import (
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// formatter carries out one str.format call.
type formatter struct {
	a    *Args
	next int // the next automatic field; -1 once numbered by hand
}

func strFormat(s *Str, a *Args) (starlark.Value, error) {
	return newStr((&formatter{a: a}).format(s.s, 2))
}

// format replaces the fields of a template. Fields of specifications nest depth-1 deep.
func (f *formatter) format(template string, depth int) (string, error) {
	if depth == 0 {
		return "", Errorf("ValueError", "max string recursion exceeded")
	}
	var out strings.Builder
	if err := RoomLeft(len(template)); err != nil {
		return "", err
	}
	out.Grow(len(template) + 16)
	for template != "" {
		i := brace(template)
		if i < 0 {
			if err := Write(&out, template); err != nil {
				return "", err
			}
			break
		}
		if err := Write(&out, template[:i]); err != nil {
			return "", err
		}
		c := template[i]
		template = template[i+1:]
		if template != "" && template[0] == c {
			out.WriteByte(c)
			template = template[1:]
			continue
		}
		if c == '}' {
			return "", Errorf("ValueError", "single '}' encountered in format string")
		}
		end := fieldEnd(template)
		if end < 0 {
			return "", Errorf("ValueError", "unmatched '{' in format")
		}
		text, err := f.field(template[:end], depth)
		if err != nil {
			return "", err
		}
		if err := Write(&out, text); err != nil {
			return "", err
		}
		template = template[end+1:]
	}
	return out.String(), nil
}

// brace is where the first brace of s is, or -1; strings.IndexAny makes a set of bytes first.
func brace(s string) int {
	for i := range len(s) {
		if s[i] == '{' || s[i] == '}' {
			return i
		}
	}
	return -1
}

// fieldEnd is where the brace closes that opened before s, or -1.
func fieldEnd(s string) int {
	depth := 1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (f *formatter) field(field string, depth int) (string, error) {
	if field == "" { // as nearly all are
		v, err := f.argument("")
		if err != nil {
			return "", err
		}
		return formatValue(v, "")
	}
	name, conversion, spec := cutField(field)
	v, err := f.argument(name)
	if err != nil {
		return "", err
	}
	switch conversion {
	case "":
	case "r", "a":
		v, err = reprValue(v)
	case "s":
		v, err = strValue(v)
	default:
		err = Errorf("ValueError", "unknown conversion specifier %s", conversion)
	}
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(spec, "{}") {
		if spec, err = f.format(spec, depth-1); err != nil {
			return "", err
		}
	}
	return formatValue(v, spec)
}

// cutField splits name!conversion:spec.
func cutField(field string) (name, conversion, spec string) {
	name = field
	if i := strings.IndexAny(field, "!:"); i >= 0 {
		name = field[:i]
		if field[i] == ':' {
			return name, "", field[i+1:]
		}
		conversion, spec, _ = strings.Cut(field[i+1:], ":")
	}
	return name, conversion, spec
}

// argument finds what a field name means; MicroPython has no attributes and items of arguments.
func (f *formatter) argument(name string) (starlark.Value, error) {
	if strings.ContainsAny(name, ".[") {
		return nil, Errorf("NotImplementedError", "attributes not supported")
	}
	n, numbered := f.next, name == ""
	if numbered {
		if n < 0 {
			return nil, Errorf("ValueError", "can't switch from manual field specification to automatic field numbering")
		}
		f.next++
	} else if i, err := strconv.Atoi(name); err == nil {
		if f.next > 0 {
			return nil, Errorf("ValueError", "can't switch from automatic field numbering to manual field specification")
		}
		n, numbered, f.next = i, true, -1
	}
	if numbered {
		if n >= len(f.a.Pos) {
			return nil, Errorf("IndexError", "tuple index out of range")
		}
		return f.a.Pos[n], nil
	}
	if v := f.a.Named(len(f.a.Pos), name); v != nil {
		return v, nil
	}
	return nil, KeyError(NewStr(name))
}
