package direct

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/event"
)

// TestTLSAgainstMosquitto walks through what can be right and wrong with certificates.
func TestTLSAgainstMosquitto(t *testing.T) {
	own, other := brokertest.NewAuthority(t), brokertest.NewAuthority(t)
	hour := time.Now().Add(time.Hour)
	right := own.Server(t, "127.0.0.1", hour)
	named := own.Server(t, "cloud.example", hour)
	old := own.Server(t, "127.0.0.1", time.Now().Add(-time.Hour))
	client := own.Client(t, "dev")
	foreign := other.Client(t, "dev")
	cases := []struct {
		name   string
		server brokertest.Options
		tls    *device.TLSConfig
		class  error // nil for success
		text   string
	}{
		{"verified", brokertest.Options{TLS: &right}, &device.TLSConfig{CA: own.PEM}, nil, ""},
		{"not verified", brokertest.Options{TLS: &named}, &device.TLSConfig{}, nil, ""},
		{"other name asked for", brokertest.Options{TLS: &named}, &device.TLSConfig{CA: own.PEM, ServerName: "cloud.example"}, nil, ""},
		{"name mismatch", brokertest.Options{TLS: &named}, &device.TLSConfig{CA: own.PEM}, device.ErrTLS, "not for 127.0.0.1"},
		{"unknown authority", brokertest.Options{TLS: &right}, &device.TLSConfig{CA: other.PEM}, device.ErrTLS, "authority"},
		{"expired", brokertest.Options{TLS: &old}, &device.TLSConfig{CA: own.PEM}, device.ErrTLS, "expired"},
		{"TLS to a plain port", brokertest.Options{}, &device.TLSConfig{CA: own.PEM}, device.ErrTLS, "plain"},
		{"plain to a TLS port", brokertest.Options{TLS: &right}, nil, device.ErrUnreachable, "TLS"},
		{"client certificate", brokertest.Options{TLS: &right, ClientCA: own.PEM}, &device.TLSConfig{CA: own.PEM, Cert: client.Cert, Key: client.Key}, nil, ""},
		{"client certificate missing", brokertest.Options{TLS: &right, ClientCA: own.PEM}, &device.TLSConfig{CA: own.PEM}, device.ErrTLS, "client certificate"},
		{"client certificate foreign", brokertest.Options{TLS: &right, ClientCA: own.PEM}, &device.TLSConfig{CA: own.PEM, Cert: foreign.Cert, Key: foreign.Key}, device.ErrTLS, "did not accept"},
		{"CA not PEM", brokertest.Options{TLS: &right}, &device.TLSConfig{CA: []byte("/usr/ca.pem")}, device.ErrConfig, "PEM"},
		{"key of another", brokertest.Options{TLS: &right}, &device.TLSConfig{Cert: client.Cert, Key: foreign.Key}, device.ErrConfig, "go together"},
		{"key not PEM", brokertest.Options{TLS: &right}, &device.TLSConfig{Cert: client.Cert, Key: []byte("x")}, device.ErrConfig, "private key"},
		{"certificate not PEM", brokertest.Options{TLS: &right}, &device.TLSConfig{Cert: []byte("x"), Key: client.Key}, device.ErrConfig, "client certificate"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			broker := brokertest.StartMosquitto(t, c.server)
			d := newTestDevice(t, Config{}, &event.Stream{})
			conf := config(broker.Port)
			conf.TLS = c.tls
			s, err := d.OpenMQTT(testContext(t), conf)
			if c.class == nil {
				if err != nil {
					t.Fatal(err)
				}
				_ = s.Disconnect(testContext(t))
				return
			}
			if !errors.Is(err, c.class) || !strings.Contains(fmt.Sprint(err), c.text) {
				t.Errorf("error %v, want one of class %v with %q", err, c.class, c.text)
			}
		})
	}
}

func TestPasswordAgainstMosquitto(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{User: "me", Password: "right"})
	events := &event.Stream{}
	d := newTestDevice(t, Config{}, events)
	c := config(broker.Port)
	c.User, c.Password = "me", "wrong-secret"
	var refused *device.RefusedError
	if _, err := d.OpenMQTT(testContext(t), c); !errors.As(err, &refused) || refused.Code != 5 {
		t.Errorf("wrong password: %v", err)
	}
	c.Password = "right"
	s, err := d.OpenMQTT(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Disconnect(testContext(t))
	all, _ := events.Since(0)
	for _, e := range all {
		if strings.Contains(fmt.Sprintf("%+v", e), "wrong-secret") {
			t.Errorf("the password is in the event %+v", e)
		}
	}
}

// serverHello1 is the first answer of a server that has TLS 1.0 alone, and does not look at what the
// client offers (RFC 2246, section 7.4.1.3).
const serverHello1 = "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + "0123456789abcdef0123456789abcdef" + "\x00\x00\x2f\x00"

// A handshake that fails is not put on the client's certificate unless the server asked for one.
func TestHandshakesThatFail(t *testing.T) {
	own := brokertest.NewAuthority(t)
	pair := own.Server(t, "127.0.0.1", time.Now().Add(time.Hour))
	cert, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	serve := func(c *tls.Config) func(*testing.T) int {
		return func(t *testing.T) int {
			return answerTLS(t, c)
		}
	}
	answer := func(text string) func(*testing.T) int {
		return func(t *testing.T) int { return answerWith(t, []byte(text)) }
	}
	cases := []struct {
		name   string
		server func(*testing.T) int
		text   string
	}{
		{"only TLS 1.0, politely", serve(&tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}), "neither TLS 1.2 nor TLS 1.3"},
		{"only TLS 1.0, rudely", answer(serverHello1), "neither TLS 1.2 nor TLS 1.3"},
		{"no cipher in common", answer("\x15\x03\x03\x00\x02\x02\x28"), "no TLS version or cipher in common"},
		{"no such name", answer("\x15\x03\x03\x00\x02\x02\x70"), "does not serve the name"},
		{"overloaded", answer("\x15\x03\x03\x00\x02\x02\x50"), "internal error"},
		{"cut in the handshake", answer(serverHello1[:20]), "closed the connection in the handshake"},
		{"closes at once", func(t *testing.T) int { return answerWith(t, nil) }, "closed the connection in the handshake"},
		{"plain server", answer("220 ready\r\n"), "does not answer in TLS"},
		{"wants a certificate", serve(&tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}), "asks for a client certificate"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newTestDevice(t, Config{}, &event.Stream{})
			conf := config(c.server(t))
			conf.TLS = &device.TLSConfig{}
			_, err := d.OpenMQTT(testContext(t), conf)
			if !errors.Is(err, device.ErrTLS) || !errors.Is(err, device.ErrUnreachable) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("error %v, want %q", err, c.text)
			}
			if asks := strings.HasPrefix(c.name, "wants"); !asks && strings.Contains(fmt.Sprint(err), "certificate") {
				t.Errorf("error %v blames a certificate", err)
			}
		})
	}
}

// answerTLS is a server that does the handshake and hangs up.
func answerTLS(t *testing.T, c *tls.Config) int {
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
				secure := tls.Server(conn, c)
				if secure.Handshake() == nil {
					_, _ = io.Copy(io.Discard, secure)
				}
			})
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

// The warning that nothing is verified comes once a host; an endpoint of our own needs none.
func TestUnverifiedWarnsOnce(t *testing.T) {
	own := brokertest.NewAuthority(t)
	pair := own.Server(t, "cloud.example", time.Now().Add(time.Hour))
	broker := brokertest.StartMosquitto(t, brokertest.Options{TLS: &pair})
	events := &event.Stream{}
	d := newTestDevice(t, Config{}, events)
	c := config(broker.Port)
	c.TLS = &device.TLSConfig{}
	for _, host := range []string{"127.0.0.1", "127.0.0.1", "localhost"} {
		c.Host = host
		s, err := d.OpenMQTT(testContext(t), c)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Disconnect(testContext(t))
	}
	warnings := 0
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Warning {
			warnings++
		}
	}
	if warnings != 2 {
		t.Errorf("%d warnings, want 2", warnings)
	}
}

// TestPasswordAlone: a password without a user name, which MQTT cannot carry, is warned of once, and the server
// is asked without it.
func TestPasswordAlone(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	events := &event.Stream{}
	d := newTestDevice(t, Config{}, events)
	c := config(broker.Port)
	c.User, c.Password = "", "secret"
	for range 2 {
		s, err := d.OpenMQTT(testContext(t), c)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Disconnect(testContext(t))
	}
	var warnings []string
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Warning {
			warnings = append(warnings, e.Text)
		}
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "password") || strings.Contains(warnings[0], c.Password) {
		t.Errorf("warned with %q", warnings)
	}
}

func TestEndpointTrustReplacesTheScripts(t *testing.T) {
	own, huawei := brokertest.NewAuthority(t), brokertest.NewAuthority(t)
	pair := own.Server(t, "cloud.example", time.Now().Add(time.Hour))
	broker := brokertest.StartMosquitto(t, brokertest.Options{TLS: &pair})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(own.PEM)
	end := Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port), TLS: true, RootCAs: pool}
	d := newTestDevice(t, Config{}, &event.Stream{})
	d.opts.Resolve = fixed(end)
	c := config(8883)
	c.Host, c.TLS = "cloud.example", &device.TLSConfig{CA: huawei.PEM}
	s, err := d.OpenMQTT(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Disconnect(testContext(t))
	c.Host = "another.example"
	if _, err := d.OpenMQTT(testContext(t), c); !errors.Is(err, device.ErrTLS) {
		t.Errorf("another name: %v", err)
	}
	end.SkipVerify = true
	d.opts.Resolve = fixed(end)
	s, err = d.OpenMQTT(testContext(t), c)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Disconnect(testContext(t))
}
