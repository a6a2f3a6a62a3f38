package sdktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
)

// provisioned is a cloud whose API is called without a signature, and a client of its provisioning service.
type provisioned struct {
	t     *testing.T
	cloud *cloud.Cloud
	addr  string // of MQTTS
	url   string // of the API
}

func provisioning(t *testing.T) *provisioned {
	t.Helper()
	c, err := cloud.Start(cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := api.Serve(c, "127.0.0.1:0", api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), c.Close()); err != nil {
			t.Error(err)
		}
	})
	addr, err := c.ListenTLS("")
	if err != nil {
		t.Fatal(err)
	}
	return &provisioned{t, c, addr, "http://" + s.Addr()}
}

// post makes something by the API.
func (p *provisioned) post(path, body string, status int) object {
	p.t.Helper()
	resp, err := http.Post(p.url+path, "application/json", bytes.NewBufferString(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	o := object{}
	if err := json.NewDecoder(resp.Body).Decode(&o); err != nil || resp.StatusCode != status {
		p.t.Fatalf("%s %s: %s, %v, %v", path, body, resp.Status, o, err)
	}
	return o
}

func mac(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

// connect connects a device, by TLS or without.
func (p *provisioned) connect(secure bool, name, clientID, user, password string, certs ...tls.Certificate) (paho.Client, error) {
	p.t.Helper()
	o := paho.NewClientOptions().SetClientID(clientID).SetUsername(user).SetPassword(password).SetKeepAlive(60 * time.Second).
		SetAutoReconnect(false).SetConnectRetry(false)
	if secure {
		config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: name, Certificates: certs}
		config.RootCAs.AppendCertsFromPEM(p.cloud.CAPEM())
		o.AddBroker("ssl://" + p.addr).SetTLSConfig(config)
	} else {
		o.AddBroker("tcp://" + p.cloud.Addr())
	}
	client := paho.NewClient(o)
	token := client.Connect()
	if !token.WaitTimeout(patience) {
		p.t.Fatalf("%s: no answer", clientID)
	}
	if token.Error() == nil {
		p.t.Cleanup(func() { client.Disconnect(0) })
	}
	return client, token.Error()
}

// ask asks where the platform is; nil is no answer.
func (p *provisioned) ask(client paho.Client, id, body string, wait time.Duration) object {
	p.t.Helper()
	got := make(chan []byte, 1)
	if token := client.Subscribe("$oc/devices/"+id+"/sys/bootstrap/down", 0, func(_ paho.Client, m paho.Message) { got <- m.Payload() }); !token.WaitTimeout(patience) || token.Error() != nil {
		p.t.Fatal(token.Error())
	}
	client.Publish("$oc/devices/"+id+"/sys/bootstrap/up", 1, false, body)
	select {
	case text := <-got:
		o := object{}
		if err := json.Unmarshal(text, &o); err != nil {
			p.t.Fatalf("%s: %v", text, err)
		}
		return o
	case <-time.After(wait):
		return nil
	}
}

const silence = 300 * time.Millisecond

// TestBootstrap: devices that ask the provisioning service where their platform is, by a registration group's secret,
// its authority, or as they are registered; the platform itself they reach by what they are told.
func TestBootstrap(t *testing.T) {
	p := provisioning(t)
	const stamp = "2026010100"
	product, _ := p.post("/v5/iot/p1/products", `{"name":"n","device_type":"t","protocol_type":"MQTT","data_format":"json","service_capabilities":[]}`, 201)["product_id"].(string)
	group := p.post("/v5/iotps/p1/registration-groups", `{"group_name":"g","product_id":"`+product+`","static_keyword":"line-3","init_config":"{\"a\":1}"}`, 201)
	scope, _ := group["scope_id"].(string)
	secret, _ := group["secret"].(string)
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || scope == "" {
		t.Fatalf("%v, %v", group, err)
	}
	derived := mac("dev-42", string(key))
	in := func(secure bool, password string) (paho.Client, error) {
		return p.connect(secure, "localhost", "dev-42_0_"+scope+"_0_"+stamp, "dev-42", password)
	}
	if _, err := in(false, mac(stamp, derived)); err == nil {
		t.Error("it gets in without TLS")
	}
	if _, err := in(true, mac(stamp, "wrong")); err == nil {
		t.Error("it gets in by a wrong password")
	}
	client, err := in(true, mac(stamp, derived))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := p.cloud.Device("dev-42"); err != nil || d.ProductID != product || d.Status != "INACTIVE" {
		t.Errorf("%+v, %v", d, err)
	}
	if o := p.ask(client, "dev-42", `{"baseStrategyKeyword":"line-4"}`, silence); o != nil {
		t.Errorf("a keyword that no policy has: %v", o)
	}
	if o := p.ask(client, "dev-42", `no json`, silence); o != nil {
		t.Errorf("no JSON: %v", o)
	}
	o := p.ask(client, "dev-42", `{"baseStrategyKeyword":"line-3"}`, patience)
	own, _ := o["deviceSecret"].(string)
	if o["address"] != p.addr || o["initConfig"] != `{"a":1}` || own == "" {
		t.Fatalf("%v", o)
	}
	if token := client.Subscribe("$oc/devices/dev-42/sys/messages/down", 1, nil).(*paho.SubscribeToken); token.WaitTimeout(patience) && token.Result()["$oc/devices/dev-42/sys/messages/down"] != 0x80 {
		t.Error("the provisioning service grants a topic of the platform's")
	}
	if _, err := p.connect(true, "localhost", "dev-42_0_0_"+stamp, "dev-42", mac(stamp, own)); err != nil {
		t.Errorf("the platform: %v", err)
	}
	if d, _ := p.cloud.Device("dev-42"); d.Status != "ONLINE" {
		t.Errorf("it is %s", d.Status)
	}

	// One of a group of certificates, whose id begins with its product.
	ca, caKey, sign := authority(t, "factory")
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	made := p.post("/v5/iot/p1/certificates", `{"content":`+text(ca)+`}`, 201)
	id, _ := made["certificate_id"].(string)
	code, _ := made["verify_code"].(string)
	certs := p.post("/v5/iotps/p1/registration-groups", `{"group_name":"c","auth_type":"CERTIFICATES","certificate_id":"`+id+`"}`, 201)
	scope, _ = certs["scope_id"].(string)
	cert := issued(t, ca, caKey, "one", 10)
	if _, err := p.connect(true, "localhost", product+"_c_0_"+scope, product+"_c", "", cert); err == nil {
		t.Error("the authority is not verified, and its device gets in")
	}
	resp, err := http.Post(p.url+"/v5/iot/p1/certificates/"+id+"/action?action_id=verify", "application/json", bytes.NewBufferString(`{"verify_content":`+text(sign(code))+`}`))
	if err != nil || resp.StatusCode/100 != 2 {
		t.Fatal(resp, err)
	}
	_ = resp.Body.Close()
	if client, err = p.connect(true, "localhost", product+"_c_0_"+scope, product+"_c", "", cert); err != nil {
		t.Fatal(err)
	}
	if o := p.ask(client, product+"_c", "", patience); o["address"] != p.addr || o["initConfig"] != "{}" {
		t.Errorf("%v", o)
	}
	if _, err := p.connect(true, "localhost", "x_0_"+scope, "x", "", cert); err == nil {
		t.Error("a device of no product gets in")
	}
	if _, err := p.connect(true, "localhost", product+"_c_0_"+scope, product+"_c", ""); err == nil {
		t.Error("a device without a certificate gets in")
	}

	// One that is registered, at the provisioning service's name.
	d, err := p.cloud.AddDevice(cloud.Device{NodeID: "r", ProductID: product, Secret: "a-secret-of-it"})
	if err != nil {
		t.Fatal(err)
	}
	if client, err = p.connect(true, "iot-bs.cn-north-4.myhuaweicloud.com", d.ID+"_0_0_"+stamp, d.ID, mac(stamp, d.Secret)); err != nil {
		t.Fatal(err)
	}
	if o := p.ask(client, d.ID, "", patience); o["address"] != p.addr {
		t.Errorf("%v", o)
	}
	if d, _ := p.cloud.Device(d.ID); d.Status != "INACTIVE" {
		t.Errorf("at the provisioning service it is %s", d.Status)
	}
	for _, bad := range []string{`{"group_name":"b","secret":"not base64!"}`, `{"group_name":"b","init_config":"{"}`, `{"group_name":"b","auth_type":"TRUST"}`, `{}`} {
		if o := p.post("/v5/iotps/p1/registration-groups", bad, 400); o["error_code"] != "IOTDA.000006" {
			t.Errorf("%s: %v", bad, o)
		}
	}
}
