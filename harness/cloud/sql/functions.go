package sql

import (
	"encoding/json"
	"fmt"
	"strings"
)

// function is one that a clause may call.
type function struct {
	least, most int    // arguments
	takes       string // what they are, for a reader
	reports     bool   // about reports of properties alone
	apply       func(e *row, args []any) any
}

// functions are those of the page, "Function list". GET_SERVICE_PROPERTY gives a text, as that says.
var functions = map[string]function{
	"GET_TAG":                {1, 1, "(tag_key)", false, func(e *row, a []any) any { return tag(e, a[0]) }},
	"CONTAINS_TAG":           {1, 1, "(tag_key)", false, func(e *row, a []any) any { return tag(e, a[0]) != nil }},
	"GET_SERVICE":            {1, 2, "(service_id, fuzzy=false)", true, getService},
	"GET_SERVICES":           {1, 2, "(service_id, fuzzy=false)", true, getServices},
	"CONTAINS_SERVICES":      {1, 2, "(service_id, fuzzy=false)", true, containsServices},
	"GET_SERVICE_PROPERTIES": {1, 1, "(service_id)", true, getProperties},
	"GET_SERVICE_PROPERTY":   {2, 2, "(service_id, property)", true, getProperty},
	"STARTS_WITH":            {2, 2, "(input, prefix)", false, ofTexts(startsWith)},
	"ENDS_WITH":              {2, 2, "(input, suffix)", false, ofTexts(endsWith)},
	"CONCAT":                 {2, 2, "(input1, input2)", false, ofTexts(concat)},
	"REPLACE":                {3, 3, "(input, target, replacement)", false, ofTexts(replace)},
	"SUBSTRING":              {2, 3, "(input, begin, end)", false, substring},
	"LOWER":                  {1, 1, "(input)", false, ofTexts(func(a ...string) any { return strings.ToLower(a[0]) })},
	"UPPER":                  {1, 1, "(input)", false, ofTexts(func(a ...string) any { return strings.ToUpper(a[0]) })},
}

func startsWith(a ...string) any { return strings.HasPrefix(a[0], a[1]) }
func endsWith(a ...string) any   { return strings.HasSuffix(a[0], a[1]) }

// maxMade is how long a text may become by a function: a notice is hardly longer.
const maxMade = 2 << 20 // bytes

func concat(a ...string) any {
	if len(a[0])+len(a[1]) > maxMade {
		return nil
	}
	return a[0] + a[1]
}

func replace(a ...string) any {
	if a[1] == "" || len(a[0])+strings.Count(a[0], a[1])*len(a[2]) > maxMade {
		return nil
	}
	return strings.ReplaceAll(a[0], a[1], a[2])
}

// ofTexts is a function whose arguments are all texts: of anything else it is nothing.
func ofTexts(f func(args ...string) any) func(e *row, args []any) any {
	return func(e *row, args []any) any {
		texts := make([]string, len(args))
		for i, a := range args {
			s, is := a.(string)
			if a == nil {
				return nil
			}
			if !is {
				e.odd("a function of texts was given %s", shown(a))
				return nil
			}
			texts[i] = s
		}
		return f(texts...)
	}
}

func substring(e *row, args []any) any {
	s, isText := args[0].(string)
	runes := []rune(s)
	from, isNumber := args[1].(int64)
	to, toIs := int64(len(runes)), true
	if len(args) == 3 {
		to, toIs = args[2].(int64)
	}
	if !isText || !isNumber || !toIs || from < 0 || to > int64(len(runes)) || from > to {
		if args[0] != nil {
			e.odd("SUBSTRING was given %s, and %v as its place", shown(args[0]), args[1:])
		}
		return nil
	}
	return string(runes[from:to])
}

// field is a value below objects; nil where there is none.
func field(v any, names ...string) any {
	for _, name := range names {
		o, is := v.(map[string]any)
		if !is {
			return nil
		}
		v = o[name]
	}
	return v
}

// tag is the value of a tag of the notice's device; nil where it has none.
func tag(e *row, key any) any {
	list, _ := field(e.notice, "notify_data", "header", "tags").([]any)
	for _, t := range list {
		if key != nil && field(t, "tag_key") == key {
			return field(t, "tag_value")
		}
	}
	return nil
}

// services are those of a report that an id names, or with fuzzy those whose ids it is a part of.
func services(e *row, args []any) []any {
	id, _ := args[0].(string)
	fuzzy := len(args) == 2 && args[1] == true
	list, _ := field(e.notice, "notify_data", "body", "services").([]any)
	var out []any
	for _, s := range list {
		is, _ := field(s, "service_id").(string)
		if is == id || fuzzy && strings.Contains(is, id) {
			out = append(out, s)
		}
	}
	return out
}

func getService(e *row, args []any) any {
	if list := services(e, args); len(list) > 0 {
		return list[0]
	}
	return nil
}

func getServices(e *row, args []any) any {
	if list := services(e, args); len(list) > 0 {
		return list
	}
	return nil
}

func containsServices(e *row, args []any) any { return len(services(e, args)) > 0 }

func getProperties(e *row, args []any) any { return field(getService(e, args), "properties") }

func getProperty(e *row, args []any) any {
	key, _ := args[1].(string)
	switch v := field(getService(e, args[:1]), "properties", key).(type) {
	case nil, string:
		return v
	case json.Number:
		return v.String()
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	}
}
