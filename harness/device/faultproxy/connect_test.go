package faultproxy_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/builtins/mqtt"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/umqtt"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/faultproxy"
	"quecstar/harness/script"
)

// The scripts connect and say why they cannot.
const (
	connectPython = `
import bench
from umqtt import MQTTClient
params = {"ca": bench.ca} if bench.ca else None
c = MQTTClient("connect", bench.host, bench.port, ssl=bench.tls, ssl_params=params)
c.connect()
`
	connectStar = `
ssl = {"ca": bench.ca} if bench.ca else bench.tls
c = mqtt.connect(bench.host, port = bench.port, client_id = "connect", ssl = ssl)
`
)

// serveEach answers each connection to a port by a function, until the test ends.
func serveEach(t *testing.T, f func(net.Conn)) int {
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
				f(conn)
			})
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

// TestConnectionsThatDoNotComeAbout: each cause is in what the script is raised, in both languages.
func TestConnectionsThatDoNotComeAbout(t *testing.T) {
	own, other := brokertest.NewAuthority(t), brokertest.NewAuthority(t)
	hour := time.Now().Add(time.Hour)
	pair, old, named := own.Server(t, "127.0.0.1", hour), own.Server(t, "127.0.0.1", time.Now().Add(-time.Hour)), own.Server(t, "cloud.example", hour)
	plain := brokertest.StartMosquitto(t, brokertest.Options{}).Port
	secure := brokertest.StartMosquitto(t, brokertest.Options{TLS: &pair}).Port
	expired := brokertest.StartMosquitto(t, brokertest.Options{TLS: &old}).Port
	foreign := brokertest.StartMosquitto(t, brokertest.Options{TLS: &named}).Port
	cert, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	ancient := serveEach(t, func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}).Handshake()
		_, _ = io.Copy(io.Discard, c)
	})
	// cut ends the connection in the server's first words, where they are n bytes long.
	cut := func(target, n int, then faultproxy.Fate) int {
		return serveEach(t, func(c net.Conn) {
			server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", target))
			if err != nil {
				return
			}
			defer func() { _ = server.Close() }()
			hello := make([]byte, 4096)
			if read, err := c.Read(hello); err == nil {
				_, _ = server.Write(hello[:read])
				_, _ = io.CopyN(c, server, int64(n))
			}
			if then == faultproxy.RST {
				_ = c.(*net.TCPConn).SetLinger(0)
			}
		})
	}
	connack := func(v faultproxy.Verdict) int {
		return faultproxy.Start(t, faultproxy.Options{Target: fmt.Sprintf("127.0.0.1:%d", plain), Judge: func(p faultproxy.Packet) faultproxy.Verdict {
			if p.Type != packets.Connack {
				return faultproxy.Verdict{}
			}
			return v
		}}).Port
	}
	code := func(n byte) int {
		return connack(faultproxy.Verdict{Drop: true, Inject: faultproxy.Connack(n), Then: faultproxy.FIN})
	}
	cases := []struct {
		name, host string
		port       int
		tls        bool
		ca         []byte
		want       string
	}{
		{"CONNACK 1", "", code(1), false, nil, "code 1, protocol version not supported"},
		{"CONNACK 2", "", code(2), false, nil, "code 2, client id not allowed"},
		{"CONNACK 3", "", code(3), false, nil, "code 3, server not available"},
		{"CONNACK 4", "", code(4), false, nil, "code 4, wrong user name or password"},
		{"CONNACK 5", "", code(5), false, nil, "code 5, not authorized"},
		{"CONNACK of no meaning", "", code(99), false, nil, "code 99"},
		{"cut in CONNACK", "", connack(faultproxy.Verdict{Pass: 2, Then: faultproxy.FIN}), false, nil, "without an answer to CONNECT"},
		{"reset instead of CONNACK", "", connack(faultproxy.Verdict{Drop: true, Then: faultproxy.RST}), false, nil, "without an answer to CONNECT"},
		{"garbage instead of CONNACK", "", connack(faultproxy.Verdict{Drop: true, Inject: []byte("HTTP/1.1 400\r\n")}), false, nil, "not MQTT"},
		{"wrong authority", "", secure, true, other.PEM, "an authority that the script's CA certificate does not name"},
		{"expired", "", expired, true, own.PEM, "expired"},
		{"wrong host", "", foreign, true, own.PEM, "not for 127.0.0.1"},
		{"only TLS 1.0", "", ancient, true, nil, "neither TLS 1.2 nor TLS 1.3"},
		{"plain server", "", plain, true, nil, "plain connections"},
		{"TLS server, plain script", "", secure, false, nil, "wants TLS"},
		{"handshake cut", "", cut(secure, 100, faultproxy.FIN), true, nil, "closed the connection in the handshake"},
		{"handshake reset", "", cut(secure, 100, faultproxy.RST), true, nil, "closed the connection in the handshake"},
		{"unknown name", "no-such-host.invalid", plain, false, nil, "does not resolve"},
		{"unknown name, TLS", "no-such-host.invalid", secure, true, own.PEM, "does not resolve"},
	}
	for _, c := range cases {
		if c.host == "" {
			c.host = "127.0.0.1"
		}
		bench := &script.Module{Name: "bench", Consts: []script.Const{{Name: "host", Value: c.host}, {Name: "port", Value: c.port},
			{Name: "tls", Value: c.tls}, {Name: "ca", Value: string(c.ca)}}}
		for lang, text := range map[string]string{"py": connectPython, "star": connectStar} {
			t.Run(c.name+"/"+lang, func(t *testing.T) {
				r := scripttest.Source(t, "connect."+lang, text, scripttest.Options{Modules: []*script.Module{umqtt.Module(), mqtt.Module(), bench}})
				if r.Err == nil || !strings.Contains(r.Err.Error(), c.want) {
					t.Errorf("error %v, want %q", r.Err, c.want)
				}
				if strings.Contains(fmt.Sprint(r.Err), "client certificate") {
					t.Errorf("error %v blames the client's certificate", r.Err)
				}
			})
		}
	}
}

// A resolver that fails, or sends the script to where nobody listens, is said to.
func TestNamesThatLeadNowhere(t *testing.T) {
	bench := &script.Module{Name: "bench", Consts: []script.Const{{Name: "host", Value: "cloud.example"}, {Name: "port", Value: 1883},
		{Name: "tls", Value: false}, {Name: "ca", Value: ""}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	_ = l.Close()
	d, err := direct.New(direct.Config{}, direct.Options{Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
		return direct.Endpoint{Addr: closed}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for lang, text := range map[string]string{"py": connectPython, "star": connectStar} {
		r := scripttest.Source(t, "connect."+lang, text, scripttest.Options{Device: d, Modules: []*script.Module{umqtt.Module(), mqtt.Module(), bench}})
		if r.Err == nil || !strings.Contains(r.Err.Error(), "refuses connections") || !strings.Contains(r.Err.Error(), "cloud.example") {
			t.Errorf("%s: error %v", lang, r.Err)
		}
	}
}
