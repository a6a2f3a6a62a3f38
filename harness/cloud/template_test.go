package cloud

import (
	"reflect"
	"testing"
)

// decoded is JSON as templates have it.
func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := DecodeJSON([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestTemplateFunctions: the examples of the documents, and what is not taken.
func TestTemplateFunctions(t *testing.T) {
	parameters := map[string]string{"iotda::mqtt::username": "device_123", "n": "7"}
	for text, want := range map[string]any{
		`"a ${n} b"`: "a 7 b", `{"Ref":"iotda::mqtt::username"}`: "device_123", `{"Fn::ArraySelect":[1,["123","456","789"]]}`: "456",
		`{"Fn::Base64Encode":"testvalue"}`: "dGVzdHZhbHVl", `{"Fn::GetBytes":"testvalue"}`: []byte("testvalue"), `{"Fn::Base64Decode":"MTIz"}`: []byte("123"),
		`{"Fn::HmacSHA256":["testvalue","123456"]}`: "0f9fb47bd47449b6ffac1be951a5c18a7eff694940b1a075b973ff9054a08be3",
		`{"Fn::Join":["123","456","789"]}`:          "123456789", `{"Fn::Split":["a|b|c","|"]}`: []string{"a", "b", "c"}, `{"Fn::SplitSelect":["a|b|c","|",1]}`: "b",
		`{"Fn::SubStringAfter":["content:123456",":"]}`: "123456", `{"Fn::SubStringBefore":["content:123456",":"]}`: "content",
		`{"Fn::ToLowerCase":"ABC"}`: "abc", `{"Fn::ToUpperCase":"abc"}`: "ABC", `{"Fn::MathDiv":[{"Fn::ParseLong":"1700000000123"},1000]}`: int64(1700000000),
		`{"Fn::Sub":["${x}-${n}",{"x":{"Fn::ToUpperCase":"${n}a"}}]}`: "7A-7", `{"Fn::MathMod":[7,4]}`: int64(3),
	} {
		if got, err := evaluate(decoded(t, text), parameters); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, %v; want %#v", text, got, err, want)
		}
	}
	for _, text := range []string{`"${none}"`, `"${n"`, `{}`, `{"a":1,"b":2}`, `{"Fn::Nothing":"x"}`, `{"Fn::SplitSelect":["a","|",1]}`, `{"Fn::SplitSelect":["a","|"]}`, `{"Fn::ToLowerCase":[1]}`,
		`{"Fn::MathDiv":[1,0]}`, `{"Fn::ParseLong":"x"}`, `{"Fn::Sub":"x"}`, `{"Ref":1}`, `{"Fn::Split":[["a"],"b"]}`, `true`} {
		if got, err := evaluate(decoded(t, text), parameters); err == nil {
			t.Errorf("%s is %#v", text, got)
		}
	}
	grow := `"${n}"`
	for range 40 {
		grow = `{"Fn::Sub":["${x}${x}",{"x":` + grow + `}]}`
	}
	if _, err := evaluate(decoded(t, grow), parameters); err == nil {
		t.Error("a text grows without a bound")
	}
}

func TestCheckTemplate(t *testing.T) {
	declared := []string{"p"}
	for text, want := range map[string]bool{`{"Ref":"p"}`: true, `{"Ref":"q"}`: false, `{"Fn::Sub":["${v}${p}",{"v":"${p}"}]}`: true, `{"Fn::Sub":["${v}",{"w":"x"}]}`: false,
		`{"Fn::HmacSHA256":["a",{"Fn::HmacSHA256":["b",{"Fn::HmacSHA256":["c","d"]}]}]}`: false, `{"Fn::Base64Encode":{"Fn::Base64Encode":"${p}"}}`: true,
		`{"Fn::Base64Encode":{"Fn::Base64Encode":{"Fn::Base64Encode":"x"}}}`: false, `{"Fn::Nothing":1}`: false, `{"Fn::ToLowerCase":{"Fn::Nothing":1}}`: false,
		`{"Fn::Join":["1","2","3","4","5","6","7","8","9","10"]}`: true, `{"Fn::Join":["1","2","3","4","5","6","7","8","9","10","11"]}`: false,
		`{"Fn::SubStringAfter":[{"Fn::ToLowerCase":{"Fn::HmacSHA256":["a","b"]}},"c"]}`: false, `{"Fn::HmacSHA256":[{"Fn::SubStringAfter":["a","b"]},"c"]}`: true} {
		if err := CheckTemplate(declared, decoded(t, text)); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
	for pattern, want := range map[string]string{"yyyyMMddHH": "2006010215", "yyyy-MM-dd'T'HH:mm:ss'Z'": "2006-01-02T15:04:05Z"} {
		if got, ok := javaLayout(pattern); !ok || got != want {
			t.Errorf("%s is %s, %v", pattern, got, ok)
		}
	}
	if _, ok := javaLayout("EEE"); ok {
		t.Error("a pattern of other letters is read")
	}
}
