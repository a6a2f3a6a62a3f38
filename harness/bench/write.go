package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// NewAction is an action that happens now: a call of a function with arguments, as Action.Value has them.
func NewAction(function string, value any) Action {
	return Action{Function: function, Value: value, names: []string{function}}
}

// TOML is the action as a bench file has it.
func (a Action) TOML() string {
	var b strings.Builder
	b.WriteString("[[action]]\n")
	if a.After != 0 {
		fmt.Fprintf(&b, "after = %q\n", a.After)
	}
	if a.Every != 0 {
		fmt.Fprintf(&b, "every = %q\n", a.Every)
	}
	if a.Wait {
		b.WriteString("wait = true\n")
	}
	fmt.Fprintf(&b, "%s = %s\n", a.Function, inline(a.Value))
	return b.String()
}

// Call is what happens in the action, as a bench file has it, of at most so many characters.
func (a Action) Call(most int) string {
	text := []rune(a.Function + " = " + inline(a.Value))
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}

// Written is a bench file of the same [device] and [sim], with the actions of this one and these behind them. The
// device's secret is not in it, nor is what the file says of the cloud and of hosts.
func (b *Bench) Written(more []Action) string {
	var out strings.Builder
	out.WriteString(table("device", b.Device))
	out.WriteString(table("sim", b.Sim))
	for _, a := range b.Schedule {
		a.Value = b.absolute(a.Value)
		out.WriteString(a.TOML() + "\n")
	}
	for _, a := range more {
		out.WriteString(a.TOML() + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// absolute has what is in files be found from another folder.
func (b *Bench) absolute(v any) any {
	switch v := v.(type) {
	case string:
		name, is := strings.CutPrefix(v, "file:")
		if !is || filepath.IsAbs(name) {
			return v
		}
		if whole, err := filepath.Abs(filepath.Join(filepath.Dir(b.Path), name)); err == nil {
			return "file:" + whole
		}
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = b.absolute(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, x := range v {
			out[key] = b.absolute(x)
		}
		return out
	}
	return v
}

// table is a table of the file with what is set in it; "" where nothing is.
func table(name string, from any) string {
	v := reflect.ValueOf(from)
	var lines []string
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("toml")
		if v.Field(i).IsZero() {
			continue
		}
		if key == "secret" {
			lines = append(lines, `# secret = "env:DEVICE_SECRET" # it is not written here`)
			continue
		}
		value := v.Field(i).Interface()
		if d, ok := value.(Duration); ok {
			value = time.Duration(d).String()
		}
		lines = append(lines, key+" = "+inline(value))
	}
	if len(lines) == 0 {
		return ""
	}
	return "[" + name + "]\n" + strings.Join(lines, "\n") + "\n\n"
}

// inline is a value as TOML has it in one line (TOML 1.0.0). A float has a point or an exponent.
func inline(v any) string {
	switch v := v.(type) {
	case string:
		return quoted(v)
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".eIN") {
			text += ".0"
		}
		return strings.ToLower(text)
	case time.Time:
		return moment(v)
	case []any:
		return "[" + listed(v, inline) + "]"
	case []map[string]any:
		return "[" + listed(v, func(m map[string]any) string { return inline(m) }) + "]"
	case map[string]any:
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if v[key] != nil {
				pairs = append(pairs, quotedKey(key)+" = "+inline(v[key]))
			}
		}
		if len(pairs) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(pairs, ", ") + " }"
	}
	return fmt.Sprint(v) // a bool, an integer
}

func listed[T any](list []T, f func(T) string) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return strings.Join(out, ", ")
}

// moment is a time; the library gives one without an offset a zone of a name that ends so.
func moment(t time.Time) string {
	if strings.HasSuffix(t.Location().String(), "local") {
		return t.Format("2006-01-02T15:04:05.999999999")
	}
	return t.Format(time.RFC3339Nano)
}

// quoted is a basic string, whose escapes JSON has too, but for one character.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always is JSON
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007f`)
}

func quotedKey(key string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
	}
	if key != "" && strings.IndexFunc(key, func(r rune) bool { return !plain(r) }) < 0 {
		return key
	}
	return quoted(key)
}
