// Package schematest holds lines of JSON to their schema, in tests.
package schematest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Fits fails the test where a line is not as the schema says. The schema may have as much of JSON Schema as ours do.
func Fits(t testing.TB, schema, line string) {
	t.Helper()
	var s map[string]any
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		t.Errorf("%q: %v", line, err)
		return
	}
	if err := fits(s, s, v); err != nil {
		t.Errorf("%q: %v", line, err)
	}
}

// fits checks a value against as much of JSON Schema as ours uses; properties that it does not know are
// errors, as no line of ours has one.
func fits(root, schema map[string]any, v any) error {
	var errs []error
	for word, want := range schema {
		switch word {
		case "type":
			kinds := map[string]reflect.Kind{"object": reflect.Map, "array": reflect.Slice, "string": reflect.String, "boolean": reflect.Bool, "number": reflect.Float64, "integer": reflect.Float64}
			if n, ok := v.(float64); reflect.ValueOf(v).Kind() != kinds[want.(string)] || ok && want == "integer" && n != float64(int(n)) {
				return fmt.Errorf("%v is no %s", v, want)
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				errs = append(errs, fmt.Errorf("%v is none of %v", v, want))
			}
		case "const":
			if v != want {
				errs = append(errs, fmt.Errorf("%v is not %v", v, want))
			}
		case "pattern":
			if !regexp.MustCompile(want.(string)).MatchString(v.(string)) {
				errs = append(errs, fmt.Errorf("%v does not match %v", v, want))
			}
		case "minimum":
			if v.(float64) < want.(float64) {
				errs = append(errs, fmt.Errorf("%v is less than %v", v, want))
			}
		case "maximum":
			if v.(float64) > want.(float64) {
				errs = append(errs, fmt.Errorf("%v is more than %v", v, want))
			}
		case "format":
			if _, err := time.Parse(time.RFC3339Nano, v.(string)); err != nil {
				errs = append(errs, err)
			}
		case "anyOf":
			if !slices.ContainsFunc(want.([]any), func(s any) bool { return fits(root, s.(map[string]any), v) == nil }) {
				errs = append(errs, fmt.Errorf("%v fits none of %v", v, want))
			}
		case "required":
			for _, name := range want.([]any) {
				if _, ok := v.(map[string]any)[name.(string)]; !ok {
					errs = append(errs, fmt.Errorf("%v is missing", name))
				}
			}
		case "items":
			for _, x := range v.([]any) {
				errs = append(errs, fits(root, want.(map[string]any), x))
			}
		case "$ref":
			name, _ := strings.CutPrefix(want.(string), "#/$defs/")
			errs = append(errs, fits(root, root["$defs"].(map[string]any)[name].(map[string]any), v))
		case "allOf":
			for _, s := range want.([]any) {
				errs = append(errs, fits(root, s.(map[string]any), v))
			}
		case "properties":
			for name, x := range v.(map[string]any) {
				if s, ok := want.(map[string]any)[name]; ok {
					errs = append(errs, fits(root, s.(map[string]any), x))
				} else if schema["type"] != nil {
					errs = append(errs, fmt.Errorf("unknown property %s", name))
				}
			}
		case "if":
			if fits(root, want.(map[string]any), v) == nil {
				errs = append(errs, fits(root, schema["then"].(map[string]any), v))
			}
		case "$schema", "$defs", "title", "description", "then":
		default:
			errs = append(errs, fmt.Errorf("the schema has %s, which this test does not know", word))
		}
	}
	return errors.Join(errs...)
}
