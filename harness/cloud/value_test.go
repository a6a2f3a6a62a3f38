package cloud

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

func TestSameValue(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{`7`, `7.0`, true}, {`7`, `70e-1`, true}, {`7`, `7.5`, false}, {`-7`, `7`, false},
		{`0`, `-0.00`, true}, {`0`, `0e99`, true}, {`1e2`, `100`, true}, {`0.001`, `1E-3`, true}, {`10`, `1`, false},
		{`9007199254740993`, `9007199254740992`, false}, {`9007199254740993`, `9007199254740993.0`, true},
		{`1e999999999`, `1e999999998`, false}, {`1e999999999999999999999`, `1e999999999999999999999`, true},
		{`{"a":[1,{"b":2.0}]}`, `{"a":[1.0,{"b":2}]}`, true}, {`[1]`, `[1,2]`, false}, {`{"a":1}`, `{"b":1}`, false},
		{`{"a":1}`, `{"a":1,"b":2}`, false}, {`"7"`, `7`, false}, {`true`, `1`, false}, {`null`, `null`, true}, {`null`, `0`, false},
	}
	for _, tt := range tests {
		var a, b any
		if err := DecodeJSON([]byte(tt.a), &a); err != nil {
			t.Fatal(err)
		}
		if err := DecodeJSON([]byte(tt.b), &b); err != nil {
			t.Fatal(err)
		}
		if sameValue(a, b) != tt.want || sameValue(b, a) != tt.want {
			t.Errorf("%s and %s: not %v", tt.a, tt.b, tt.want)
		}
	}
}

// TestJSONValue: what comes from TOML compares with what comes from a device.
func TestJSONValue(t *testing.T) {
	for _, v := range []any{7, int64(7), 7.0, float32(7), json.Number("7.00")} {
		got, err := jsonValue(v)
		if err != nil || !sameValue(got, json.Number("7")) {
			t.Errorf("%T: %v, %v", v, got, err)
		}
	}
	deep, err := jsonValue([]map[string]any{{"at": time.Unix(0, 0).UTC(), "n": []int64{1}}})
	want := []any{map[string]any{"at": "1970-01-01T00:00:00Z", "n": []any{json.Number("1.0")}}}
	if err != nil || !sameValue(deep, want) {
		t.Errorf("%v, %v", deep, err)
	}
	if _, err := jsonValue(math.NaN()); err == nil {
		t.Error("NaN is no JSON")
	}
}

func FuzzSameNumber(f *testing.F) {
	for _, s := range []string{"7", "7.0", "-0", "1e5", "100000", "0.1", "1E+2"} {
		f.Add(s, "7.0")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !json.Valid([]byte(a)) || !json.Valid([]byte(b)) {
			return
		}
		x, err1 := json.Number(a).Float64()
		y, err2 := json.Number(b).Float64()
		if err1 != nil || err2 != nil || json.Number(a).String() != a {
			return
		}
		if sameNumber(a, b) && x != y {
			t.Errorf("%s and %s are said to be the same", a, b)
		}
	})
}
