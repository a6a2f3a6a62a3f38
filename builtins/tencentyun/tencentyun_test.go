package tencentyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"testing"

	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	hmacmodule "quecstar/builtins/hmac"
	"quecstar/builtins/request"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/ucryptolib"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/uio"
	"quecstar/builtins/ujson"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/urandom"
	"quecstar/builtins/usocket"
	"quecstar/builtins/utime"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func modules() []*script.Module {
	return []*script.Module{Module(), umqtt.Module(), hmacmodule.Module(), thread.Module(), utime.Module(), ujson.Module(), uio.Module(),
		ubinascii.Module(), urandom.Module(), request.Module(), usocket.Module(), usocket.TLSModule(), ucryptolib.Module(), uhashlib.Module()}
}

// TestConnection looks at what the platform is told, and has a message come back.
func TestConnection(t *testing.T) {
	connects := make(chan packets.Packet, 1)
	broker := brokertest.StartMochi(t, brokertest.Rules{Connected: func(p packets.Packet) { connects <- p }})
	d, err := direct.New(direct.Config{}, direct.Options{Resolve: func(_ context.Context, host string, port int, _ bool) (direct.Endpoint, error) {
		if host != "PID1.iotcloud.tencentdevices.com" || port != 1883 {
			return direct.Endpoint{}, fmt.Errorf("asked for %s:%d", host, port)
		}
		return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "t.py", `
from TenCentYun import TXyun
import _thread
got = _thread.allocate_lock()
got.acquire()
def cb(topic, msg):
    print(topic, msg)
    got.release()
tx = TXyun("PID1", "dev", "c2VjcmV0", None)
print(tx.getTXyunsta(), tx.setMqtt(), tx.getTXyunsta())
tx.setCallback(cb)
print(tx.subscribe("PID1/dev/control"))
tx.start()
sent = tx.publish("PID1/dev/control", "hello")
got.acquire()
print(sent)
tx.disconnect()
print(tx.getTXyunsta())
`, scripttest.Options{Device: d, Modules: modules()})
	want := "-1 0 0\n0\nb'PID1/dev/control' b'hello'\n0\n-1\n"
	if r.Err != nil || r.Stdout != want {
		t.Fatalf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
	p := <-connects
	user := string(p.Connect.Username)
	key, err := base64.StdEncoding.DecodeString("c2VjcmV0")
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(user))
	if p.Connect.ClientIdentifier != "PID1dev" || !regexp.MustCompile(`^PID1dev;12010126;[A-Za-z0-9]{5};\d+$`).MatchString(user) || string(p.Connect.Password) != hex.EncodeToString(mac.Sum(nil))+";hmacsha256" {
		t.Errorf("told %q %q %q", p.Connect.ClientIdentifier, user, p.Connect.Password)
	}
}
