package cloud

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come; it is reached only when a test fails.
const patience = 10 * time.Second

// noon is the time on the platform's clock.
var noon = time.Date(2030, 1, 2, 12, 34, 56, 0, time.UTC)

// start starts a cloud with one registered device, "p1_n1" with the secret "s3cret", and a model.
func start(t testing.TB, o Options) (*Cloud, *event.Stream) {
	t.Helper()
	stream := &event.Stream{}
	o.Events = stream.Emit
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	c, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	product := Product{ID: "p1", Name: "valve", Topics: []string{"alarm"}, Services: []Service{{ID: "Valve",
		Properties: []Property{{Name: "limit", DataType: "int", Method: "RW", Min: "0", Max: "10"}, {Name: "state", DataType: "string", Method: "R"}},
		Commands:   []CommandModel{{Name: "Set", Paras: []Para{{Name: "open", DataType: "int", Required: true}}}}}}}
	if _, err := c.AddProduct(product); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddDevice(Device{ID: "p1_n1", NodeID: "n1", ProductID: "p1", Secret: "s3cret"}); err != nil {
		t.Fatal(err)
	}
	return c, stream
}

// client is a device of the tests.
type client struct {
	paho.Client
	got  chan paho.Message
	lost chan error
}

// options are those of a device that connects rightly; change may spoil them.
func options(c *Cloud, id, secret string, change func(o *paho.ClientOptions)) (*paho.ClientOptions, *client) {
	info := ConnectInfo(id, secret, SignAnyTime, noon)
	cl := &client{got: make(chan paho.Message, 1000), lost: make(chan error, 1)}
	o := paho.NewClientOptions().AddBroker("tcp://" + c.Addr()).SetClientID(info.ClientID).SetUsername(info.Username).
		SetPassword(info.Password).SetKeepAlive(60 * time.Second).SetAutoReconnect(false).SetConnectRetry(false).
		SetProtocolVersion(4).SetConnectTimeout(patience)
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { cl.got <- m })
	o.SetConnectionLostHandler(func(_ paho.Client, err error) { cl.lost <- err })
	if change != nil {
		change(o)
	}
	return o, cl
}

// connect connects a device or fails.
func connect(t testing.TB, c *Cloud, id, secret string, change func(o *paho.ClientOptions)) *client {
	t.Helper()
	o, cl := options(c, id, secret, change)
	cl.Client = paho.NewClient(o)
	wait(t, cl.Connect())
	t.Cleanup(func() { cl.Disconnect(0) })
	return cl
}

func wait(t testing.TB, token paho.Token) {
	t.Helper()
	if !token.WaitTimeout(patience) {
		t.Fatal("no answer from the cloud")
	}
	if err := token.Error(); err != nil {
		t.Fatal(err)
	}
}

func (cl *client) next(t testing.TB) paho.Message {
	t.Helper()
	select {
	case m := <-cl.got:
		return m
	case <-time.After(patience):
		t.Fatal("no message came")
		return nil
	}
}

func (cl *client) publish(t testing.TB, topic string, qos byte, payload string) {
	t.Helper()
	wait(t, cl.Publish(topic, qos, false, payload))
}

// awaitEvent waits for an event that says something.
func awaitEvent(t testing.TB, s *event.Stream, kind event.Kind, text string) event.Event {
	t.Helper()
	ctx := testContext(t)
	e, _, err := s.Wait(ctx, 0, func(e event.Event) bool {
		return e.Kind == kind && strings.Contains(e.Text+" "+e.Topic+" "+string(e.Payload), text)
	})
	if err != nil {
		all, _ := s.Since(0)
		t.Fatalf("no %s event with %q: %v; there were %+v", kind, text, err, all)
	}
	return e
}

func TestConnectRules(t *testing.T) {
	c, _ := start(t, Options{})
	if _, err := c.AddDevice(Device{ID: "frozen", NodeID: "frozen", Secret: "s3cret", Frozen: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateDevice("p1_n1", func(d *Device) { d.SecondarySecret = "second" }); err != nil {
		t.Fatal(err)
	}
	stamped := func(stamp string) func(o *paho.ClientOptions) {
		return func(o *paho.ClientOptions) {
			o.SetClientID("p1_n1_0_1_" + stamp).SetPassword(Password("s3cret", stamp))
		}
	}
	tests := []struct {
		name, id, secret string
		change           func(o *paho.ClientOptions)
		code             byte // of the CONNACK; 0 for accepted
	}{
		{"right", "p1_n1", "s3cret", nil, 0},
		{"mqtt 3.1", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetProtocolVersion(3) }, 0},
		{"secondary secret", "p1_n1", "second", nil, 0},
		{"wrong secret", "p1_n1", "wrong", nil, 4},
		{"key and message swapped", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetPassword(Password("2030010212", "s3cret")) }, 4},
		{"no password", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetPassword("") }, 4},
		{"other user name", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetUsername("n1") }, 4},
		{"unknown device", "p1_nobody", "s3cret", nil, 5},
		{"frozen device", "frozen", "s3cret", nil, 5},
		{"keepalive too short", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetKeepAlive(29 * time.Second) }, 2},
		{"keepalive too long", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetKeepAlive(1201 * time.Second) }, 2},
		{"no keepalive", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetKeepAlive(0) }, 2},
		{"client id without parts", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetClientID("p1_n1") }, 2},
		{"client id of another type", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetClientID("p1_n1_7_0_2030010212") }, 2},
		{"client id without a stamp", "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetClientID("p1_n1_0_0_20300102") }, 2},
		{"fresh stamp, checked", "p1_n1", "s3cret", stamped("2030010212"), 0},
		{"stamp of the hour before, checked", "p1_n1", "s3cret", stamped("2030010211"), 0},
		{"expired stamp, checked", "p1_n1", "s3cret", stamped("2030010204"), 4},
		{"stamp of the future, checked", "p1_n1", "s3cret", stamped("2030010220"), 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, _ := options(c, tt.id, tt.secret, tt.change)
			cl := paho.NewClient(o)
			token := cl.Connect().(*paho.ConnectToken)
			if !token.WaitTimeout(patience) {
				t.Fatal("no answer")
			}
			if got := token.ReturnCode(); got != tt.code {
				t.Fatalf("CONNACK %d (%v), want %d", got, token.Error(), tt.code)
			}
			cl.Disconnect(0)
		})
	}
}

func TestUnknownDeviceIsRegisteredOnRequest(t *testing.T) {
	c, stream := start(t, Options{AllowUnknown: true})
	connect(t, c, "new_n2", "whatever", nil)
	awaitEvent(t, stream, event.Warning, "was unknown and is registered")
	d, err := c.Device("new_n2")
	if err != nil || d.Status != "ONLINE" {
		t.Fatalf("%+v, %v", d, err)
	}
}

func TestNewerConnectionDropsTheOlder(t *testing.T) {
	for _, other := range []string{"p1_n1_0_0_2030010211", "p1_n1_0_0_2030010212"} {
		t.Run(other, func(t *testing.T) {
			c, _ := start(t, Options{})
			first := connect(t, c, "p1_n1", "s3cret", nil)
			second := connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
				o.SetClientID(other).SetPassword(Password("s3cret", other[len(other)-10:]))
			})
			select {
			case <-first.lost:
			case <-time.After(patience):
				t.Fatal("the first connection still lives")
			}
			if _, err := c.SendMessage("p1_n1", Message{Content: []byte(`"hi"`)}); err != nil {
				t.Fatal(err)
			}
			if m := second.next(t); !strings.Contains(string(m.Payload()), `"hi"`) {
				t.Fatalf("got %s", m.Payload())
			}
		})
	}
}

func TestForeignTopics(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	for _, filter := range []string{"$oc/devices/p1_n2/sys/commands/#", "$oc/devices/+/sys/messages/down", "$oc/#", "$SYS/#"} {
		token := cl.Subscribe(filter, 1, nil).(*paho.SubscribeToken)
		if !token.WaitTimeout(patience) {
			t.Fatal("no SUBACK")
		}
		if code := token.Result()[filter]; code != 0x80 {
			t.Errorf("subscribe %s: granted %d, want 0x80", filter, code)
		}
	}
	cl.publish(t, "$oc/devices/p1_n2/sys/properties/report", 1, `{"services":[]}`)
	awaitEvent(t, stream, event.Warning, "may not publish on this topic")
	cl.publish(t, "$oc/devices/p1_n1/sys/nosuch", 1, `{}`)
	awaitEvent(t, stream, event.Warning, "no such topic")
	if !cl.IsConnected() {
		t.Error("the connection was ended")
	}
}

func TestNoRetainNoWillNoQoS2(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) { o.SetWill("room/1", "gone", 1, true) })
	awaitEvent(t, stream, event.Warning, "last will is not supported")
	wait(t, cl.Publish("room/1", 1, true, "kept?"))
	awaitEvent(t, stream, event.Warning, "retained messages are not supported")
	republish(t, c, "", record.Object{"topic": OriginalTopic})
	wait(t, cl.Subscribe("room/+", 2, nil))
	cl.publish(t, "room/2", 1, "next")
	if m := cl.next(t); m.Topic() != "room/2" || m.Qos() != 1 {
		t.Fatalf("got %s at QoS %d: the message was retained or QoS 2 granted", m.Topic(), m.Qos())
	}
	cl.Publish("room/3", 2, false, "x")
	select {
	case <-cl.lost:
	case <-time.After(patience):
		t.Fatal("a QoS 2 publish did not end the connection")
	}
}

func TestPayloadLimit(t *testing.T) {
	c, stream := start(t, Options{})
	cl := connect(t, c, "p1_n1", "s3cret", nil)
	cl.publish(t, "$oc/devices/p1_n1/sys/messages/up", 1, strings.Repeat("x", 1<<20))
	awaitEvent(t, stream, event.Response, "message")
	cl.publish(t, "$oc/devices/p1_n1/sys/messages/up", 1, strings.Repeat("y", 1<<20+1))
	awaitEvent(t, stream, event.Warning, "is dropped")
	cl.publish(t, "$oc/devices/p1_n1/sys/messages/up", 1, "after")
	awaitEvent(t, stream, event.Publish, "after")
}

func TestTLS(t *testing.T) {
	c, _ := start(t, Options{})
	addr, err := c.ListenTLS("")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.ListenTLS(""); err != nil || again != addr {
		t.Fatalf("a second call gave %s, %v", again, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(c.CAPEM()) {
		t.Fatal("the CA is no PEM")
	}
	connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
		o.Servers = nil
		o.AddBroker("ssl://" + addr).SetTLSConfig(&tls.Config{RootCAs: pool, ServerName: "x.iot-mqtts.cn-north-4.myhuaweicloud.com"})
	})
	o, _ := options(c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
		o.Servers = nil
		o.AddBroker("ssl://" + addr).SetTLSConfig(&tls.Config{RootCAs: x509.NewCertPool()})
	})
	token := paho.NewClient(o).Connect()
	token.WaitTimeout(patience)
	var unknown x509.UnknownAuthorityError
	if !errors.As(token.Error(), &unknown) && !strings.Contains(fmt.Sprint(token.Error()), "unknown authority") {
		t.Errorf("a client without the CA got %v", token.Error())
	}
}
