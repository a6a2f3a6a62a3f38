package bench

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// typeErrors is an error for every value that is not of its key's type, with its line: v is that of the
// key path, and t the type that it is read into. The library takes anything for a table of free keys, and
// names the wrong line in lists of tables.
func (b *Bench) typeErrors(t reflect.Type, v any, path string) error {
	if own, ok := reflect.New(t).Interface().(toml.Unmarshaler); ok {
		return b.keyError(path, own.UnmarshalTOML(v))
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		table, ok := v.(map[string]any)
		if !ok {
			return b.wrongType(path, "a table", v)
		}
		return b.tableErrors(t, table, path)
	case reflect.Slice:
		list := reflect.ValueOf(v)
		if list.Kind() != reflect.Slice {
			return b.wrongType(path, "a list", v)
		}
		var errs []error
		for i := range list.Len() {
			errs = append(errs, b.typeErrors(t.Elem(), list.Index(i).Interface(), fmt.Sprintf("%s[%d]", path, i)))
		}
		return errors.Join(errs...)
	case reflect.Int, reflect.Uint64:
		n, ok := v.(int64)
		switch {
		case !ok:
			return b.wrongType(path, "a whole number", v)
		case n < 0:
			return b.keyError(path, fmt.Errorf("%d is less than 0", n))
		}
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			return b.wrongType(path, "true or false", v)
		}
	case reflect.String:
		if _, ok := v.(string); !ok {
			return b.wrongType(path, "a string", v)
		}
	}
	return nil
}

// tableErrors looks at the values of a table whose keys are the fields of t, or free.
func (b *Bench) tableErrors(t reflect.Type, table map[string]any, path string) error {
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(table)) {
		of := t
		if t.Kind() == reflect.Map {
			of = t.Elem()
		} else if of = fieldNamed(t, key); of == nil {
			continue // an unknown key, which is told elsewhere
		}
		errs = append(errs, b.typeErrors(of, table[key], strings.TrimPrefix(path+"."+key, ".")))
	}
	return errors.Join(errs...)
}

// fieldNamed is the type of the field that a key is read into, whose case does not matter; nil for none.
func fieldNamed(t reflect.Type, key string) reflect.Type {
	for i := range t.NumField() {
		if strings.EqualFold(t.Field(i).Tag.Get("toml"), key) {
			return t.Field(i).Type
		}
	}
	return nil
}

func (b *Bench) wrongType(path, want string, got any) error {
	return b.keyError(path, fmt.Errorf("want %s, not %s", want, kindOf(got)))
}

// keyError puts the place and the name of a key in front of an error; nil stays nil.
func (b *Bench) keyError(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: key %q: %w", b.where(path), anyIndex.ReplaceAllString(path, ""), err)
}

// kindOf is what TOML calls a value.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case int64:
		return "an integer"
	case float64:
		return "a float"
	case time.Time:
		return "a date"
	case map[string]any:
		return "a table"
	}
	return "a list"
}
