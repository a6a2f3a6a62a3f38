package umqtt

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/script"
)

// secured connects with TLS as the bench module says, and prints what happens.
const secured = `
import bench
from umqtt import MQTTClient

def go(host, **params):
    c = MQTTClient("tls", host, bench.port, user="me", password="secret-word", keepalive=60, ssl=True, ssl_params=params)
    c.set_callback(lambda topic, msg: print(topic, msg))
    try:
        c.connect()
    except ValueError as e:
        print(e)
        return
    c.subscribe("t", 1)
    c.publish("t", "hello", qos=1)
    c.wait_msg()
    c.disconnect()

`

// A real mosquitto with passwords, TLS and client certificates, as scripts reach it.
func TestTLSWithClientCertificate(t *testing.T) {
	own, other := brokertest.NewAuthority(t), brokertest.NewAuthority(t)
	server, client := own.Server(t, "127.0.0.1", time.Now().Add(time.Hour)), own.Client(t, "tls")
	broker := brokertest.StartMosquitto(t, brokertest.Options{User: "me", Password: "secret-word", TLS: &server, ClientCA: own.PEM})
	bench := &script.Module{Name: "bench", Consts: []script.Const{{Name: "port", Value: broker.Port}, {Name: "ca", Value: string(own.PEM)},
		{Name: "other", Value: other.PEM}, {Name: "cert", Value: string(client.Cert)}, {Name: "key", Value: client.Key}}}
	cases := []struct{ call, want string }{
		{`go("127.0.0.1", ca=bench.ca, cert=bench.cert, key=bench.key)`, "b't' b'hello'"},
		{`go("127.0.0.1", cert=bench.cert, key=bench.key)`, "b't' b'hello'"},
		{`go("127.0.0.1", cert=bench.ca)`, "asks for a client certificate"},
		{`go("127.0.0.1", ca=bench.other, cert=bench.cert, key=bench.key)`, "authority"},
		{`go("localhost", ca=bench.ca, cert=bench.cert, key=bench.key)`, "not for localhost"},
		{`go("127.0.0.1", ca=bench.ca, cert=bench.key, key=bench.key)`, "certificate"},
	}
	for _, c := range cases {
		r := scripttest.Source(t, "tls.py", secured+c.call+"\n", scripttest.Options{Modules: append(modules(), bench)})
		if r.Err != nil || !strings.Contains(r.Stdout, c.want) || strings.Count(r.Stdout, "\n") != 1 {
			t.Errorf("%s printed %q, error %v, want %q", c.call, r.Stdout, r.Err, c.want)
		}
		all, _ := r.Events.Since(0)
		if strings.Contains(fmt.Sprintf("%+v", all), "secret-word") {
			t.Errorf("%s: the password is in the events", c.call)
		}
	}
}
