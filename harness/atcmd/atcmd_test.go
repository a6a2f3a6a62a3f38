package atcmd

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	plain := func(s string) Param { return Param{Text: s, Given: true} }
	quoted := func(s string) Param { return Param{Text: s, Quoted: true, Given: true} }
	for text, want := range map[string]Params{
		"":                         {{}},
		"1":                        {plain("1")},
		` 0 , "a,b" ,,-7`:          {plain("0"), quoted("a,b"), {}, plain("-7")},
		`"","x"`:                   {quoted(""), quoted("x")},
		`"FDD LTE",46011,"BAND 3"`: {quoted("FDD LTE"), plain("46011"), quoted("BAND 3")},
		"1,":                       {plain("1"), {}},
		`"open`:                    nil,
		`"a"b,1`:                   nil,
	} {
		got, err := Parse(text)
		if (err != nil) != (want == nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

// The rule is of the manual; no public dump gives both a file and its sum.
func TestFileSum(t *testing.T) {
	for text, want := range map[string]uint16{"": 0, "A": 0x4100, "AB": 0x4142, "ABC": 0x4142 ^ 0x4300} {
		if got := FileSum([]byte(text)); got != want {
			t.Errorf("FileSum(%q) = %x, want %x", text, got, want)
		}
	}
}

func TestParseError(t *testing.T) {
	for line, want := range map[string]*Error{
		"ERROR":                          {},
		"+CME ERROR: 10":                 {Kind: "CME", Code: 10, Text: "SIM not inserted"},
		"+CME ERROR: SIM not inserted":   {Kind: "CME", Code: 10, Text: "SIM not inserted"},
		"+CME ERROR: file already exist": {Kind: "CME", Code: -1, Text: "file already exist"},
		"+CMS ERROR: 331":                {Kind: "CMS", Code: 331, Text: "No network"},
		"OK":                             nil,
		"+CMEE: 1":                       nil,
	} {
		if got := ParseError(line); !reflect.DeepEqual(got, want) {
			t.Errorf("ParseError(%q) = %v, want %v", line, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", `1,"a,b",,3`, `"`, `"a"b`, " , "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		params, err := Parse(text)
		if err != nil {
			return
		}
		if want := strings.Count(text, ",") + 1; len(params) > want {
			t.Errorf("%q: %d parameters", text, len(params))
		}
		for _, p := range params {
			if !p.Quoted {
				continue
			}
			if strings.Contains(p.Text, `"`) {
				t.Errorf("%q: a quote within %q", text, p.Text)
			}
		}
	})
}
