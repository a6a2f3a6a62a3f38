package aliyun

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

// registrar is the platform's side of a registration: it gives "given" to the device dev of a product
// whose secret is "product".
func registrar(w http.ResponseWriter, r *http.Request) {
	mac := hmac.New(sha256.New, []byte("product"))
	_, _ = fmt.Fprintf(mac, "deviceName%sproductKey%srandom%s", r.PostFormValue("deviceName"), r.PostFormValue("productKey"), r.PostFormValue("random"))
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/auth/register/device" || r.PostFormValue("signMethod") != "hmacsha256" || r.PostFormValue("random") == "":
		http.NotFound(w, r)
	case r.PostFormValue("sign") != hex.EncodeToString(mac.Sum(nil)):
		_, _ = fmt.Fprint(w, `{"code": 6288, "message": "wrong sign"}`)
	default:
		_, _ = fmt.Fprintf(w, `{"code": 200, "data": {"productKey": %q, "deviceName": %q, "deviceSecret": "given"}, "message": "success"}`,
			r.PostFormValue("productKey"), r.PostFormValue("deviceName"))
	}
}

// A device that has only its product's secret gets its own from the platform, once.
func TestRegistration(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); registrar(w, r) }))
	defer s.Close()
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	hosts := map[string]bool{}
	d, err := direct.New(direct.Config{}, direct.Options{
		Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
			return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
		},
		Reach: func(host string) (string, error) {
			hosts[host] = true
			return s.Listener.Addr().String(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "r.py", `
from aLiYun import aLiYun
for secret, server in (("wrong", None), ("product", None), ("no more", None)):
    ali = aLiYun("pk1", secret, "dev", None, server)
    print(ali.setMqtt("me"), ali.DeviceSecret)
    if ali.mqtt_client:
        ali.disconnect()
ali = aLiYun("pk1", "product", "other", None, "pk1.iot-as-mqtt.ap-southeast-1.aliyuncs.com")
print(ali.setMqtt("me"), ali.DeviceSecret)
ali.disconnect()
print(open("/usr/secret.json").read())
`, scripttest.Options{Device: d, Modules: modules()})
	want := `aLiYun: the registration of dev failed: the platform says wrong sign
-1 None
0 given
0 given
0 given
{"dev": "given", "other": "given"}
`
	if r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
	if asked.Load() != 3 || len(hosts) != 2 || !hosts["iot-auth.cn-shanghai.aliyuncs.com"] || !hosts["iot-auth.ap-southeast-1.aliyuncs.com"] {
		t.Errorf("asked %d times of %v", asked.Load(), hosts)
	}
}
