package cloud

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// consumerOptions are those of a consumer by MQTT, which change may spoil.
func consumerOptions(t *testing.T, c *Cloud, change func(o *paho.ClientOptions)) (*paho.ClientOptions, *client) {
	t.Helper()
	addr, err := c.ListenTLS("")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.CAPEM())
	return options(c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
		o.Servers = nil
		o.AddBroker("ssl://" + addr).SetTLSConfig(&tls.Config{RootCAs: roots, ServerName: "localhost"}).SetClientID("application-1").
			SetUsername(fmt.Sprintf("accessKey=key|timestamp=%d|instanceId=i", c.opts.Now().UnixMilli())).SetPassword("code").
			SetProtocolVersion(4)
		if change != nil {
			change(o)
		}
	})
}

func addAccessCode(t *testing.T, c *Cloud, project string) {
	t.Helper()
	if _, err := c.Records().Add(record.Record{Kind: AccessCodeKind, ID: project + "/MQTT", Project: project,
		Object: record.Object{"type": "MQTT", "access_key": "key", "access_code": "code"}}, nil); err != nil {
		t.Fatal(err)
	}
}

// TestPush: consumers by MQTT get what rules forward to the topics that they are subscribed to; what nobody takes waits
// for the first who subscribes.
func TestPush(t *testing.T) {
	c, stream := start(t, Options{})
	addAccessCode(t, c, "")
	forwarding(t, c, "MQTT_FORWARDING", record.Object{"mqtt_forwarding": record.Object{"topic": "made/devices"}})
	for i := range 3 {
		c.deviceNotice(Device{ID: fmt.Sprint("d", i), ProductID: "p1"}, "create")
	}
	var all []*client
	for _, id := range []string{"application-1", "application-2"} {
		o, cl := consumerOptions(t, c, func(o *paho.ClientOptions) { o.SetClientID(id) })
		cl.Client = paho.NewClient(o)
		wait(t, cl.Connect())
		t.Cleanup(func() { cl.Disconnect(0) })
		token := cl.Subscribe("made/#", 1, nil)
		wait(t, token)
		if got := token.(*paho.SubscribeToken).Result()["made/#"]; got != 0 {
			t.Errorf("QoS %d is granted", got)
		}
		all = append(all, cl)
		if len(all) > 1 {
			break
		}
		for i := range 3 {
			if m := cl.next(t); !strings.Contains(string(m.Payload()), fmt.Sprintf(`"device_id":"d%d"`, i)) || m.Topic() != "made/devices" || m.Qos() != 0 {
				t.Errorf("on %s came %s", m.Topic(), m.Payload())
			}
		}
	}
	c.deviceNotice(Device{ID: "d9", ProductID: "p1"}, "create")
	for _, cl := range all {
		if m := cl.next(t); !strings.Contains(string(m.Payload()), `"device_id":"d9"`) {
			t.Errorf("%s came", m.Payload())
		}
	}
	denied := all[0].Subscribe("$oc/devices/p1_n1/sys/commands/#", 0, nil)
	if denied.WaitTimeout(patience); denied.(*paho.SubscribeToken).Result()["$oc/devices/p1_n1/sys/commands/#"] != 0x80 {
		t.Error("a consumer may subscribe to a device's topic")
	}
	all[0].Publish("made/devices", 0, false, "x")
	<-all[0].lost
	awaitEvent(t, stream, event.Warning, "a consumer by MQTT publishes, which is not taken")
	c.DropConsumers("", "MQTT")
	<-all[1].lost
}

// TestPushWaitsNoLongerThanItsBacklog says.
func TestPushWaitsNoLongerThanItsBacklog(t *testing.T) {
	c, stream := start(t, Options{})
	if _, err := c.Records().Add(record.Record{Kind: BacklogKind, ID: "policy", Object: record.Object{
		"backlog_size": json.Number("0"), "backlog_time": json.Number("0")}}, nil); err != nil {
		t.Fatal(err)
	}
	forwarding(t, c, "MQTT_FORWARDING", record.Object{"mqtt_forwarding": record.Object{"topic": "made"}})
	c.deviceNotice(Device{ID: "d", ProductID: "p1"}, "create")
	awaitEvent(t, stream, event.Warning, "no consumer by MQTT is subscribed")
}

// TestPushRefuses logins that are none of a consumer by MQTT.
func TestPushRefuses(t *testing.T) {
	policy := DefaultPolicy()
	policy.ConnectRate = 100
	c, stream := start(t, Options{Policy: &policy})
	addAccessCode(t, c, "")
	user := func(format string, age time.Duration) func(o *paho.ClientOptions) {
		return func(o *paho.ClientOptions) { o.SetUsername(fmt.Sprintf(format, c.opts.Now().Add(-age).UnixMilli())) }
	}
	for _, test := range []struct {
		change func(o *paho.ClientOptions)
		want   string
	}{
		{func(o *paho.ClientOptions) { o.SetPassword("other") }, "CONNACK 4: a consumer by MQTT: the access key is unknown"},
		{user("accessKey=other|timestamp=%d", 0), "CONNACK 4: a consumer by MQTT: the access key is unknown"},
		{user("accessKey=key|timestamp=%d", 5*time.Minute), "CONNACK 4: a consumer by MQTT: the timestamp of the user name is 5m0s from"},
		{user("accessKey=key|timestamp=1%d", 0), "CONNACK 4: a consumer by MQTT: the user name is not accessKey={key}"},
		{func(o *paho.ClientOptions) { o.SetKeepAlive(10 * time.Second) }, "CONNACK 2: the keepalive of the consumer is 10 s"},
		{func(o *paho.ClientOptions) { o.SetProtocolVersion(3) }, "CONNACK 1: consumers by MQTT speak MQTT 3.1.1"},
		{func(o *paho.ClientOptions) {
			o.Servers = nil
			o.AddBroker("tcp://" + c.Addr())
		}, "CONNACK 5: consumers by MQTT connect by MQTTS alone"},
	} {
		o, _ := consumerOptions(t, c, test.change)
		if token := paho.NewClient(o).Connect(); !token.WaitTimeout(patience) || token.Error() == nil {
			t.Errorf("it is taken; want %s", test.want)
		}
		awaitEvent(t, stream, event.Refused, test.want)
	}
	for range connectsOfConsumers + 1 {
		o, _ := consumerOptions(t, c, nil)
		cl := paho.NewClient(o)
		if token := cl.Connect(); token.WaitTimeout(patience) && token.Error() == nil {
			cl.Disconnect(0)
		}
	}
	awaitEvent(t, stream, event.Refused, "CONNACK 3: consumers ask for more than 10 connections in a second")
}
