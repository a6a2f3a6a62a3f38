package bench

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/BurntSushi/toml"

	"quecstar/harness/spell"
)

// renamed are tables that had another name in earlier versions, with the one that they have.
var renamed = map[string]string{"event": "action"}

// unknownKeys is an error for keys that mean nothing, each with its line and the nearest key that
// does.
func (b *Bench) unknownKeys(keys []toml.Key) error {
	var errs []error
	told := map[string]bool{}
	for _, key := range keys {
		if free(reflect.TypeFor[Bench](), key) || told[key[0]] {
			continue
		}
		last := key[len(key)-1]
		where := b.Path
		if line := b.lineNamed(strings.Join(key, ".")); line > 0 {
			where = fmt.Sprintf("%s:%d", b.Path, line)
		}
		if now := renamed[key[0]]; now != "" {
			told[key[0]] = true
			errs = append(errs, fmt.Errorf("%s: [[%s]] is called [[%s]] now", where, key[0], now))
			continue
		}
		hint := ""
		if near := spell.Nearest(last, keysAt(reflect.TypeFor[Bench](), key[:len(key)-1])); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		errs = append(errs, fmt.Errorf("%s: unknown key %q%s", where, key.String(), hint))
	}
	return errors.Join(errs...)
}

// ownReader are types that read their table themselves.
var ownReader = reflect.TypeFor[toml.Unmarshaler]()

// free reports whether a key is inside of a value that may be anything.
func free(t reflect.Type, key toml.Key) bool {
	for _, name := range key {
		for t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if reflect.PointerTo(t).Implements(ownReader) {
			return true
		}
		if t.Kind() != reflect.Struct {
			return t.Kind() == reflect.Interface
		}
		next := t
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("toml") == name {
				next = t.Field(i).Type
			}
		}
		if next == t {
			return false
		}
		t = next
	}
	return false
}

// keysAt lists the keys that a table may have.
func keysAt(t reflect.Type, path toml.Key) []string {
	for _, name := range path {
		for t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil
		}
		found := false
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("toml") == name {
				t, found = t.Field(i).Type, true
				break
			}
		}
		if !found {
			return nil
		}
	}
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" && tag != "-" {
			names = append(names, tag)
		}
	}
	return names
}
