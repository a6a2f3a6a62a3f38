package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/cloud"
)

// TestWebPagesOfOtherSites: what a browser sends for a page of another site is refused.
func TestWebPagesOfOtherSites(t *testing.T) {
	c, _ := start(t, Options{})
	tests := []struct {
		method, header, value string
		status                int
	}{
		{"POST", "", "", 404}, // the device is not there: the call was taken
		{"POST", "Origin", "http://localhost:8080", 404},
		{"POST", "Origin", "http://evil.example", 403},
		{"POST", "Origin", "http://localhost:3000", 403},
		{"POST", "Origin", "null", 403},
		{"POST", "Sec-Fetch-Site", "cross-site", 403},
		{"GET", "Sec-Fetch-Site", "cross-site", 403},
		{"GET", "Sec-Fetch-Site", "same-site", 403},
		{"POST", "Sec-Fetch-Site", "same-origin", 404},
		{"POST", "Sec-Fetch-Site", "none", 404},
		{"POST", "Content-Type", "text/plain", 400},
		{"POST", "Content-Type", "text/plain;charset=UTF-8", 400},
		{"POST", "Content-Type", "application/x-www-form-urlencoded", 400},
		{"POST", "Content-Type", "multipart/form-data; boundary=x", 400},
		{"POST", "Content-Type", "application/json; charset=utf-8", 404},
		{"POST", "Host", "evil.example:8080", 403},
		{"POST", "Host", "localhost.evil.example", 403},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, base+"/devices/none/messages", strings.NewReader(`{"message":"x"}`))
		r.Host = "localhost:8080"
		if tt.header == "Host" {
			r.Host = tt.value
		} else if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		w := httptest.NewRecorder()
		Handler(c, Options{}).ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s with %s: %s: %d %s, want %d", tt.method, tt.header, tt.value, w.Code, w.Body, tt.status)
		}
	}
}

// TestSignedCalls: the date is of now, and the body is the one that was signed.
func TestSignedCalls(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	c, _ := start(t, Options{})
	h := Handler(c, Options{AccessKeys: map[string]string{"EMUAK": "EMUSK"}, Now: func() time.Time { return now }})
	const body = `{"message":"x"}`
	digest := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	tests := []struct {
		name, date, sent, digest, scope string
		status                          int
	}{
		{"right", "20300102T030405Z", body, "", "", 404},
		{"right, with the digest", "20300102T030405Z", body, digest(body), "", 404},
		{"right, derived", "20300102T030405Z", body, "", "20300102/cn-north-4/iotdm", 404},
		{"15 minutes late", "20300102T031905Z", body, "", "", 404},
		{"15 minutes early", "20300102T024905Z", body, "", "", 404},
		{"16 minutes late", "20300102T032005Z", body, "", "", 401},
		{"16 minutes early", "20300102T024805Z", body, "", "", 401},
		{"no date", "", body, "", "", 401},
		{"date of another form", "2030-01-02T03:04:05Z", body, "", "", 401},
		{"another body", "20300102T030405Z", `{"message":"y"}`, "", "", 401},
		{"another body behind the digest", "20300102T030405Z", `{"message":"y"}`, digest(body), "", 401},
		{"body not signed", "20300102T030405Z", body, "UNSIGNED-PAYLOAD", "", 401},
		{"scope of another day", "20300102T030405Z", body, "", "20300101/cn-north-4/iotdm", 401},
		{"scope of another service", "20300102T030405Z", body, "", "20300102/cn-north-4/obs", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", base+"/devices/none/messages", strings.NewReader(tt.sent))
			r.Host = "localhost"
			r.Header.Set("X-Sdk-Date", tt.date)
			if tt.digest != "" {
				r.Header.Set("X-Sdk-Content-Sha256", tt.digest)
			}
			sig := signature{algorithm: "SDK-HMAC-SHA256", access: "EMUAK", headers: []string{"x-sdk-date"}}
			form := "%s Access=%s, SignedHeaders=x-sdk-date, Signature=%s"
			access := sig.access
			if tt.scope != "" {
				sig.algorithm, sig.scope, form = "V11-HMAC-SHA256", tt.scope, strings.Replace(form, "Access", "Credential", 1)
				access += "/" + tt.scope
			}
			signed, err := sig.compute(r, []byte(body), "EMUSK")
			if err != nil {
				signed = "none"
			}
			r.Header.Set("Authorization", fmt.Sprintf(form, sig.algorithm, access, signed))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tt.status)
			}
		})
	}
}

// TestLargeBody: a body over the limit is said to be one, and is no wrong signature. It has no connection, as
// a server of HTTP closes that of a large body slowly.
func TestLargeBody(t *testing.T) {
	c, _ := start(t, Options{})
	for _, o := range []Options{{}, {AccessKeys: map[string]string{"a": "b"}}} {
		r := httptest.NewRequest("POST", base+"/devices", strings.NewReader(strings.Repeat("x", maxBody+1)))
		r.Host = "localhost"
		w := httptest.NewRecorder()
		Handler(c, o).ServeHTTP(w, r)
		if text := w.Body.String(); w.Code != 400 || !strings.Contains(text, "IOTDA.000008") || !strings.Contains(text, "more than 1048576 bytes") {
			t.Errorf("%d %s", w.Code, text)
		}
	}
}

// TestSecretsAreToldOnce: to who registers the device and to who resets its secret.
func TestSecretsAreToldOnce(t *testing.T) {
	_, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	const first, second, third = "first-secret", "second-secret", "third-secret"
	tell := func(method, path, body, secret string) {
		t.Helper()
		_, reply := call(method, base+path, body)
		text := fmt.Sprint(reply)
		for _, s := range []string{first, second, third} {
			if strings.Contains(text, s) != (s == secret) {
				t.Errorf("%s %s tells %s", method, path, text)
			}
		}
	}
	tell("POST", "/devices", `{"node_id":"n1","product_id":"prod","auth_info":{"secret":"`+first+`"}}`, first)
	tell("GET", "/devices/prod_n1", "", "")
	tell("PUT", "/devices/prod_n1", `{"device_name":"N"}`, "")
	tell("POST", "/devices/prod_n1/action?action_id=resetSecret", `{"secret":"`+second+`"}`, second)
	tell("POST", "/devices/prod_n1/action?action_id=resetSecret", `{"secret":"`+third+`","secret_type":"SECONDARY"}`, third)
	tell("GET", "/devices/prod_n1", "", "")
	tell("GET", "/devices", "", "")
	if _, reply := call("GET", base+"/devices/prod_n1", ""); reply["auth_info"].(map[string]any)["secret"] != hidden {
		t.Errorf("%v", reply)
	}
}

// TestBinaryMessages: bytes arrive as they are, and are shown in base64.
func TestBinaryMessages(t *testing.T) {
	c, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	call("POST", base+"/devices", `{"node_id":"n1","product_id":"prod"}`)
	d, err := c.Device("prod_n1")
	if err != nil {
		t.Fatal(err)
	}
	info := cloud.ConnectInfo(d.ID, d.Secret, cloud.SignAnyTime, time.Now())
	got := make(chan []byte, 1)
	o := paho.NewClientOptions().AddBroker("tcp://" + c.Addr()).SetClientID(info.ClientID).SetUsername(info.Username).
		SetPassword(info.Password).SetKeepAlive(60 * time.Second).SetAutoReconnect(false).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { got <- m.Payload() })
	cl := paho.NewClient(o)
	if token := cl.Connect(); !token.WaitTimeout(10*time.Second) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	t.Cleanup(func() { cl.Disconnect(0) })
	const text = "AP/+gIGCww=="
	if status, reply := call("POST", base+"/devices/prod_n1/messages", `{"message_id":"b","message":"`+text+`","encoding":"base64"}`); status != 201 {
		t.Fatal(reply)
	}
	select {
	case b := <-got:
		if string(b) != "\x00\xff\xfe\x80\x81\x82\xc3" {
			t.Errorf("got % x", b)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no message")
	}
	if _, reply := call("GET", base+"/devices/prod_n1/messages/b", ""); reply["message"] != text || reply["encoding"] != "base64" || reply["status"] != "DELIVERED" {
		t.Errorf("%v", reply)
	}
}
