package aliyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	hmacmodule "quecstar/builtins/hmac"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/utime"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
`, scripttest.Options{Device: d, Modules: []*script.Module{Module(), umqtt.Module(), hmacmodule.Module(), thread.Module(), utime.Module()}})
	want := "-1 0 0\n0\nb'/pk1/dev/user/get' b'hello'\n0\n3\n"
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

// TestSecrets: a ProductSecret alone is refused, no secret at all is the platform's matter.
func TestSecrets(t *testing.T) {
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
try:
    aLiYun("pk1", "product secret", "dev", None).setMqtt("me")
except NotImplementedError as e:
    print(e)
ali = aLiYun("pk1", None, "dev", "")
print(ali.setMqtt("me", clean_session=True))
ali.disconnect()
`, scripttest.Options{Device: d, Modules: []*script.Module{Module(), umqtt.Module(), hmacmodule.Module(), thread.Module(), utime.Module()}})
	if want := "aLiYun: a DeviceSecret is needed: getting one by the ProductSecret is not there yet\n0\n"; r.Err != nil || r.Stdout != want {
		t.Fatalf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
}
