package sdktest

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"
)

// TestProperties5: the properties of MQTT 5 go with a message to a device, and with one of a device to a receiver.
func TestProperties5(t *testing.T) {
	c := start(t)("p1")
	c.product()
	got := make(chan object, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		o := object{}
		if text, err := io.ReadAll(r.Body); err != nil || json.Unmarshal(text, &o) != nil {
			t.Errorf("%s %v", text, err)
		}
		got <- o
	}))
	defer receiver.Close()
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.message","event":"report"}}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"HTTP_FORWARDING","channel_detail":{"http_forwarding":{"url":"`+receiver.URL+`"}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`)
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)

	conn, err := net.Dial("tcp", c.cloud.Addr())
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(t.Context(), patience)
	defer end()
	down := make(chan *paho.Publish, 10)
	client := paho.NewClient(paho.ClientConfig{Conn: conn, OnPublishReceived: []func(paho.PublishReceived) (bool, error){
		func(p paho.PublishReceived) (bool, error) { down <- p.Packet; return true, nil }}})
	id := c.vars["device"]
	stamp, password := login(c.vars["secret"])
	if ack, err := client.Connect(ctx, &paho.Connect{ClientID: id + "_0_0_" + stamp, Username: id, UsernameFlag: true,
		Password: []byte(password), PasswordFlag: true, KeepAlive: 60, CleanStart: true}); err != nil {
		t.Fatal(ack, err)
	}
	defer func() { _ = client.Disconnect(&paho.Disconnect{}) }()

	properties := `{"correlation_data":"c-1","response_topic":"$oc/devices/` + id + `/sys/messages/up","user_properties":[{"prop_key":"k","prop_value":"v 1"},{"prop_key":"k","prop_value":"v 2"}]}`
	c.keep("message", "message_id", "CreateMessage", `{"device_id":"$device","body":{"message":"hi","properties":`+properties+`}}`, "result.status=DELIVERED")
	c.ok("ShowDeviceMessage", `{"device_id":"$device","message_id":"$message"}`, "properties.correlation_data=c-1", "properties.user_properties.1.prop_value=v 2")
	var asked *paho.Publish
	select {
	case asked = <-down:
	case <-ctx.Done():
		t.Fatal("no message came")
	}
	p := asked.Properties
	if string(p.CorrelationData) != "c-1" || !reflect.DeepEqual(p.User, paho.UserProperties{{Key: "k", Value: "v 1"}, {Key: "k", Value: "v 2"}}) {
		t.Errorf("the device got %+v", p)
	}
	if _, err := client.Publish(ctx, &paho.Publish{Topic: p.ResponseTopic, QoS: 1, Payload: []byte("answer"),
		Properties: &paho.PublishProperties{CorrelationData: p.CorrelationData, ContentType: "text/plain",
			User: paho.UserProperties{{Key: "took", Value: "3 ms"}}}}); err != nil {
		t.Fatal(err)
	}
	select {
	case o := <-got:
		text := object2text(o)
		if !strings.Contains(text, `"properties":{"correlation_data":"c-1","user_properties":[{"prop_key":"took","prop_value":"3 ms"}]}`) {
			t.Errorf("the receiver got %s", text)
		}
	case <-time.After(patience):
		t.Fatal("nothing was forwarded")
	}
	for _, bad := range []string{`{"correlation_data":"a b"}`, `{"response_topic":"a/#"}`, `{"user_properties":[{"prop_value":"v"}]}`,
		`{"user_properties":[{"prop_key":"k","prop_value":"` + strings.Repeat("v", 129) + `"}]}`,
		`{"user_properties":[` + strings.Repeat(`{"prop_key":"k","prop_value":"v"},`, 20) + `{"prop_key":"k","prop_value":"v"}]}`} {
		c.no("CreateMessage", `{"device_id":"$device","body":{"message":"hi","properties":`+bad+`}}`, 400, "IOTDA.000006")
	}
}
