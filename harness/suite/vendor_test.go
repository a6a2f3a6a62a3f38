package suite

import "testing"

// TestReadCase: lines as the vendor documents them, and as its files have them.
func TestReadCase(t *testing.T) {
	for _, x := range []struct {
		before []string
		text   string
		name   string
		info   string
		want   Verdict
		odd    string
	}{
		{nil, "modem_01_001:: 8686||result_case:: True;", "modem_01_001", "8686", Passed, ""},
		{nil, "pin::low||result_api:: False;", "pin", "low", Failed, ""},
		{nil, "c.publish(topic, msg):: None||result_api::true", "c.publish(topic, msg)", "None", Passed, ""},
		{nil, "a_01_001:: N/A||result_case:: N/A;", "a_01_001", "N/A", Skipped, ""},
		{nil, "a:: x||result_api:: NA;", "a", "x", Skipped, ""},
		{nil, "a:: x||result_api:: Ture;", "a", "x", Passed, "its result is spelled Ture"},
		{nil, "a:: x||Pin_api:: Flase;", "a", "x", Failed, "its result is spelled Flase"},
		{nil, "a:: x||result_api: True;", "a", "x", Passed, `there is one ":" before its result`},
		{nil, "a: x||result_api: Flase", "a", "x", Failed,
			`there is one ":" behind its name, there is one ":" before its result, its result is spelled Flase`},
		{nil, "disconnect||result_api:: True;", "disconnect", "", Passed, `there is no "::" behind its name`},
		{nil, "a:: [Errno 5] EIO; or so||result_api:: False;", "a", "[Errno 5] EIO; or so", Failed, ""},
		{nil, "a:: x||y||result_api:: False 7;", "a", "x||y", Failed, ""},
		{nil, "a:: x||result_api:: 5;", "a", "x", Errored, ""},
		{[]string{"begin", "a:: one", "two"}, "three||result_case:: True;", "a", "one\ntwo\nthree", Passed, ""},
		{[]string{"b:: one"}, "a:: x||result_case:: True;", "a", "x", Passed, ""},
	} {
		c, ok := readCase(x.text, x.before)
		if !ok || c.name != x.name || c.info != x.info || c.verdict() != x.want || c.odd != x.odd {
			t.Errorf("%q: %+v, %v, which is %s", x.text, c, ok, c.verdict())
		}
	}
	for _, text := range []string{"", "a:: b", "x || y", "||result_case:: True;", "a || b: "} {
		if c, ok := readCase(text, nil); ok {
			t.Errorf("%q is a case: %+v", text, c)
		}
	}
}
