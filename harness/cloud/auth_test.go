package cloud

import (
	"strings"
	"testing"
	"time"

	"quecstar/harness/broker"
)

// TestPassword checks the worked examples of Huawei's documents and of the seed.
func TestPassword(t *testing.T) {
	tests := []struct{ secret, stamp, want string }{
		{"12345678", "2025041401", "c75150e6cb841417396819e4d2ee4358a416344a03a083e3a8567074ddec820a"},
		{"demo-secret-01", "2030010203", "fccd344aef09a849bc35de80ba84411d8f9f6bffc2435d93408d115da62f4f80"},
		{"ac4263b86eaf6442997a", "2022010507", "60cc88f72fb885ed7cfc0140417dd79633e26a4a0cc00572cb6a118cde54cb36"},
	}
	for _, tt := range tests {
		if got := Password(tt.secret, tt.stamp); got != tt.want {
			t.Errorf("Password(%q, %q) = %s, want %s", tt.secret, tt.stamp, got, tt.want)
		}
	}
}

func TestConnectInfo(t *testing.T) {
	east := time.FixedZone("UTC+8", 8*3600)
	got := ConnectInfo("5fbb_8685", "s", SignTime, time.Date(2030, 1, 2, 7, 59, 0, 0, east))
	if got.ClientID != "5fbb_8685_0_1_2030010123" || got.Username != "5fbb_8685" || got.Password != Password("s", "2030010123") {
		t.Errorf("%+v", got)
	}
}

func FuzzParseClientID(f *testing.F) {
	for _, s := range []string{"a_b_0_0_2030010203", "____", "", "_0_0_2030010203", "d_0_1_9999999999", strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := parseClientID(s)
		if err != nil {
			return
		}
		if back := id.deviceID + "_" + id.idType + "_" + id.sign + "_" + id.stamp; back != s {
			t.Errorf("%q parsed to %q", s, back)
		}
	})
}

func FuzzCutTopic(f *testing.F) {
	f.Add("d1", "$oc/devices/d1/sys/commands/response/request_id=x?y")
	f.Add("", "$oc/devices//user/a")
	f.Fuzz(func(t *testing.T, id, topic string) {
		if _, _, ok := cutTopic(id, topic); ok && !strings.HasPrefix(topic, "$oc/devices/"+id+"/") {
			t.Errorf("%q was taken for a topic of %q", topic, id)
		}
	})
}

// FuzzUplink feeds the platform whatever a device may publish.
func FuzzUplink(f *testing.F) {
	for _, suffix := range []string{"sys/properties/report", "sys/events/up", "sys/shadow/get/request_id=1", "sys/gateway/sub_devices/properties/report", "user/x"} {
		f.Add(suffix, []byte(`{"services":[{"service_id":"Valve","properties":{"limit":1}}],"devices":[{"device_id":"p1_n1"}]}`))
	}
	c, _ := start(f, Options{})
	f.Fuzz(func(_ *testing.T, suffix string, payload []byte) {
		c.uplink("p1_n1", broker.Message{Topic: topicOf("p1_n1", suffix), Payload: payload})
	})
}

func BenchmarkConsume(b *testing.B) {
	c, _ := start(b, Options{})
	cl := connect(b, c, "p1_n1", "s3cret", nil)
	payload := `{"services":[{"service_id":"Valve","properties":{"limit":3}}]}`
	b.ResetTimer()
	for range b.N {
		cl.publish(b, own+"properties/report", 1, payload)
	}
}
