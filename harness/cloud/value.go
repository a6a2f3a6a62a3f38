package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonValue is v as JSON has it: nil, bool, string, json.Number, []any or map[string]any. Values come
// from TOML, from the API and from devices; in this form they can be compared.
func jsonValue(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("it is no JSON value: %w", err)
	}
	var out any
	return out, DecodeJSON(text, &out)
}

// DecodeJSON reads one JSON value with its numbers as they are written (json.Number). What is not UTF-8
// is an error, and so is text behind the value: ErrTrailing, with to filled in.
func DecodeJSON(text []byte, to any) error {
	if !utf8.Valid(text) {
		return errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return ErrTrailing
	}
	return nil
}

// ErrTrailing is that a JSON value has text behind it.
var ErrTrailing = errors.New("there is more behind the JSON value")

// sameValue compares two JSON values, numbers by what they are and not by how they are written:
// 7, 7.0 and 70e-1 are the same.
func sameValue(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a.String(), b.String())
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameValue(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !sameValue(v, w) {
				return false
			}
		}
		return true
	}
	return a == b
}

func sameNumber(a, b string) bool {
	x, ok1 := parseDecimal(a)
	y, ok2 := parseDecimal(b)
	if !ok1 || !ok2 {
		return a == b
	}
	return x == y
}

// decimal is ±0.digits × 10^exponent, without zeros at either end of digits. Neither a float64, which
// has 53 bits, nor a big number, which 1e999999999 would fill the memory with, compares all numbers.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// parseDecimal reads a JSON number; false when its exponent does not fit an int.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	s, d.negative = strings.CutPrefix(s, "-")
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	if exponent != "" {
		var err error
		if d.exponent, err = strconv.Atoi(exponent); err != nil {
			return d, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.exponent += len(whole)
	all := whole + fraction
	d.digits = strings.TrimLeft(all, "0")
	d.exponent -= len(all) - len(d.digits)
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		return decimal{}, true
	}
	return d, true
}
