package sdktest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// device is a device on the other side of the SDK.
type device struct {
	t      *testing.T
	id     string
	client paho.Client
	got    chan paho.Message // what it was sent, beside what it answers itself
	// answers takes the payloads that it answers itself, where it is not nil.
	answers chan string
}

// patience is how long what must come may take.
const patience = 20 * time.Second

// online connects a device, which answers commands and property requests.
func (c *tenant) online(id, secret string) *device {
	c.t.Helper()
	stamp, password := login(secret)
	d := &device{t: c.t, id: id, got: make(chan paho.Message, 100)}
	d.client = paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + c.cloud.Addr()).SetClientID(id + "_0_0_" + stamp).
		SetUsername(id).SetPassword(password).SetKeepAlive(60 * time.Second).SetAutoReconnect(false).
		SetDefaultPublishHandler(d.take))
	if token := d.client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		c.t.Fatalf("%s: %v", id, token.Error())
	}
	c.t.Cleanup(func() { d.client.Disconnect(0) })
	return d
}

// login is a time stamp, and the password of a device that has a secret.
func login(secret string) (stamp, password string) {
	stamp = "2026010100"
	mac := hmac.New(sha256.New, []byte(stamp))
	mac.Write([]byte(secret))
	return stamp, hex.EncodeToString(mac.Sum(nil))
}

func (d *device) take(_ paho.Client, m paho.Message) {
	for request, answer := range map[string]string{"/sys/commands/": `{"result_code":0,"response_name":"r","paras":{"ok":1}}`,
		"/sys/properties/set/": `{"result_code":0,"result_desc":"done"}`,
		"/sys/properties/get/": `{"services":[{"service_id":"Meter","properties":{"litres":7}}]}`} {
		if before, id, is := strings.Cut(m.Topic(), request); is {
			if d.answers != nil {
				d.answers <- string(m.Payload())
			}
			d.client.Publish(before+request+"response/"+id, 1, false, answer)
			return
		}
	}
	d.got <- m
}

func (d *device) publish(suffix, text string) {
	d.t.Helper()
	if token := d.client.Publish("$oc/devices/"+d.id+"/"+suffix, 1, false, text); !token.WaitTimeout(patience) || token.Error() != nil {
		d.t.Fatalf("%s: %v", suffix, token.Error())
	}
}

// next is the next that the device was sent on a topic.
func (d *device) next(topic string) object {
	d.t.Helper()
	late := time.After(patience)
	for {
		select {
		case m := <-d.got:
			if strings.Contains(m.Topic(), topic) {
				o := object{}
				if err := json.Unmarshal(m.Payload(), &o); err != nil {
					o["text"] = string(m.Payload())
				}
				return o
			}
		case <-late:
			d.t.Fatalf("nothing came on %s", topic)
		}
	}
}

// TestOnline: what reaches a device, and what it answers.
func TestOnline(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	c.no("CreateCommand", `{"device_id":"$device","body":{"service_id":"Meter","command_name":"Set","paras":{"open":1}}}`, 403, "IOTDA.014016")
	c.keep("waits", "message_id", "CreateMessage", `{"device_id":"$device","body":{"message":"later"}}`, "result.status=PENDING")
	c.ok("ListDeviceMessages", `{"device_id":"$device"}`, "messages.0.status=PENDING")
	c.ok("ShowDeviceMessage", `{"device_id":"$device","message_id":"$waits"}`, "message=later")
	c.ok("DeleteDeviceMessage", `{"device_id":"$device","message_id":"$waits"}`)
	c.no("DeleteDeviceMessage", `{"device_id":"$device","message_id":"$waits"}`, 404, "")
	c.no("ShowDeviceMessage", `{"device_id":"$device","message_id":"$waits"}`, 404, "")

	d := c.online(c.vars["device"], c.vars["secret"])
	c.ok("CreateCommand", `{"device_id":"$device","body":{"service_id":"Meter","command_name":"Set","paras":{"open":1}}}`, "response.paras.ok=1")
	c.no("CreateCommand", `{"device_id":"$device","body":{"service_id":"Meter","command_name":"Sett","paras":{}}}`, 400, "IOTDA.000006")
	c.ok("ListProperties", `{"device_id":"$device","service_id":"Meter"}`, "response.services.0.properties.litres=7")
	c.ok("UpdateProperties", `{"device_id":"$device","body":{"services":[{"service_id":"Meter","properties":{"litres":1}}]}}`, "response.result_code=0")
	c.ok("CreateMessage", `{"device_id":"$device","body":{"message":"now"}}`, "result.status=DELIVERED")
	if m := d.next("sys/messages/down"); m["content"] != "now" {
		t.Errorf("the device got %v", m)
	}
	d.publish("sys/properties/report", `{"services":[{"service_id":"Meter","properties":{"litres":9}}]}`)
	c.ok("ShowDeviceShadow", `{"device_id":"$device"}`, "shadow.0.reported.properties.litres=9")
	c.ok("UpdateDeviceShadowDesiredData", `{"device_id":"$device","body":{"shadow":[{"service_id":"Meter","desired":{"litres":3}}]}}`,
		"shadow.0.desired.properties.litres=3")
	c.ok("DeleteDeviceShadow", `{"device_id":"$device"}`)
	c.ok("ShowDeviceShadow", `{"device_id":"$device"}`, "shadow")

	if token := d.client.Subscribe("$oc/broadcast/all", 1, nil); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	c.ok("BroadcastMessage", `{"body":{"topic_full_name":"$oc/broadcast/all","message":"aGk=","message_id":"m1"}}`, "message_id=m1")
	if m := d.next("$oc/broadcast/all"); m["text"] != "hi" {
		t.Errorf("the device got %v", m)
	}
	c.no("BroadcastMessage", `{"body":{"topic_full_name":"$oc/broadcast/all","message":"aGk=","message_id":"m1"}}`, 400, "IOTDA.014031")
	c.no("BroadcastMessage", `{"body":{"topic_full_name":"/elsewhere","message":"aGk="}}`, 400, "IOTDA.000006")

	c.keep("tunnel", "tunnel_id", "AddTunnel", `{"body":{"device_id":"$device"}}`, "tunnel_access_token", "tunnel_uri")
	if m := d.next("sys/events/down"); !strings.Contains(object2text(m), "tunnel_notify") {
		t.Errorf("the device got %v", m)
	}
	c.ok("ShowDeviceTunnel", `{"tunnel_id":"$tunnel"}`, "status=OPEN")
	c.ok("ListDeviceTunnels", `{"device_id":"$device"}`, "tunnels.0.tunnel_id=$tunnel")
	c.no("DeleteDeviceTunnel", `{"tunnel_id":"$tunnel"}`, 400, "")
	c.ok("CloseDeviceTunnel", `{"tunnel_id":"$tunnel"}`)
	c.no("CloseDeviceTunnel", `{"tunnel_id":"$tunnel"}`, 400, "")
	c.ok("DeleteDeviceTunnel", `{"tunnel_id":"$tunnel"}`)

	c.ok("CreateAccessCode", `{"body":{"type":"AMQP"}}`, "access_key", "access_code")
	c.no("CreateAccessCode", `{"body":{"type":"SMOKE"}}`, 400, "IOTDA.000006")
}

func object2text(o object) string { b, _ := json.Marshal(o); return string(b) }

// TestChildren: devices behind gateways, and commands for devices that sleep.
func TestChildren(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("child", "device_id", "AddDevice", `{"body":{"node_id":"c","product_id":"$product","gateway_id":"$device"}}`, "node_type=ENDPOINT", "gateway_id=$device")
	c.ok("ChangeGateway", `{"device_id":"$child","body":{"gateway_id":"$device2"}}`)
	c.ok("ShowDevice", `{"device_id":"$child"}`, "gateway_id=$device2")
	c.no("ChangeGateway", `{"device_id":"$child","body":{"gateway_id":"$device2"}}`, 400, "")
	c.no("ChangeGateway", `{"device_id":"$device","body":{"gateway_id":"$device2"}}`, 400, "")
	c.no("DeleteDevice", `{"device_id":"$device2"}`, 400, "")
	c.no("FreezeDevice", `{"device_id":"$child"}`, 400, "")

	c.keep("lwm2m", "product_id", "CreateProduct", `{"body":{"name":"NB","device_type":"meter","protocol_type":"LwM2M","data_format":"binary","service_capabilities":[{"service_id":"S","service_type":"S"}]}}`)
	c.keep("nb", "device_id", "AddDevice", `{"body":{"node_id":"nb","product_id":"$lwm2m"}}`)
	c.keep("command", "command_id", "CreateAsyncCommand", `{"device_id":"$nb","body":{"service_id":"S","command_name":"C","paras":{"a":1},"expire_time":100,"send_strategy":"delay"}}`, "status=PENDING")
	c.ok("ListAsyncCommands", `{"device_id":"$nb"}`, "commands.0.command_id=$command", "page.count=1")
	c.ok("ShowAsyncDeviceCommand", `{"device_id":"$nb","command_id":"$command"}`, "paras.a=1")
	c.ok("ListAsyncHistoryCommands", `{"device_id":"$nb"}`, "commands")
	c.ok("CountAsyncHistoryCommands", `{"device_id":"$nb"}`, "count=0")
	c.no("CreateAsyncCommand", `{"device_id":"$device","body":{"paras":{},"send_strategy":"delay"}}`, 400, "IOTDA.014114")
	c.no("ShowAsyncDeviceCommand", `{"device_id":"$device","command_id":"$command"}`, 404, "")
}

// TestDevicePolicies: a subscription and a publish that a policy denies.
func TestDevicePolicies(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	c.keep("secret2", "secret", "ResetDeviceSecret", `{"device_id":"$device2","action_id":"resetSecret","body":{}}`)
	c.keep("policy", "policy_id", "CreateDevicePolicy", `{"body":{"policy_name":"deny","statement":[{"effect":"DENY","actions":["iotda:devices:publish","iotda:devices:subscribe"],
		"resources":["topic:/v1/${devices.deviceId}/private"]}]}}`)
	c.ok("BindDevicePolicy", `{"policy_id":"$policy","body":{"target_type":"product","target_ids":["$product"]}}`, "success_targets.0=$product")
	c.no("CreateDevicePolicy", `{"body":{"policy_name":"bad","statement":[{"effect":"DENY","actions":["iotda:devices:publish"],"resources":["/v1"]}]}}`, 400, "IOTDA.000006")
	d, other := c.online(c.vars["device"], c.vars["secret"]), c.online(c.vars["device2"], c.vars["secret2"])
	granted := func(d *device, topic string) byte {
		t.Helper()
		token := d.client.Subscribe(topic, 1, nil).(*paho.SubscribeToken)
		if !token.WaitTimeout(patience) {
			t.Fatal("no SUBACK")
		}
		return token.Result()[topic]
	}
	if got := granted(d, "/v1/"+d.id+"/private"); got != 0x80 {
		t.Errorf("its own private topic: 0x%02x", got)
	}
	if got := granted(other, "/v1/"+d.id+"/+"); got != 1 {
		t.Errorf("another's topics: 0x%02x", got)
	}
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.message","event":"report"}}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"MQTT_DEVICE_FORWARDING","channel_detail":{"mqtt_device_forwarding":{"topic":"$topic()","ttl":5}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`)
	for _, bad := range []string{`"a/#"`, `"$oc/devices/x/sys/messages/down"`, `"a","ttl":3`, `"a","ttl":1445`} {
		c.no("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"MQTT_DEVICE_FORWARDING","channel_detail":{"mqtt_device_forwarding":{"topic":`+bad+`}}}}`, 400, "IOTDA.000006")
	}
	c.keep("other", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.status","event":"update"}}}`)
	c.no("CreateRuleAction", `{"body":{"rule_id":"$other","channel":"MQTT_DEVICE_FORWARDING","channel_detail":{"mqtt_device_forwarding":{"topic":"a"}}}}`, 400, "IOTDA.000006")
	for _, topic := range []string{"private", "public"} {
		if token := d.client.Publish("/v1/"+d.id+"/"+topic, 1, false, `{"text":"`+topic+`"}`); !token.WaitTimeout(patience) || token.Error() != nil {
			t.Fatal(token.Error())
		}
	}
	if m := other.next("/v1/"); m["text"] != "public" {
		t.Errorf("what was denied comes: %v", m)
	}
}

// TestDeviceProxies: a gateway of a proxy speaks for the children of another, as long as the proxy holds.
func TestDeviceProxies(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("child", "device_id", "AddDevice", `{"body":{"node_id":"c","product_id":"$product","gateway_id":"$device"}}`)
	c.keep("secret2", "secret", "ResetDeviceSecret", `{"device_id":"$device2","action_id":"resetSecret","body":{}}`)
	other := c.online(c.vars["device2"], c.vars["secret2"])
	report := func(litres int) {
		t.Helper()
		other.publish("sys/events/up", `{"services":[{"service_id":"$sub_device_manager","event_type":"sub_device_update_status","event_id":"e","paras":{"device_statuses":[{"device_id":"`+c.vars["child"]+`","status":"ONLINE"}]}}]}`)
		other.publish("sys/gateway/sub_devices/properties/report", `{"devices":[{"device_id":"`+c.vars["child"]+`","services":[{"service_id":"Meter","properties":{"litres":`+strings.Repeat("1", litres)+`}}]}]}`)
		other.next("sys/events/down") // the answer about the status
	}
	report(1)
	c.ok("ShowDevice", `{"device_id":"$child"}`, "status=INACTIVE")
	now := time.Now().UTC()
	c.keep("proxy", "proxy_id", "CreateDeviceProxy", `{"body":{"app_id":"quecstar","proxy_name":"p","proxy_devices":["$device","$device2"],"effective_time_range":{"start_time":"`+
		now.Add(-time.Hour).Format("20060102T150405Z")+`","end_time":"`+now.Add(time.Hour).Format("20060102T150405Z")+`"}}}`)
	report(2)
	c.ok("ShowDevice", `{"device_id":"$child"}`, "status=ONLINE")
	c.ok("ShowDeviceShadow", `{"device_id":"$child"}`, "shadow.0.reported.properties.litres=11")
	c.ok("DeleteDeviceProxy", `{"proxy_id":"$proxy"}`)
	report(3)
	c.ok("ShowDeviceShadow", `{"device_id":"$child"}`, "shadow.0.reported.properties.litres=11")
}
