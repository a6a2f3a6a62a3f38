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

// TestWatch: what is watched is told with all that a packet says, and nothing must come of it.
func TestWatch(t *testing.T) {
	r := runText(t, "a_test.star", `
def test_a(link, clock):
    silent = link.watch("PUBREC")
    acks = link.watch("PUBACK")
    client = mqtt.connect("mqtt.example.com")
    sent = link.watch(topic = "up/*")
    for i in range(3):
        client.publish("up/%d" % i, "x", qos = 1)
    client.publish("other", "x", qos = 0)
    check([p["topic"] for p in sent.packets] == ["up/0", "up/1", "up/2"])
    check([p["id"] for p in sent.packets] == [p["id"] for p in acks.packets])
    check(sent.packets[0] == {"type": "PUBLISH", "id": between(1, 65535), "topic": "up/0", "qos": 1, "dup": False,
        "retain": False, "stream": "upstream"})
    check(acks.packets[0]["stream"] == "downstream" and acks.hits == 3)
    check(silent.hits == 0)
`)
	if r.Verdict != Passed {
		t.Errorf("%s: %v", r.Verdict, r.Problems)
	}
}
