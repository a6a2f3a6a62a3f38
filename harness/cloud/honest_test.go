package cloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/event"
)

// addDevice registers a device of the product p1 with the secret "x".
func addDevice(t testing.TB, c *Cloud, d Device) {
	t.Helper()
	d.NodeID, d.ProductID, d.Secret = d.ID, "p1", "x"
	if _, err := c.AddDevice(d); err != nil {
		t.Fatal(err)
	}
}

// TestNoStorm: a device that reports what it was told to set is told nothing more, however the two
// write their numbers.
func TestNoStorm(t *testing.T) {
	c, stream := start(t, Options{})
	_, err := c.AddProduct(Product{ID: "p2", Services: []Service{{ID: "Meter", Properties: []Property{
		{Name: "limit", DataType: "int", Method: "RW", Default: int64(7)},
		{Name: "gain", DataType: "decimal", Method: "RW", Default: 0.5},
		{Name: "map", DataType: "jsonObject", Method: "RW", Default: map[string]any{"steps": []any{int64(1), int64(2)}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddDevice(Device{ID: "p2_n1", NodeID: "n1", ProductID: "p2", Secret: "x"}); err != nil {
		t.Fatal(err)
	}
	cl := connect(t, c, "p2_n1", "x", nil)
	if m := cl.next(t); !strings.Contains(m.Topic(), "/properties/set/") {
		t.Fatal(m.Topic())
	}
	topic := "$oc/devices/p2_n1/sys/"
	cl.publish(t, topic+"properties/report", 1,
		`{"services":[{"service_id":"Meter","properties":{"limit":7.0,"gain":5e-1,"map":{"steps":[1.0,2]}}}]}`)
	awaitEvent(t, stream, event.Report, "7.0")
	cl.publish(t, topic+"shadow/get/request_id=q", 1, "")
	if m := cl.next(t); !strings.HasSuffix(m.Topic(), "shadow/get/response/request_id=q") {
		t.Fatalf("told to set again: %s", m.Payload())
	}
}

// TestProductsAreNotShared: what a caller does with a product that it gave or got changes nothing.
func TestProductsAreNotShared(t *testing.T) {
	c, _ := start(t, Options{})
	given := Product{ID: "p9", Services: []Service{{ID: "A", Properties: []Property{{Name: "a", EnumList: []string{"x"}}},
		Commands: []CommandModel{{Name: "c", Paras: []Para{{Name: "p"}}, Responses: []Response{{Name: "r", Paras: []Para{{Name: "q"}}}}}}}}}
	if _, err := c.AddProduct(given); err != nil {
		t.Fatal(err)
	}
	spoil := func(p Product) {
		s := &p.Services[0]
		s.Properties[0].EnumList[0] = "spoilt"
		s.Properties[0].Name, s.Commands[0].Paras[0].Name, s.Commands[0].Responses[0].Paras[0].Name, s.ID = "s", "s", "s", "s"
	}
	spoil(given)
	got, err := c.Product("p9")
	if err != nil {
		t.Fatal(err)
	}
	spoil(got)
	spoil(c.Products()[0])
	wrong := errors.New("no")
	if _, err := c.UpdateProduct("p9", func(p *Product) error { spoil(*p); return wrong }); !errors.Is(err, wrong) {
		t.Fatal(err)
	}
	got, err = c.Product("p9")
	if text := fmt.Sprintf("%+v", got.Services); err != nil || strings.Contains(text, "spoilt") || strings.Contains(text, "Name:s ") || got.Services[0].ID != "A" {
		t.Errorf("%s, %v", text, err)
	}
}

// TestUpdatesAgainstTraffic is for the race detector: products and devices change while devices come
// and report.
func TestUpdatesAgainstTraffic(t *testing.T) {
	c, _ := start(t, Options{})
	done := make(chan struct{})
	var changes sync.WaitGroup
	change := func(f func(i int) error) {
		changes.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				if err := f(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	change(func(i int) error {
		_, err := c.UpdateProduct("p1", func(p *Product) error {
			p.Services[0].Properties[0].Max = fmt.Sprint(i)
			return nil
		})
		return err
	})
	change(func(i int) error {
		_, err := c.UpdateDevice("p1_n1", func(d *Device) { d.Name = fmt.Sprint(i) })
		return err
	})
	change(func(i int) error {
		return c.UpdateDesired("p1_n1", "Valve", map[string]any{"limit": i}, nil)
	})
	dropped := func(o *paho.ClientOptions) { o.SetDefaultPublishHandler(func(paho.Client, paho.Message) {}) }
	for range 5 {
		cl := connect(t, c, "p1_n1", "s3cret", dropped)
		cl.publish(t, own+"properties/report", 1, `{"services":[{"service_id":"Valve","properties":{"limit":1}}]}`)
		cl.Disconnect(0)
	}
	close(done)
	changes.Wait()
}

func TestShadowIsChangedWholeOrNotAtAll(t *testing.T) {
	c, _ := start(t, Options{})
	old := 9
	err := c.UpdateShadow("p1_n1", []Desired{{ServiceID: "Valve", Properties: map[string]any{"limit": 5}},
		{ServiceID: "Other", Properties: map[string]any{"x": 1}, Version: &old}})
	if !errors.Is(err, ErrVersion) {
		t.Fatal(err)
	}
	if shadow, err := c.Shadow("p1_n1"); err != nil || len(shadow) != 0 {
		t.Errorf("a refused change left %+v, %v", shadow, err)
	}
}

func TestShadowHasBothHalves(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	cl.publish(t, own+"properties/report", 1, `{"services":[{"service_id":"Valve","properties":{"limit":3}}]}`)
	awaitEvent(t, stream, event.Report, "limit")
	cl.publish(t, own+"shadow/get/request_id=q", 1, `{"service_id":"Valve"}`)
	want := `"desired":{"properties":{}},"reported":{"properties":{"limit":3},"event_time":"20300102T123456Z"},"version":1`
	if m := cl.next(t); !strings.Contains(string(m.Payload()), want) {
		t.Errorf("got %s, want %s", m.Payload(), want)
	}
}

func TestGatewayReadsTheShadowOfItsChild(t *testing.T) {
	c, stream := start(t, Options{})
	addDevice(t, c, Device{ID: "child", GatewayID: "p1_n1"})
	addDevice(t, c, Device{ID: "stranger"})
	if _, err := c.AddDevice(Device{ID: "grandchild", GatewayID: "child"}); err == nil || err.Error() != "gateway child is itself behind the gateway p1_n1" {
		t.Errorf("a child became a gateway: %v", err)
	}
	for _, id := range []string{"child", "stranger", "p1_n1"} {
		if err := c.UpdateDesired(id, "Valve", map[string]any{"state": "of " + id}, nil); err != nil {
			t.Fatal(err)
		}
	}
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	get := func(object string) {
		cl.publish(t, own+"shadow/get/request_id=q", 1, `{"object_device_id":"`+object+`"}`)
	}
	get("child")
	if m := cl.next(t); !strings.Contains(string(m.Payload()), "of child") || !strings.Contains(string(m.Payload()), `"object_device_id":"child"`) {
		t.Errorf("got %s", m.Payload())
	}
	get("stranger")
	awaitEvent(t, stream, event.Warning, "stranger is not a child of this gateway")
	get("p1_n1")
	if m := cl.next(t); !strings.Contains(string(m.Payload()), "of p1_n1") {
		t.Errorf("got %s", m.Payload())
	}
	cl.publish(t, own+"gateway/sub_devices/properties/report", 1, `{"devices":[{"device_id":"child","services":[{"service_id":"Valve","properties":{"limit":1}}]},
		{"device_id":"stranger","services":[{"service_id":"Valve","properties":{"limit":2}}]}]}`)
	awaitEvent(t, stream, event.Report, "sub_devices")
	for id, want := range map[string]int{"child": 1, "stranger": 0} {
		shadow, err := c.Shadow(id)
		if err != nil || len(shadow[0].Reported.Properties) != want {
			t.Errorf("%s: %+v, %v", id, shadow, err)
		}
	}
	if err := c.DeleteDevice("p1_n1"); !errors.Is(err, ErrInUse) {
		t.Errorf("a gateway with a child was deleted: %v", err)
	}
}

func TestChildrenAreReachedThroughTheirGateway(t *testing.T) {
	c, _ := start(t, Options{})
	addDevice(t, c, Device{ID: "child", GatewayID: "p1_n1"})
	set := Command{ServiceID: "Valve", Name: "Set", Paras: map[string]any{"open": 1}}
	if _, _, err := c.SendCommand(testContext(t), "child", set); !errors.Is(err, ErrGatewayOffline) {
		t.Errorf("gateway offline: %v", err)
	}
	cl := answering(t, c, "commands", `{"result_code":0}`)
	if _, answer, err := c.SendCommand(testContext(t), "child", set); err != nil || string(answer) != `{"result_code":0}` {
		t.Errorf("%s, %v", answer, err)
	}
	_ = cl
}

// TestFalseAnswers: only the right device's answer with the right id on the right topic counts.
func TestFalseAnswers(t *testing.T) {
	for _, kind := range []string{"commands", "properties/set", "properties/get"} {
		t.Run(kind, func(t *testing.T) {
			c, stream := start(t, Options{})
			addDevice(t, c, Device{ID: "stranger"})
			stranger := connect(t, c, "stranger", "x", nil)
			cl := connect(t, c, "p1_n1", "s3cret", nil)
			result := make(chan string, 1)
			go func() {
				var answer json.RawMessage
				var err error
				switch kind {
				case "commands":
					_, answer, err = c.SendCommand(testContext(t), "p1_n1", Command{Name: "Set"})
				case "properties/set":
					_, answer, err = c.SetProperties(testContext(t), "p1_n1", map[string]map[string]any{"Valve": {"limit": 1}})
				default:
					_, answer, err = c.GetProperties(testContext(t), "p1_n1", "Valve")
				}
				result <- fmt.Sprint(string(answer), err)
			}()
			_, request, _ := strings.Cut(cl.next(t).Topic(), "request_id=")
			stranger.publish(t, "$oc/devices/stranger/sys/"+kind+"/response/request_id="+request, 1, `{"from":"stranger"}`)
			awaitEvent(t, stream, event.Warning, "was sent to the device p1_n1")
			for _, other := range []string{"commands", "properties/set", "properties/get"} {
				if other != kind {
					cl.publish(t, own+other+"/response/request_id="+request, 1, `{"on":"`+other+`"}`)
					awaitEvent(t, stream, event.Warning, "wants its answer on sys/"+kind+"/response")
				}
			}
			cl.publish(t, own+kind+"/response/request_id=x"+request, 1, `{"id":"wrong"}`)
			awaitEvent(t, stream, event.Warning, "nobody waits")
			cl.publish(t, own+kind+"/response/request_id="+request, 1, "no json")
			awaitEvent(t, stream, event.Warning, "not the JSON")
			cl.publish(t, own+kind+"/response/request_id="+request, 1, `{"right":1}`)
			if got := <-result; got != `{"right":1}<nil>` {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestAnswersToPushes: a device that answers what the shadow told it is not told that nobody waits.
func TestAnswersToPushes(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	if err := c.UpdateDesired("p1_n1", "Valve", map[string]any{"limit": 5}, nil); err != nil {
		t.Fatal(err)
	}
	_, request, _ := strings.Cut(cl.next(t).Topic(), "request_id=")
	for range 2 { // the second is one too many
		cl.publish(t, own+"properties/set/response/request_id="+request, 1, `{"result_code":0}`)
	}
	awaitEvent(t, stream, event.Warning, "nobody waits")
	all, _ := stream.Since(0)
	warnings := 0
	for _, e := range all {
		if e.Kind == event.Warning {
			warnings++
		}
	}
	if warnings != 1 {
		t.Errorf("%d warnings, want 1", warnings)
	}
}

func TestUnsubscribeKeepsTheImplicitSubscription(t *testing.T) {
	for _, first := range []bool{false, true} {
		t.Run(fmt.Sprintf("subscribed first %v", first), func(t *testing.T) {
			c, _ := start(t, Options{})
			cl := connect(t, c, "p1_n1", "s3cret", nil)
			for _, suffix := range downward {
				if first {
					wait(t, cl.Subscribe(topicOf("p1_n1", suffix), 1, nil))
				}
				wait(t, cl.Unsubscribe(topicOf("p1_n1", suffix)))
			}
			for _, suffix := range downward {
				topic := topicOf("p1_n1", strings.ReplaceAll(suffix, "+", "request_id=1"))
				c.send(topic, []byte(suffix), 1)
				if m := cl.next(t); m.Topic() != topic || m.Qos() != 0 {
					t.Fatalf("%s at QoS %d, want %s", m.Topic(), m.Qos(), topic)
				}
			}
		})
	}
}

// TestUnsubscribeOfOwnFilters: what is not the platform's own goes for good.
func TestUnsubscribeOfOwnFilters(t *testing.T) {
	c, _ := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	wait(t, cl.Subscribe("$oc/devices/p1_n1/user/alarm", 1, nil))
	wait(t, cl.Unsubscribe("$oc/devices/p1_n1/user/alarm"))
	m, err := c.SendMessage("p1_n1", Message{Topic: "$oc/devices/p1_n1/user/alarm", Content: []byte(`"x"`), Raw: true, TTL: time.Hour})
	if err != nil || m.Status != "PENDING" || m.ErrorCode != codeNotSubscribed {
		t.Errorf("%+v, %v", m, err)
	}
}

func messageStatus(t testing.TB, c *Cloud, id string) string {
	t.Helper()
	list, err := c.Messages("p1_n1")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.ID == id {
			return strings.TrimSpace(m.Status + " " + m.ErrorCode)
		}
	}
	return ""
}

func TestCustomTopicMessagesWaitForTheSubscription(t *testing.T) {
	const alarm = "$oc/devices/p1_n1/user/alarm"
	now := noon
	c, _ := start(t, Options{Now: func() time.Time { return now }})
	send := func(id string, ttl time.Duration) {
		t.Helper()
		if _, err := c.SendMessage("p1_n1", Message{ID: id, Topic: alarm, Raw: true, Content: []byte(`"` + id + `"`), TTL: ttl}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(id, want string) {
		t.Helper()
		if got := messageStatus(t, c, id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	send("before", time.Hour)
	check("before", "PENDING IOTDA.014016")
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	send("short", time.Minute)
	send("behind", time.Hour)
	send("at once", 0)
	now = now.Add(2 * time.Minute)
	check("before", "PENDING IOTDA.014112")
	check("short", "TIMEOUT IOTDA.014112")
	check("at once", "FAILED IOTDA.014112")
	wait(t, cl.Subscribe(alarm, 1, nil))
	for _, want := range []string{"before", "behind"} {
		if m := cl.next(t); string(m.Payload()) != want || m.Topic() != alarm {
			t.Fatalf("%s on %s, want %s", m.Payload(), m.Topic(), want)
		}
		check(want, "DELIVERED")
	}
	send("now", 0)
	if m := cl.next(t); string(m.Payload()) != "now" {
		t.Fatalf("got %s", m.Payload())
	}
	check("now", "DELIVERED")
}

// TestMessagesGoToTheirDeviceAlone: another device that is subscribed to the topic gets nothing.
func TestMessagesGoToTheirDeviceAlone(t *testing.T) {
	c, _ := start(t, Options{})
	addDevice(t, c, Device{ID: "other"})
	other := connect(t, c, "other", "x", nil)
	wait(t, other.Subscribe("room/1", 1, nil))
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	wait(t, cl.Subscribe("room/+", 1, nil))
	for _, to := range []string{"p1_n1", "other"} {
		if m, err := c.SendMessage(to, Message{Topic: "room/1", Raw: true, Content: []byte(`"to ` + to + `"`)}); err != nil || m.Status != "DELIVERED" {
			t.Fatalf("%+v, %v", m, err)
		}
	}
	for to, who := range map[string]*client{"p1_n1": cl, "other": other} {
		if m := who.next(t); string(m.Payload()) != "to "+to || m.Qos() != 1 {
			t.Errorf("%s got %s at QoS %d", to, m.Payload(), m.Qos())
		}
	}
}

func TestMessageOfBytes(t *testing.T) {
	c, _ := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	for _, want := range []string{"\x00\xff\xfe\x80", ""} {
		if _, err := c.SendMessage("p1_n1", Message{Bytes: []byte(want)}); err != nil {
			t.Fatal(err)
		}
		if m := cl.next(t); string(m.Payload()) != want {
			t.Errorf("got %q, want %q", m.Payload(), want)
		}
	}
}

func TestEventsThatAreNotSimulatedAreNamedOnce(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	ask := func(service, kind string) {
		cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"`+service+`","event_type":"`+kind+`","paras":{}}]}`)
	}
	for range 3 {
		ask("$bus", "soft_bus_config_request")
		ask("$scan", "start_scan")
	}
	ask("$sdk_info", "sdk_info_report")
	cl.publish(t, own+"events/up", 1, `{"services":[{"service_id":"$sdk_info","event_type":"sdk_info_report","paras":{"device_sdk_version":"P_1","fw_version":"f2"}}]}`)
	ask("$last", "one")
	awaitEvent(t, stream, event.Warning, "$last/one")
	all, _ := stream.Since(0)
	var said []string
	for _, e := range all {
		if e.Kind == event.Warning {
			said = append(said, strings.Fields(e.Text)[2])
		}
	}
	if got := strings.Join(said, " "); got != "$bus/soft_bus_config_request $scan/start_scan $last/one" {
		t.Errorf("said of %s", got)
	}
	if d, err := c.Device("p1_n1"); err != nil || d.SDKVersion != "P_1" || d.FirmwareVersion != "f2" {
		t.Errorf("%+v, %v", d, err)
	}
}
