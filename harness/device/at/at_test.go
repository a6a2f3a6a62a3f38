package at

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
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

// rig is a device with a virtual module behind it.
type rig struct {
	*Device
	module *vmodule.Module
	inside *direct.Device
}

func newRig(t testing.TB, c direct.Config, b vmodule.Behaviour, o Options) *rig {
	t.Helper()
	return openRig(t, testContext(t), c, b, o)
}

// openRig is newRig for a module that may be slow.
func openRig(t testing.TB, ctx context.Context, c direct.Config, b vmodule.Behaviour, o Options) *rig {
	t.Helper()
	inside, err := direct.New(c, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.BootTime = time.Millisecond
	m := vmodule.New(vmodule.Options{Device: inside, Behaviour: b})
	host, modem := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- m.ServeAT(modem, "usbat") }()
	d, err := Open(ctx, host, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(d.Close(), m.Close(), <-served, inside.Close()); err != nil {
			t.Error(err)
		}
	})
	return &rig{Device: d, module: m, inside: inside}
}

// TestRefusals looks at the class of errors: builtins turn it into what the vendor returns.
func TestRefusals(t *testing.T) {
	r := newRig(t, direct.Config{NoSIM: true}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	if s, err := r.SIMStatus(ctx); s != device.SIMAbsent || err != nil {
		t.Errorf("SIMStatus = %v, %v", s, err)
	}
	_, err := r.IMSI(ctx)
	var refusal *atcmd.Error
	if !errors.Is(err, device.ErrNotReady) || !errors.As(err, &refusal) || refusal.Code != 10 {
		t.Errorf("IMSI: %v", err)
	}
	if _, err := r.Operator(ctx); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("Operator: %v", err)
	}
	if _, err := r.OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: 1, ClientID: "x"}); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("OpenMQTT: %v", err)
	}
	if _, _, err := r.NetworkMode(ctx); !errors.Is(err, device.ErrUnsupported) {
		t.Errorf("NetworkMode: %v", err)
	}
}

func TestThePINIsNotInErrors(t *testing.T) {
	r := newRig(t, direct.Config{PINLocked: true}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	if s, err := r.SIMStatus(ctx); s != device.SIMPIN || err != nil {
		t.Errorf("SIMStatus = %v, %v", s, err)
	}
	if err := r.VerifyPIN(ctx, "9999"); !errors.Is(err, device.ErrRefused) || strings.Contains(err.Error(), "9999") {
		t.Errorf("wrong PIN: %v", err)
	}
	if err := r.VerifyPIN(ctx, "1234"); err != nil {
		t.Error(err)
	}
	if s, err := r.SIMStatus(ctx); s != device.SIMReady || err != nil {
		t.Errorf("SIMStatus = %v, %v", s, err)
	}
}

// families are how MQTT differs between modules.
var families = map[string]struct {
	b vmodule.Behaviour
	o Options
}{
	"by length":    {},
	"quoted":       {b: vmodule.Behaviour{QuotedPublish: true}},
	"echo":         {b: vmodule.Behaviour{FixedEcho: true}},
	"payload echo": {b: vmodule.Behaviour{EchoesPayload: true}},
	"quoted, echo": {b: vmodule.Behaviour{QuotedPublish: true, FixedEcho: true}},
	"buffered":     {o: Options{Buffered: true}},
	"early result": {b: vmodule.Behaviour{EarlyResult: true}},
	"glued":        {b: vmodule.Behaviour{GluedURC: true, StatAfterDisconnect: true}},
	"other port":   {b: vmodule.Behaviour{URCPort: "uart1"}},
}

func mqttConfig(port int) device.MQTTConfig {
	return device.MQTTConfig{Host: "127.0.0.1", Port: port, ClientID: "dev", KeepAlive: time.Minute, CleanSession: true}
}

// payloads are what a parser of lines would trip over.
var payloads = []string{`{"a": "b", "c": [1,2]}`, "x\r\nOK\r\n+QMTSTAT: 0,1\r\n", "\x00\x1a\x1b\xff> ", "温", "温"[:2], strings.Repeat("z", 4096), `"`, ">", "\r\n"}

func TestMQTTOnEveryFamily(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for name, f := range families {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, direct.Config{}, f.b, f.o)
			testMQTT(t, r, broker.Port)
		})
	}
}

func testMQTT(t *testing.T, r *rig, port int) {
	ctx := testContext(t)
	got := make(chan device.Message, 100)
	c := mqttConfig(port)
	c.OnMessage = func(m device.Message) { got <- m }
	s, err := r.OpenMQTT(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Subscribe(ctx, "t/#", 1); err != nil {
		t.Fatal(err)
	}
	for i, p := range payloads {
		m := device.Message{Topic: fmt.Sprintf("t/%d", i), Payload: []byte(p), QoS: byte(i % 2)}
		if err := s.Publish(ctx, m); err != nil {
			t.Fatalf("payload %q: %v", p, err)
		}
		select {
		case back := <-got:
			if back.Topic != m.Topic || string(back.Payload) != p || back.QoS != m.QoS {
				t.Errorf("sent %q, came %q", p, back.Payload)
			}
		case <-ctx.Done():
			t.Fatalf("payload %q did not come back", p)
		}
	}
	if err := s.Unsubscribe(ctx, "t/#"); err != nil {
		t.Error(err)
	}
	if err := s.Disconnect(ctx); err != nil {
		t.Error(err)
	}
	<-s.Lost()
	again, err := r.OpenMQTT(ctx, c)
	if err != nil {
		t.Fatalf("second connection: %v", err)
	}
	r.inside.DropConnections()
	<-again.Lost()
	if err := again.Err(); !errors.Is(err, device.ErrLost) {
		t.Errorf("Err = %v", err)
	}
}

// TestBytesThatAreKeys has firmware that knows only AT+QMTPUB up to Ctrl-Z refuse what it cannot carry,
// and carry the rest.
func TestBytesThatAreKeys(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	for name, c := range map[string]struct {
		b       vmodule.Behaviour
		refuses bool
	}{
		"by length": {},
		"quoted":    {b: vmodule.Behaviour{QuotedPublish: true}},
		"open":      {b: vmodule.Behaviour{OpenPublish: true}, refuses: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, direct.Config{}, c.b, Options{})
			s, got := r.subscribed(t, broker.Port)
			for _, p := range []string{"a\x1ab", "\x1b", "a\x08"} {
				err := s.Publish(testContext(t), device.Message{Topic: "t/x", Payload: []byte(p)})
				if c.refuses {
					if !errors.Is(err, device.ErrConfig) || !strings.Contains(err.Error(), "0x1A") {
						t.Errorf("%q: %v", p, err)
					}
					continue
				}
				if err != nil {
					t.Fatalf("%q: %v", p, err)
				}
				if back := <-got; string(back.Payload) != p {
					t.Errorf("sent %q, came %q", p, back.Payload)
				}
			}
			if err := s.Publish(testContext(t), device.Message{Topic: "t/x", Payload: []byte(`"plain", OK`)}); err != nil {
				t.Error(err)
			}
			if back := <-got; string(back.Payload) != `"plain", OK` {
				t.Errorf("came %q", back.Payload)
			}
		})
	}
}

// subscribed is a connection that hears what it publishes to t/#.
func (r *rig) subscribed(t testing.TB, port int) (device.MQTTSession, <-chan device.Message) {
	t.Helper()
	ctx := testContext(t)
	got := make(chan device.Message, 1000)
	c := mqttConfig(port)
	c.OnMessage = func(m device.Message) { got <- m }
	s, err := r.OpenMQTT(ctx, c)
	if err == nil {
		err = s.Subscribe(ctx, "t/#", 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, got
}

// TestAnIndexLeftOpen plays a host that crashed: the module still holds its connection.
func TestAnIndexLeftOpen(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	text := fmt.Sprintf(`AT+QMTOPEN=0,"127.0.0.1",%d`, broker.Port)
	if _, err := r.Engine().DoURC(ctx, Command{Text: text}, "+QMTOPEN: ", nil, 0); err != nil {
		t.Fatal(err)
	}
	s, err := r.OpenMQTT(ctx, mqttConfig(broker.Port))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disconnect(ctx); err != nil {
		t.Error(err)
	}
}

// TestTLS verifies the server with a certificate that the module was given.
func TestTLS(t *testing.T) {
	authority := brokertest.NewAuthority(t)
	pair := authority.Server(t, "localhost", time.Now().Add(time.Hour))
	broker := brokertest.StartMosquitto(t, brokertest.Options{TLS: &pair})
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	c := mqttConfig(broker.Port)
	c.Host = "localhost"
	c.TLS = &device.TLSConfig{CA: authority.PEM}
	for range 2 { // the second finds the certificate there
		s, err := r.OpenMQTT(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Disconnect(ctx); err != nil {
			t.Error(err)
		}
	}
	c.TLS = &device.TLSConfig{CA: brokertest.NewAuthority(t).PEM}
	if _, err := r.OpenMQTT(ctx, c); !errors.Is(err, device.ErrTLS) {
		t.Errorf("another authority: %v", err)
	}
}

// TestSixClientsAtOnce uses every index of the module, and each has its own messages.
func TestSixClientsAtOnce(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	for i := range mqttClients {
		topic, got := fmt.Sprintf("c/%d", i), make(chan device.Message, 10)
		c := mqttConfig(broker.Port)
		c.ClientID, c.OnMessage = topic, func(m device.Message) { got <- m }
		s, err := r.OpenMQTT(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Subscribe(ctx, topic, 0), s.Publish(ctx, device.Message{Topic: topic, Payload: []byte("x")})); err != nil {
			t.Fatal(err)
		}
		select {
		case m := <-got:
			if m.Topic != topic {
				t.Errorf("%s got %s", topic, m.Topic)
			}
		case <-ctx.Done():
			t.Fatal("nothing came")
		}
	}
	if _, err := r.OpenMQTT(ctx, mqttConfig(broker.Port)); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("a seventh: %v", err)
	}
}
