package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEventsNameTheirStatement: what a script prints, sends and asks for, and what its test orders and finds wrong, is
// told with the statement that did it, on every kind of device; the failure names its event, the nearest and both
// sides.
func TestEventsNameTheirStatement(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"dev.py": `from umqtt import MQTTClient
import utime
c = MQTTClient("me", "broker.test", 1883)
c.set_callback(print)
c.connect()
c.subscribe("down")
print("here")
c.publish("up", '{"n": 1}')
utime.sleep(1)
`,
		"a_test.star": `suite(devices = ["direct", "at:sim", "repl:sim"])
def test_a(start, broker, link):
    dev = start("dev.py", name = "dev")
    link.watch(packet = "PUBLISH")
    expect(dev, published("up", payload = '{"n": 2}'), within = "30s")
`} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Root: root, Env: noEnv}
	tests, err := Collect(t.Context(), "a_test.star", o)
	if err != nil || len(tests) != 3 {
		t.Fatal(tests, err)
	}
	for _, test := range tests {
		var events []Event
		r := Run(t.Context(), test, 1, o, func(e Event) { events = append(events, e) })
		got := map[string]string{}
		for i, e := range events {
			if e.N != i+1 {
				t.Fatalf("%s: event %d has the number %d", test.ID, i+1, e.N)
			}
			if e.Where != "" {
				got[e.Source+" "+e.Kind] = strings.TrimPrefix(e.Where, root+string(filepath.Separator))
			}
		}
		for what, where := range map[string]string{"dev connect": "dev.py:5", "dev subscribe": "dev.py:6",
			"dev line": "dev.py:7", "dev publish": "dev.py:8", "link fault": "a_test.star:4",
			"test check": "a_test.star:5"} {
			if got[what] != where {
				t.Errorf("%s: %s is told at %q, want %s", test.ID, what, got[what], where)
			}
		}
		if len(r.Problems) != 1 {
			t.Fatalf("%s: %+v", test.ID, r.Problems)
		}
		p := r.Problems[0]
		if p.Event == 0 || events[p.Event-1].Kind != "check" || p.Nearest == 0 || events[p.Nearest-1].Kind != "publish" {
			t.Errorf("%s: %+v", test.ID, p)
		}
		wanted, found := strings.Split(p.Wanted, "\n"), strings.Split(p.Got, "\n")
		if !slices.Contains(wanted, fmt.Sprintf("payload = '{%q: 2}'", "n")) ||
			!slices.Contains(found, fmt.Sprintf("payload = {%q: 1}", "n")) {
			t.Errorf("%s: want\n%s\ngot\n%s", test.ID, p.Wanted, p.Got)
		}
	}
}
