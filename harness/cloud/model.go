package cloud

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// check compares a report with the product model; without a model there is nothing to say.
func (p *Product) check(s serviceProperties) []string {
	if p == nil || len(p.Services) == 0 {
		return nil
	}
	svc := p.service(s.ServiceID)
	if svc == nil {
		return []string{fmt.Sprintf("the product model has no service %q", s.ServiceID)}
	}
	var problems []string
	for name, v := range s.Properties {
		prop := svc.property(name)
		if prop == nil {
			problems = append(problems, fmt.Sprintf("the service %s has no property %q in the product model", s.ServiceID, name))
			continue
		}
		if why := prop.refuses(v); why != "" {
			problems = append(problems, fmt.Sprintf("the property %s.%s is %s, but %s", s.ServiceID, name, brief(v), why))
		}
	}
	return problems
}

func brief(v any) string {
	b, err := json.Marshal(v)
	if err != nil || len(b) > 40 {
		return fmt.Sprintf("a %T", v)
	}
	return string(b)
}

// refuses says why a value does not fit the property; "" when it does.
func (p *Property) refuses(v any) string {
	n, isNumber := v.(json.Number)
	s, isString := v.(string)
	switch p.DataType {
	case "int", "long":
		if _, err := strconv.ParseInt(n.String(), 10, 64); !isNumber || err != nil {
			return "the model wants an " + p.DataType
		}
		return p.outOfRange(n)
	case "decimal":
		if !isNumber {
			return "the model wants a decimal"
		}
		return p.outOfRange(n)
	case "string", "DateTime", "enum":
		if !isString {
			return "the model wants a " + p.DataType
		}
		if p.MaxLength > 0 && len([]rune(s)) > p.MaxLength {
			return fmt.Sprintf("the model allows %d characters", p.MaxLength)
		}
		if len(p.EnumList) > 0 && !contains(p.EnumList, s) {
			return "the model allows " + strings.Join(p.EnumList, ", ")
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return "the model wants a boolean"
		}
	case "jsonObject":
		if _, ok := v.(map[string]any); !ok {
			return "the model wants an object"
		}
	case "string list":
		if _, ok := v.([]any); !ok {
			return "the model wants a list of strings"
		}
	}
	return ""
}

func (p *Property) outOfRange(n json.Number) string {
	f, err := n.Float64()
	if err != nil {
		return "it is no number"
	}
	if least, err := strconv.ParseFloat(p.Min, 64); err == nil && f < least {
		return "the model wants " + p.Min + " at least"
	}
	if most, err := strconv.ParseFloat(p.Max, 64); err == nil && f > most {
		return "the model wants " + p.Max + " at most"
	}
	return ""
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// wholeNumber is a JSON number without a fraction.
func wholeNumber(v any) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}
