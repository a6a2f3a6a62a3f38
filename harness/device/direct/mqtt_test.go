package direct

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// waitTime bounds every wait of these tests; it is reached only when they fail.
const waitTime = 20 * time.Second

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), waitTime)
	t.Cleanup(cancel)
	return ctx
}

// newTestDevice is a device whose host names are all answered on 127.0.0.1.
func newTestDevice(t testing.TB, c Config, events *event.Stream) *Device {
	t.Helper()
	d, err := New(c, Options{Events: events.Emit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func config(port int) device.MQTTConfig {
	return device.MQTTConfig{Host: "127.0.0.1", Port: port, ClientID: "dev", KeepAlive: 60 * time.Second, CleanSession: true, Timeout: 5 * time.Second}
}

func TestPublishReachesTheSubscriberOnceAndInOrder(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	events := &event.Stream{}
	d := newTestDevice(t, Config{}, events)
	ctx := testContext(t)
	got := make(chan device.Message, 100)
	c := config(broker.Port)
	c.OnMessage = func(m device.Message) { got <- m }
	s, err := d.OpenMQTT(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Subscribe(ctx, "a/+", 1); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		m := device.Message{Topic: "a/b", Payload: []byte{byte(i), 0, 0xff}, QoS: byte(i % 2)}
		if err := s.Publish(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		select {
		case m := <-got:
			if m.Topic != "a/b" || m.Payload[0] != byte(i) || m.QoS != byte(i%2) {
				t.Fatalf("message %d is %+v", i, m)
			}
		case <-ctx.Done():
			t.Fatalf("message %d did not come", i)
		}
	}
	if err := s.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Disconnect(ctx); err != nil {
		t.Fatal(err)
	}
	<-s.Lost()
	if !errors.Is(s.Err(), device.ErrClosed) {
		t.Errorf("Err = %v", s.Err())
	}
	if err := s.Publish(ctx, device.Message{Topic: "a/b"}); !errors.Is(err, device.ErrClosed) {
		t.Errorf("publish after disconnect: %v", err)
	}
	checkKinds(t, events, map[event.Kind]int{event.Connect: 1, event.Subscribe: 1, event.Publish: 50, event.Receive: 50, event.Disconnect: 1})
}

func checkKinds(t *testing.T, events *event.Stream, want map[event.Kind]int) {
	t.Helper()
	got := map[event.Kind]int{}
	all, _ := events.Since(0)
	for _, e := range all {
		got[e.Kind]++
		if e.Layer != event.Device || e.Device != "dev" {
			t.Errorf("event %+v is not of the device dev", e)
		}
	}
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%d events %s, want %d", got[k], k, n)
		}
	}
}

// A server that pushes right behind its CONNACK is heard, before any subscription.
func TestPushedMessageIsNeverLost(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{Greet: &brokertest.Greeting{Topic: "$oc/hello", Payload: "hi"}})
	d := newTestDevice(t, Config{}, &event.Stream{})
	ctx := testContext(t)
	for range 20 {
		got := make(chan device.Message, 1)
		c := config(broker.Port)
		c.OnMessage = func(m device.Message) { got <- m }
		s, err := d.OpenMQTT(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case m := <-got:
			if m.Topic != "$oc/hello" || string(m.Payload) != "hi" {
				t.Fatalf("got %+v", m)
			}
		case <-ctx.Done():
			t.Fatal("the pushed message did not come")
		}
		_ = s.Close()
	}
}

func TestConnectPacketCarriesTheConfig(t *testing.T) {
	seen := make(chan packets.Packet, 1)
	broker := brokertest.StartMochi(t, brokertest.Rules{Connected: func(p packets.Packet) { seen <- p }})
	d := newTestDevice(t, Config{}, &event.Stream{})
	c := config(broker.Port)
	c.User, c.Password, c.Protocol, c.CleanSession = "me", "pw", 3, false
	c.Will = &device.Message{Topic: "will", Payload: []byte{1, 0}, QoS: 1, Retain: true}
	s, err := d.OpenMQTT(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	p := <-seen
	got := fmt.Sprintf("%d %s %s %s %v %d %s %x %d %v", p.ProtocolVersion, p.Connect.ClientIdentifier, p.Connect.Username, p.Connect.Password,
		p.Connect.Clean, p.Connect.Keepalive, p.Connect.WillTopic, p.Connect.WillPayload, p.Connect.WillQos, p.Connect.WillRetain)
	if want := "3 dev me pw false 60 will 0100 1 true"; got != want {
		t.Errorf("CONNECT has %q, want %q", got, want)
	}
}

func TestRefusalsCarryTheCode(t *testing.T) {
	for code := byte(1); code <= 5; code++ {
		broker := brokertest.StartMochi(t, brokertest.Rules{Refuse: code})
		d := newTestDevice(t, Config{}, &event.Stream{})
		c := config(broker.Port)
		c.Password = "very secret"
		_, err := d.OpenMQTT(testContext(t), c)
		var refused *device.RefusedError
		if !errors.As(err, &refused) || refused.Code != code || !errors.Is(err, device.ErrRefused) {
			t.Errorf("code %d: error %v", code, err)
		}
		if err != nil && (!strings.Contains(err.Error(), device.ConnackText(code)) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("code %d: text %q", code, err)
		}
	}
}

func TestRefusedSubscription(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{RefuseFilter: "foreign/#"})
	d := newTestDevice(t, Config{}, &event.Stream{})
	ctx := testContext(t)
	s, err := d.OpenMQTT(ctx, config(broker.Port))
	if err != nil {
		t.Fatal(err)
	}
	var refused *device.RefusedError
	if err := s.Subscribe(ctx, "foreign/#", 0); !errors.As(err, &refused) || refused.Code != 0x80 {
		t.Errorf("error %v, want a refusal with 0x80", err)
	}
	if err := s.Subscribe(ctx, "own/#", 0); err != nil {
		t.Error(err)
	}
	if err := s.Subscribe(ctx, "bad/#/more", 0); !errors.Is(err, device.ErrConfig) {
		t.Errorf("bad filter: %v", err)
	}
	if err := s.Unsubscribe(ctx, "own/#"); err != nil {
		t.Error(err)
	}
}

// answerWith is a server that answers the first packet of every client with these bytes.
func answerWith(t *testing.T, answer []byte) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); work.Wait() })
	work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer func() { _ = conn.Close() }()
				buf := make([]byte, 1024)
				if _, err := conn.Read(buf); err != nil {
					return
				}
				_, _ = conn.Write(answer)
				if answer == nil {
					return
				}
				_, _ = conn.Read(buf)
			})
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

func TestServersThatMisbehave(t *testing.T) {
	cases := []struct {
		name   string
		answer []byte
		class  error
		text   string
	}{
		{"unknown code", []byte{0x20, 2, 0, 99}, device.ErrRefused, "code 99"},
		{"hangs up", nil, device.ErrUnreachable, "closed the connection without an answer"},
		{"not MQTT", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), device.ErrUnreachable, "not MQTT"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newTestDevice(t, Config{}, &event.Stream{})
			_, err := d.OpenMQTT(testContext(t), config(answerWith(t, c.answer)))
			if !errors.Is(err, c.class) || !strings.Contains(fmt.Sprint(err), c.text) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	d := newTestDevice(t, Config{}, &event.Stream{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	c := config(closed)
	_, err = d.OpenMQTT(testContext(t), c)
	if !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), "refuses connections") {
		t.Errorf("closed port: %v", err)
	}
	c.Host = "no-such-host.invalid"
	_, err = d.OpenMQTT(testContext(t), c)
	if !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), "does not resolve") {
		t.Errorf("unknown host: %v", err)
	}
	for _, port := range []int{0, -1, 65536} {
		if _, err := d.OpenMQTT(testContext(t), device.MQTTConfig{Host: "h", Port: port}); !errors.Is(err, device.ErrConfig) {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

// A server that accepts and then says nothing is given up on at the deadline, or at once when the
// run ends.
func TestSilentServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	d := newTestDevice(t, Config{}, &event.Stream{})
	c := config(silent.Addr().(*net.TCPAddr).Port)
	c.Timeout = 50 * time.Millisecond
	if _, err := d.OpenMQTT(testContext(t), c); !errors.Is(err, device.ErrTimeout) || !errors.Is(err, device.ErrUnreachable) {
		t.Errorf("deadline: %v", err)
	}
	c.Timeout = waitTime
	over := errors.New("the run is over")
	ctx, cancel := context.WithCancelCause(testContext(t))
	go cancel(over)
	if _, err := d.OpenMQTT(ctx, c); !errors.Is(err, over) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestLossIsNoticedAndOthersWaitNoMore(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	events := &event.Stream{}
	d := newTestDevice(t, Config{}, events)
	ctx := testContext(t)
	s, err := d.OpenMQTT(ctx, config(broker.Port))
	if err != nil {
		t.Fatal(err)
	}
	broker.Kill()
	select {
	case <-s.Lost():
	case <-ctx.Done():
		t.Fatal("the loss was not noticed")
	}
	if !errors.Is(s.Err(), device.ErrLost) {
		t.Errorf("Err = %v", s.Err())
	}
	if err := s.Publish(ctx, device.Message{Topic: "x", QoS: 1}); !errors.Is(err, device.ErrLost) {
		t.Errorf("publish: %v", err)
	}
	_ = s.Close()
}

func TestResolverSendsElsewhere(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	events := &event.Stream{}
	addr := fmt.Sprintf("127.0.0.1:%d", broker.Port)
	d, err := New(Config{}, Options{Events: events.Emit, Resolve: func(_ context.Context, host string, port int, secure bool) (Endpoint, error) {
		if host == "forbidden.example" {
			return Endpoint{}, errors.New("not here")
		}
		return Endpoint{Addr: addr, Note: fmt.Sprintf("%s:%d (TLS %v) is answered here", host, port, secure)}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	c := config(8883)
	c.Host, c.TLS = "cloud.example", &device.TLSConfig{}
	for range 2 {
		s, err := d.OpenMQTT(testContext(t), c)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
	}
	all, _ := events.Since(0)
	if all[0].Kind != event.Note || all[0].Text != "cloud.example:8883 (TLS true) is answered here" {
		t.Errorf("first event %+v", all[0])
	}
	notes := 0
	for _, e := range all {
		if e.Kind == event.Note {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("%d notes, want 1", notes)
	}
	c.Host = "forbidden.example"
	if _, err := d.OpenMQTT(testContext(t), c); err == nil || !strings.Contains(err.Error(), "not here") {
		t.Errorf("forbidden: %v", err)
	}
}

func TestNoNetworkNoMQTT(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	ctx := testContext(t)
	d := newTestDevice(t, Config{}, &event.Stream{})
	cases := []struct {
		name    string
		off, on func()
	}{
		{"registration", func() { d.SetRegistration(device.RegDenied) }, func() { d.SetRegistration(device.RegRoaming) }},
		{"SIM card", func() { d.SetSIM(device.SIMAbsent) }, func() { d.SetSIM(device.SIMReady) }},
		{"radio", func() { _ = d.SetFunction(ctx, 4, false) }, func() { _ = d.SetFunction(ctx, 1, false) }},
		{"data connection", func() { _ = d.Deactivate(ctx, 1) }, func() { _ = d.Activate(ctx, 1) }},
	}
	for _, c := range cases {
		s, err := d.OpenMQTT(ctx, config(broker.Port))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		c.off()
		select {
		case <-s.Lost():
		case <-ctx.Done():
			t.Fatalf("%s: the connection lives on", c.name)
		}
		if _, err := d.OpenMQTT(ctx, config(broker.Port)); !errors.Is(err, device.ErrNotReady) || !errors.Is(err, device.ErrUnreachable) {
			t.Errorf("%s: %v", c.name, err)
		}
		c.on()
	}
	s, err := d.OpenMQTT(ctx, config(broker.Port))
	if err != nil {
		t.Fatal(err)
	}
	d.DropConnections()
	<-s.Lost()
}

func fixed(e Endpoint) Resolver {
	return func(context.Context, string, int, bool) (Endpoint, error) { return e, nil }
}
