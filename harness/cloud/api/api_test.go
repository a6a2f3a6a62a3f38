package api

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"go.uber.org/goleak"

	"quecstar/harness/cloud"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const base = "/v5/iot/p1"

func start(t testing.TB, o Options) (*cloud.Cloud, func(method, path, body string) (int, map[string]any)) {
	t.Helper()
	c, err := cloud.Start(cloud.Options{CommandTimeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Serve(c, "127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	client := &http.Client{Transport: transport}
	return c, func(method, path, body string) (int, map[string]any) {
		t.Helper()
		req, err := http.NewRequest(method, "http://"+s.Addr()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Header.Get("X-Request-Id") == "" {
			t.Error("no X-Request-Id")
		}
		out := map[string]any{}
		if len(text) > 0 {
			if err := json.Unmarshal(text, &out); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		return resp.StatusCode, out
	}
}

const productBody = `{"product_id":"prod","name":"n","device_type":"t","protocol_type":"MQTT","data_format":"json",
"service_capabilities":[{"service_id":"Valve","service_type":"Valve","properties":[{"property_name":"limit","data_type":"int","method":"RW"},{"property_name":"read","data_type":"int","method":"R"}],
"commands":[{"command_name":"Set","paras":[{"para_name":"open","data_type":"int"},{"para_name":"mode","data_type":"string"}]}]}]}`

func TestRegistry(t *testing.T) {
	_, call := start(t, Options{})
	steps := []struct {
		method, path, body string
		status             int
		has                string // somewhere in the reply
	}{
		{"POST", "/products", productBody, 201, `"app_id":"quecstar"`},
		{"POST", "/products", productBody, 400, "IOTDA.014031"},
		{"POST", "/products", `{"name":"x"}`, 400, "IOTDA.000006"},
		{"GET", "/products/prod", "", 200, `"service_id":"Valve"`},
		{"GET", "/products?limit=1", "", 200, `"count":1`},
		{"GET", "/products?limit=0", "", 400, "IOTDA.000017"},
		{"PUT", "/products/prod", `{"description":"d"}`, 200, `"description":"d"`},
		{"GET", "/products/none", "", 404, "IOTDA.014204"},
		{"POST", "/devices", `{"node_id":"n1","product_id":"prod","device_name":"D"}`, 201, `"status":"INACTIVE"`},
		{"POST", "/devices", `{"node_id":"n1","product_id":"prod"}`, 400, "IOTDA.014031"},
		{"POST", "/devices", `{"node_id":"n2","product_id":"none"}`, 404, "IOTDA.014204"},
		{"POST", "/devices", `{"node_id":"n2","product_id":"prod","auth_info":{"secret":"short"}}`, 400, "IOTDA.000006"},
		{"POST", "/devices", `{"node_id":"n2","product_id":"prod","auth_info":{"secret":"long-enough"}}`, 201, `"secret":"long-enough"`},
		{"GET", "/devices?product_id=prod&limit=1", "", 200, `"device_id":"prod_n2"`},
		{"GET", "/devices?product_id=prod&limit=1&marker=000000000000000000000003", "", 200, `"device_id":"prod_n1"`},
		{"GET", "/devices/prod_n1", "", 200, `"product_name":"n"`},
		{"PUT", "/devices/prod_n1", `{"device_name":"E"}`, 200, `"device_name":"E"`},
		{"POST", "/devices/prod_n1/action?action_id=resetSecret", `{"secret":"another-one"}`, 200, "another-one"},
		{"POST", "/devices/prod_n1/action?action_id=no", "", 400, "IOTDA.000006"},
		{"POST", "/devices/prod_n1/freeze", "", 204, ""},
		{"GET", "/devices/prod_n1", "", 200, `"status":"FROZEN"`},
		{"POST", "/devices/prod_n1/unfreeze", "", 204, ""},
		{"DELETE", "/products/prod", "", 400, "has devices"},
		{"DELETE", "/devices/prod_n1", "", 204, ""},
		{"DELETE", "/devices/prod_n1", "", 404, "IOTDA.014000"},
		{"POST", "/devices", `{`, 400, "IOTDA.000008"},
		{"POST", "/devices", `[1,2]`, 400, "IOTDA.000008"},
		{"GET", "/nothing", "", 404, "IOTDA.000029"},
		{"PATCH", "/devices", "", 404, "IOTDA.000029"},
	}
	for _, s := range steps {
		status, reply := call(s.method, base+s.path, s.body)
		text, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		if status != s.status || !strings.Contains(string(text), s.has) {
			t.Errorf("%s %s: %d %s, want %d with %s", s.method, s.path, status, text, s.status, s.has)
		}
	}
}

// connectDevice connects a device that answers commands and requests for properties.
func connectDevice(t testing.TB, c *cloud.Cloud, id string) {
	t.Helper()
	d, err := c.Device(id)
	if err != nil {
		t.Fatal(err)
	}
	info := cloud.ConnectInfo(id, d.Secret, cloud.SignAnyTime, time.Now())
	o := paho.NewClientOptions().AddBroker("tcp://" + c.Addr()).SetClientID(info.ClientID).SetUsername(info.Username).
		SetPassword(info.Password).SetKeepAlive(60 * time.Second).SetAutoReconnect(false).SetOrderMatters(false)
	o.SetDefaultPublishHandler(func(cl paho.Client, m paho.Message) {
		before, request, ok := strings.Cut(m.Topic(), "/request_id=")
		if !ok || strings.Contains(string(m.Payload()), "silent") {
			return
		}
		answer := `{"result_code":0,"services":[]}`
		cl.Publish(before+"/response/request_id="+request, 1, false, answer)
	})
	cl := paho.NewClient(o)
	token := cl.Connect()
	if !token.WaitTimeout(10*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	t.Cleanup(func() { cl.Disconnect(0) })
}

func TestRequestsToADevice(t *testing.T) {
	c, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	call("POST", base+"/devices", `{"node_id":"n1","product_id":"prod"}`)
	path := base + "/devices/prod_n1"
	check := func(method, suffix, body string, status int, has string) {
		t.Helper()
		got, reply := call(method, path+suffix, body)
		text, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		if got != status || !strings.Contains(string(text), has) {
			t.Errorf("%s %s: %d %s, want %d with %s", method, suffix, got, text, status, has)
		}
	}
	check("POST", "/commands", `{"service_id":"Valve","command_name":"Set","paras":{"open":1}}`, 403, "IOTDA.014016")
	check("POST", "/messages", `{"message_id":"m1","message":{"k":1}}`, 201, "PENDING")
	check("POST", "/messages", `{"message_id":"m1","message":"x"}`, 400, "QUECSTAR.000001")
	check("POST", "/messages", `{"message":"x","ttl":2000}`, 400, "IOTDA.000006")
	check("POST", "/messages", `{}`, 400, "message is wanted")
	connectDevice(t, c, "prod_n1")
	check("POST", "/commands", `{"service_id":"Valve","command_name":"Set","paras":{"open":1}}`, 200, `"result_code":0`)
	check("POST", "/commands", `{"service_id":"Valve","command_name":"None","paras":{}}`, 400, "IOTDA.000006")
	check("POST", "/commands", `{"service_id":"Valve","command_name":"Set","paras":{"mode":"silent"}}`, 200, "IOTDA.014111")
	check("GET", "/properties?service_id=Valve", "", 200, `"response"`)
	check("PUT", "/properties", `{"services":[{"service_id":"Valve","properties":{"limit":1}}]}`, 200, `"result_code":0`)
	check("PUT", "/properties", `{}`, 400, "services are wanted")
	check("POST", "/messages", `{"message_id":"m2","message":"aGk=","encoding":"base64"}`, 201, "DELIVERED")
	check("GET", "/messages", "", 200, `"message_id":"m2"`)
	check("GET", "/messages/m1", "", 200, "DELIVERED")
	check("GET", "/messages/m9", "", 404, "")
	check("PUT", "/shadow", `{"shadow":[{"service_id":"Valve","desired":{"limit":4}}]}`, 200, `"limit":4`)
	check("PUT", "/shadow", `{"shadow":[{"service_id":"Valve","desired":{},"version":77}]}`, 400, "version")
	check("DELETE", "/shadow", "", 204, "")
	check("GET", "/shadow", "", 200, `"shadow":[]`)
}

// TestSignatures checks the vectors that the vendor's own client computed.
func TestSignatures(t *testing.T) {
	tests := []struct{ method, target, body, authorization string }{
		{"GET", "/v5/iot/p1/devices?limit=5", "", "SDK-HMAC-SHA256 Access=EMUAK, SignedHeaders=user-agent;x-project-id;x-sdk-date, Signature=5d537dc113dd5ef1630299e431097809fabd5e521ec1ca4a6c65b492735cb704"},
		{"GET", "/v5/iot/p1/devices?limit=5", "", "V11-HMAC-SHA256 Credential=EMUAK/20240102/cn-north-4/iotdm, SignedHeaders=user-agent;x-project-id;x-sdk-date, Signature=c282d427d00a954218dc17b558178854423e841e54a2856ff908a3fe0906bb65"},
		{"POST", "/v5/iot/p1/devices/p1_n1/messages", "{\"message\":\"hi\"}\n", "SDK-HMAC-SHA256 Access=EMUAK, SignedHeaders=user-agent;x-project-id;x-sdk-date, Signature=afc37d9dc8126ad8c5f4d13d0e60f8e8a111415b60f4bce179bdc3356897ab1f"},
		{"POST", "/v5/iot/p1/devices/p1_n1/messages", "{\"message\":\"hi\"}\n", "V11-HMAC-SHA256 Credential=EMUAK/20240102/cn-north-4/iotdm, SignedHeaders=user-agent;x-project-id;x-sdk-date, Signature=cb82dc8e75a877adca717583972b13df6a268d84ba93873dd5263d044e91f6ba"},
	}
	s := &server{opts: Options{AccessKeys: map[string]string{"EMUAK": "EMUSK"}}}
	for _, tt := range tests {
		for _, spoil := range []bool{false, true} {
			r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
			r.Header.Set("User-Agent", "huaweicloud-usdk-go/3.0; emu")
			r.Header.Set("X-Project-Id", "p1")
			r.Header.Set("X-Sdk-Date", "20240102T030405Z")
			r.Header.Set("Authorization", tt.authorization)
			if spoil {
				r.Header.Set("X-Project-Id", "p2")
			}
			if err := s.authenticate(r, r.Body); (err != nil) != spoil {
				t.Errorf("%s %s, spoilt %v: %v", tt.method, tt.authorization[:4], spoil, err)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	c, call := start(t, Options{AccessKeys: map[string]string{"a": "b"}})
	if status, reply := call("GET", base+"/devices", ""); status != 401 || reply["error_code"] != "IOTDA.000002" {
		t.Errorf("unsigned: %d %v", status, reply)
	}
	for host, want := range map[string]int{"evil.example": 403, "localhost:80": 200, "127.0.0.1": 200, "[::1]:8": 200} {
		r := httptest.NewRequest("GET", base+"/devices", nil)
		r.Host = host
		w := httptest.NewRecorder()
		Handler(c, Options{}).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %s: %d, want %d", host, w.Code, want)
		}
	}
	big := httptest.NewRequest("POST", "http://localhost"+base+"/devices", strings.NewReader(`"`+strings.Repeat("x", maxBody)))
	w := httptest.NewRecorder()
	Handler(c, Options{}).ServeHTTP(w, big)
	if w.Code != 400 {
		t.Errorf("a large body: %d", w.Code)
	}
}

// FuzzRequest sends whatever to every kind of request.
func FuzzRequest(f *testing.F) {
	c, call := start(f, Options{})
	call("POST", base+"/products", productBody)
	call("POST", base+"/devices", `{"node_id":"n1","product_id":"prod"}`)
	h := Handler(c, Options{})
	f.Add("POST", "/devices/prod_n1/messages", `{"message":"x","ttl":5}`)
	f.Add("PUT", "/devices/prod_n1/shadow", `{"shadow":[{"service_id":"Valve","desired":{"limit":null}}]}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://localhost"+base+path, strings.NewReader(body))
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s %s: %d", method, path, body, w.Code)
		}
	})
}

// TestHalfARequestEnds: a request whose body does not come whole ends by a time-out.
func TestHalfARequestEnds(t *testing.T) {
	c, err := cloud.Start(cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	s, err := Serve(c, "127.0.0.1:0", Options{ReadTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, half := range []string{"POST /v5/iot/p1/devices HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"node",
		"POST /v5/iot/p1/dev"} {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, half); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if answer, err := io.ReadAll(conn); err != nil {
			t.Errorf("%q: %v, %q", half, err, answer)
		}
		_ = conn.Close()
	}
}
