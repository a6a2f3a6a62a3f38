package bench

import (
	"fmt"
	"strings"

	"quecstar/harness/spell"
)

// Para is a parameter in the model of a command: its data type alone, or a table.
type Para struct {
	Type     string
	Required bool
	Unit     string
	Min, Max string
	Length   int
	Values   []string
}

// paraKeys are the keys of a parameter's table.
var paraKeys = []string{"type", "required", "unit", "min", "max", "length", "values"}

// UnmarshalTOML reads a data type, or a table. Its error does not name the key, as the library does.
func (p *Para) UnmarshalTOML(data any) error {
	if text, ok := data.(string); ok {
		p.Type = text
		return nil
	}
	table, ok := data.(map[string]any)
	if !ok {
		return fmt.Errorf("a parameter is a data type such as \"int\", or a table, not %v", data)
	}
	for key, v := range table {
		if err := p.set(key, v); err != nil {
			return err
		}
	}
	if p.Type == "" {
		return fmt.Errorf("a parameter needs a type")
	}
	return nil
}

func (p *Para) set(key string, v any) error {
	var fits bool
	switch key {
	case "type":
		p.Type, fits = v.(string)
	case "required":
		p.Required, fits = v.(bool)
	case "unit":
		p.Unit, fits = v.(string)
	case "min":
		p.Min, fits = number(v)
	case "max":
		p.Max, fits = number(v)
	case "length":
		var n int64
		n, fits = v.(int64)
		fits = fits && n >= 0
		p.Length = int(n)
	case "values":
		p.Values, fits = textList(v)
	default:
		near := spell.Nearest(key, paraKeys)
		if near == "" {
			near = strings.Join(paraKeys, ", ")
		}
		return fmt.Errorf("a parameter has no key %q; did you mean %s?", key, near)
	}
	if !fits {
		return fmt.Errorf("%s of a parameter cannot be %v", key, v)
	}
	return nil
}

// number is a bound as the application API writes it, in text.
func number(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int64, float64:
		return fmt.Sprint(v), true
	}
	return "", false
}

func textList(v any) ([]string, bool) {
	list, ok := v.([]any)
	var out []string
	for _, x := range list {
		s, isText := x.(string)
		ok = ok && isText
		out = append(out, s)
	}
	return out, ok
}

// WhereCommand is the file and, where it is found, the line of the command with an index.
func (b *Bench) WhereCommand(index int) string { return b.where(fmt.Sprintf("command[%d]", index)) }
