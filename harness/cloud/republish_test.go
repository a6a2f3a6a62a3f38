package cloud

import (
	"encoding/json"
	"testing"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// republish adds a rule that gives devices what others publish.
func republish(t *testing.T, c *Cloud, project string, detail record.Object) {
	t.Helper()
	for _, r := range []record.Record{
		{Kind: RuleKind, ID: "m2m", Project: project, Object: record.Object{"active": true, "subject": record.Object{"resource": "device.message", "event": "report"}}},
		{Kind: ActionKind, ID: "m2m", Project: project, Object: record.Object{"rule_id": "m2m", "channel": "MQTT_DEVICE_FORWARDING",
			"channel_detail": record.Object{"mqtt_device_forwarding": detail}}},
	} {
		if _, err := c.Records().Add(r, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBetweenDevices: what a device publishes on a topic of its own making reaches others by a rule alone, which is
// said; then those of the rule's project that are subscribed, at their QoS, and its sender as well.
func TestBetweenDevices(t *testing.T) {
	c, stream := start(t, Options{})
	for _, d := range []Device{{ID: "p1_n2", NodeID: "n2", Secret: "x", ProductID: "p1"}, {ID: "p1_n3", NodeID: "n3", Secret: "x", Project: "foreign"}} {
		if _, err := c.AddDevice(d); err != nil {
			t.Fatal(err)
		}
	}
	a, b, foreign := connect(t, c, "p1_n1", "s3cret", nil), connect(t, c, "p1_n2", "x", nil), connect(t, c, "p1_n3", "x", nil)
	for _, d := range []*client{a, b, foreign} {
		wait(t, d.Subscribe("room/+", 1, nil))
	}
	a.publish(t, "room/1", 1, "nobody")
	awaitEvent(t, stream, event.Warning, "no device gets what the device publishes here, though one is subscribed")
	republish(t, c, "p", record.Object{"topic": OriginalTopic})
	a.publish(t, "room/1", 1, "lights")
	for _, d := range []*client{a, b} {
		if m := d.next(t); string(m.Payload()) != "lights" || m.Qos() != 1 || m.Topic() != "room/1" {
			t.Fatalf("got %s at QoS %d on %s", m.Payload(), m.Qos(), m.Topic())
		}
	}
	select {
	case m := <-foreign.got:
		t.Errorf("a device of another project got %s", m.Payload())
	default:
	}
}

// TestRepublish: on a topic of the rule, with what its SQL selects.
func TestRepublish(t *testing.T) {
	c, _ := start(t, Options{})
	republish(t, c, "", record.Object{"topic": "all/rooms", "ttl": json.Number("5")})
	d := connect(t, c, "p1_n1", "s3cret", nil)
	wait(t, d.Subscribe("all/rooms", 1, nil))
	d.publish(t, "room/1", 1, `{"lights":1}`)
	if m := d.next(t); string(m.Payload()) != `{"lights":1}` {
		t.Errorf("got %s", m.Payload())
	}
	if _, err := c.Records().Update(RuleKind, "", "m2m", func(o record.Object) error {
		o["select"], o["where"] = "notify_data.body.topic AS t, notify_data.body.content.lights AS l", "notify_data.body.content.lights > 1"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	d.publish(t, "room/1", 1, `{"lights":1}`)
	d.publish(t, "room/2", 1, `{"lights":2}`)
	if m := d.next(t); string(m.Payload()) != `{"t":"room/2","l":2}` {
		t.Errorf("got %s", m.Payload())
	}
}

// TestPropertiesNeedMQTT5: of a message to a device that does not speak it, it is said that its properties do not
// reach it.
func TestPropertiesNeedMQTT5(t *testing.T) {
	c, stream := start(t, Options{})
	d := connect(t, c, "p1_n1", "s3cret", nil)
	if _, err := c.SendMessage("p1_n1", Message{ID: "m", Content: json.RawMessage(`"hi"`), Properties: &MessageProperties{CorrelationData: "c"}}); err != nil {
		t.Fatal(err)
	}
	d.next(t)
	awaitEvent(t, stream, event.Warning, "the properties of the message m do not reach the device")
}
