package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestScript: modules that are put into one script share no name of a top level, and leave no import behind.
func TestScript(t *testing.T) {
	modules, err := fs.Glob(Static, "*.js")
	if err != nil || len(modules) < 10 {
		t.Fatal(modules, err)
	}
	used := ""
	for _, page := range []string{"report.js", "cloudpage.js", "runpage.js", "modulepage.js", "testpage.js"} {
		whole := Script(page)
		used += whole
		for _, bad := range []string{"\nimport ", "\nexport ", "</script"} {
			if strings.Contains(whole, bad) {
				t.Errorf("%s: the script has %q", page, bad)
			}
		}
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)^(?:async )?(?:function|class|const|let) (\w+)`).FindAllStringSubmatch(whole, -1) {
			if seen[m[1]] {
				t.Errorf("%s: two modules have %s", page, m[1])
			}
			seen[m[1]] = true
		}
	}
	for _, name := range modules {
		if first := strings.SplitN(read(name), "\n", 2)[0]; !strings.Contains(used, first) {
			t.Errorf("%s is on no page", name)
		}
	}
}

// TestPairer: two ends of a message are one, in whichever order they are told; what the cloud makes of it belongs to it;
// one that was lost waits for ever, and takes no later one's place.
func TestPairer(t *testing.T) {
	const topic, body = "$oc/devices/me/sys/x", `{"a": 1}`
	for name, x := range map[string]struct {
		events []Event
		want   []int
	}{
		"up": {[]Event{{Kind: "publish", Device: "me_0_1_2030010203", Topic: topic, Payload: body},
			{Kind: "publish", Device: "me", Topic: topic, Payload: body, Cloud: true},
			{Kind: "report", Device: "me", Topic: topic, Payload: body, Cloud: true}}, []int{0, 1, 2}},
		"down": {[]Event{{Kind: "command", Device: "me", Topic: topic, Payload: body, Cloud: true},
			{Kind: "receive", Device: "me", Topic: topic, Payload: body, Cloud: true},
			{Kind: "receive", Device: "me_0_1_2030010203", Topic: topic, Payload: body}}, []int{0, 1, 2}},
		"down, the device first": {[]Event{{Kind: "command", Device: "me", Topic: topic, Payload: body, Cloud: true},
			{Kind: "receive", Device: "me_0_1_2030010203", Topic: topic, Payload: body},
			{Kind: "receive", Device: "me", Topic: topic, Payload: body, Cloud: true}}, []int{0, 1, 2}},
		"cloud first": {[]Event{{Kind: "connect", Device: "me", Cloud: true}, {Kind: "connect", Device: "me_0_1_2030010203"}},
			[]int{0, 1}},
		"an answer told twice": {[]Event{{Kind: "publish", Topic: topic, Cloud: true}, {Kind: "response", Topic: topic, Cloud: true},
			{Kind: "response", Topic: topic, Cloud: true}}, []int{0, 1, 0}},
		"lost": {[]Event{{Kind: "publish", Topic: topic}, {Kind: "publish", Topic: topic, At: time.Minute},
			{Kind: "publish", Topic: topic, At: time.Minute + time.Second, Cloud: true}}, []int{0, 0, 2}},
		"other payload": {[]Event{{Kind: "publish", Topic: topic, Payload: "1"}, {Kind: "publish", Topic: topic, Payload: "2", Cloud: true}},
			[]int{0, 0}},
		"same side": {[]Event{{Kind: "publish", Topic: topic}, {Kind: "publish", Topic: topic}}, []int{0, 0}},
	} {
		var p Pairer
		for i, e := range x.events {
			if got := p.Of(i+1, e); got != x.want[i] {
				t.Errorf("%s: event %d is paired with %d, want %d", name, i+1, got, x.want[i])
			}
		}
	}
}
