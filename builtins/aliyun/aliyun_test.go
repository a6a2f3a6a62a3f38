package aliyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	hmacmodule "quecstar/builtins/hmac"
	"quecstar/builtins/request"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uio"
	"quecstar/builtins/ujson"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/urandom"
	"quecstar/builtins/usocket"
	"quecstar/builtins/utime"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func modules() []*script.Module {
	return []*script.Module{Module(), umqtt.Module(), hmacmodule.Module(), thread.Module(), utime.Module(), ujson.Module(), uio.Module(),
		request.Module(), usocket.Module(), usocket.TLSModule(), ubinascii.Module(), urandom.Module()}
}

// TestConnection looks at what the platform is told, and has a message come back.
func TestConnection(t *testing.T) {
	connects := make(chan packets.Packet, 1)
	broker := brokertest.StartMochi(t, brokertest.Rules{Connected: func(p packets.Packet) { connects <- p }})
	d, err := direct.New(direct.Config{}, direct.Options{Resolve: func(_ context.Context, host string, port int, _ bool) (direct.Endpoint, error) {
		if host != "pk1.iot-as-mqtt.cn-shanghai.aliyuncs.com" || port != 1883 {
			return direct.Endpoint{}, fmt.Errorf("asked for %s:%d", host, port)
		}
		return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "a.py", `
from aLiYun import aLiYun
import _thread
got = _thread.allocate_lock()
got.acquire()
def cb(topic, msg):
    print(topic, msg)
    got.release()
ali = aLiYun("pk1", None, "dev", "secret")
print(ali.getAliyunSta(), ali.setMqtt("me", clean_session=True, keepAlive=300), ali.getAliyunSta())
ali.setCallback(cb)
print(ali.subscribe("/pk1/dev/user/get"))
ali.start()
sent = ali.publish("/pk1/dev/user/get", "hello", qos=1)
got.acquire()
print(sent)
ali.disconnect()
print(ali.getAliyunSta())
`, scripttest.Options{Device: d, Modules: modules()})
	want := "-1 0 0\n0\nb'/pk1/dev/user/get' b'hello'\n0\n-1\n"
	if r.Err != nil || r.Stdout != want {
		t.Fatalf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte("clientIdmedeviceNamedevproductKeypk1"))
	p := <-connects
	if p.Connect.ClientIdentifier != "me|securemode=3,signmethod=hmacsha256|" || string(p.Connect.Username) != "dev&pk1" || string(p.Connect.Password) != hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("told %q %q %q", p.Connect.ClientIdentifier, p.Connect.Username, p.Connect.Password)
	}
}

// The callback that is set before setMqtt hears once of a lost connection; the secret that a file keeps
// is taken.
func TestLossIsToldOnce(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	var events event.Stream
	d, err := direct.New(direct.Config{}, direct.Options{Events: events.Emit, Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
		return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	go func() {
		_, _, err := events.Wait(t.Context(), 0, func(e event.Event) bool { return e.Kind == event.Publish && e.Topic == "ready" })
		if cl, ok := broker.Clients.Get("me|securemode=3,signmethod=hmacsha256|"); err == nil && ok {
			cl.Stop(errors.New("the test ends the connection"))
		}
	}()
	r := scripttest.Source(t, "l.py", `
from aLiYun import aLiYun
import utime
with open("/usr/secret.json", "w") as f:
    f.write('{"dev": "kept"}')
told = []
ali = aLiYun("pk1", "product", "dev", None)
ali.error_register_cb(callback=lambda e: told.append(type(e) is str))
print(ali.setMqtt("me", reconn=False), ali.DeviceSecret)
ali.setCallback(lambda topic, msg: None)
ali.start()
ali.publish("ready", "")
while not told:
    utime.sleep_ms(1)
while ali.getAliyunSta() == 0:
    utime.sleep_ms(1)
print(told, ali.getAliyunSta())
ali.disconnect()
try:
    aLiYun("pk1", None, "other", None).setMqtt("me")
except ValueError as e:
    print(e)
`, scripttest.Options{Device: d, Events: &events, Modules: modules()})
	if want := "0 kept\n[True] 2\naLiYun: the device needs a DeviceSecret, or a productSecret to get one by\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
}

// An empty secret is the platform's matter.
func TestEmptySecret(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	d, err := direct.New(direct.Config{}, direct.Options{Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
		return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "a.py", `
from aLiYun import aLiYun
ali = aLiYun("pk1", None, "dev", "")
print(ali.setMqtt("me", clean_session=True))
ali.disconnect()
`, scripttest.Options{Device: d, Modules: modules()})
	if r.Err != nil || r.Stdout != "0\n" {
		t.Fatalf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
}
