package suite

import "testing"

func TestFaultsConcernTheTestItself(t *testing.T) {
	r := runText(t, "a_test.star", `
def test_a(link, clock):
    client = mqtt.connect("mqtt.example.com")
    late = link.delay("2s", packet = "PUBACK")
    client.publish("up", "x", qos = 1)
    check(clock.now() == between(2, 3))
    check(late.hits == 1)
`)
	if r.Verdict != Passed {
		t.Errorf("%s: %v", r.Verdict, r.Problems)
	}
}
