package bench

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"quecstar/harness/spell"
)

// Action is an [[action]] of a bench: something that happens around the module. One key of it names what, a function
// of the script module quecstar, and its value are the arguments.
type Action struct {
	// After is when it happens, counted from the start of the script; 0 is before its first statement.
	After time.Duration
	// Every repeats it; 0 does not.
	Every time.Duration
	// Wait has the run wait for it.
	Wait bool
	// Function is what happens.
	Function string
	// Value are the arguments: a map by name, a list by position, or one alone.
	Value any
	names []string // of its keys, but those that every action may have
}

// String names the action for people.
func (a Action) String() string {
	if a.After == 0 {
		return a.Function
	}
	return fmt.Sprintf("%s after %v", a.Function, a.After)
}

// actionKeys are the keys of an action beside that of a function.
var actionKeys = []string{"after", "every", "wait"}

// UnmarshalTOML reads the table.
func (a *Action) UnmarshalTOML(data any) error {
	table, ok := data.(map[string]any)
	if !ok {
		return fmt.Errorf("[[action]] is a table, not %T", data)
	}
	for name := range table {
		if !slices.Contains(actionKeys, name) {
			a.names = append(a.names, name)
		}
	}
	sort.Strings(a.names)
	if len(a.names) == 0 {
		return errors.New("[[action]]: nothing happens in it: it needs the name of a function of quecstar as a key")
	}
	a.Function, a.Value = a.names[0], table[a.names[0]]
	if wait, ok := table["wait"]; ok {
		if a.Wait, ok = wait.(bool); !ok {
			return fmt.Errorf("[[action]] %s: wait is true or false", a.Function)
		}
	}
	return errors.Join(a.time(table, "after", &a.After), a.time(table, "every", &a.Every))
}

func (a *Action) time(table map[string]any, key string, into *time.Duration) error {
	v, given := table[key]
	if !given {
		return nil
	}
	var d Duration
	if err := d.UnmarshalTOML(v); err != nil {
		return fmt.Errorf("[[action]] %s: %s: %w", a.Function, key, err)
	}
	*into = time.Duration(d)
	return nil
}

// leastEvery is how often an action may repeat.
const leastEvery = time.Millisecond

func (a Action) check() error {
	if a.Every != 0 && a.Every < leastEvery {
		return fmt.Errorf("[[action]] %s: every %v is too often: %v is the least", a.Function, a.Every, leastEvery)
	}
	if a.Every != 0 && a.Wait {
		return fmt.Errorf("[[action]] %s: it repeats without end, so that the run cannot wait for it", a.Function)
	}
	return nil
}

// CheckActions is an error for actions that name no function of the list, with the line and the nearest
// that there is, and for those that accepts refuses.
func (b *Bench) CheckActions(functions []string, accepts func(Action) error) error {
	var errs []error
	for i, a := range b.Schedule {
		path := fmt.Sprintf("action[%d].", i)
		err := b.checkNames(a, path, functions)
		if err == nil {
			if err = accepts(a); err != nil {
				err = fmt.Errorf("%s: [[action]] %s: %w", b.where(path+a.Function), a.Function, err)
			}
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// checkNames is an error unless the keys of an action name one function.
func (b *Bench) checkNames(a Action, path string, functions []string) error {
	var errs []error
	for _, name := range a.names {
		if slices.Contains(functions, name) {
			continue
		}
		hint := ""
		if near := spell.Nearest(name, slices.Concat(functions, actionKeys)); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		errs = append(errs, fmt.Errorf("%s: unknown key \"action.%s\"%s", b.where(path+name), name, hint))
	}
	if len(errs) == 0 && len(a.names) > 1 {
		return fmt.Errorf("%s: [[action]]: one thing happens in each, and here are %s", b.where(path+a.Function),
			strings.Join(a.names, ", "))
	}
	return errors.Join(errs...)
}

// Data turns what the file has for a value into what a script would have: a string "hex:01 ff" stands for
// bytes, and "file:NAME" for what is in a file, seen from the folder of the bench file.
func (b *Bench) Data(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return b.fromText(v)
	case time.Time:
		// Without an offset the library gives a zone of this name.
		if strings.HasSuffix(v.Location().String(), "local") {
			return v.Format(time.DateTime), nil
		}
		return v.Format(time.RFC3339), nil
	case []any:
		return each(v, b.Data)
	case []map[string]any:
		return each(v, func(m map[string]any) (any, error) { return b.Data(m) })
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			x, err := b.Data(value)
			if err != nil {
				return nil, err
			}
			out[key] = x
		}
		return out, nil
	}
	return v, nil
}

func each[T any](list []T, f func(T) (any, error)) ([]any, error) {
	out := make([]any, len(list))
	for i, v := range list {
		x, err := f(v)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

func (b *Bench) fromText(text string) (any, error) {
	if digits, ok := strings.CutPrefix(text, "hex:"); ok {
		data, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
		if err != nil {
			return nil, fmt.Errorf("%q: want pairs of hexadecimal digits behind hex", text)
		}
		return data, nil
	}
	if name, ok := strings.CutPrefix(text, "file:"); ok {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(b.Path), name)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		return data, nil
	}
	return text, nil
}
