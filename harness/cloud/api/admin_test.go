package api

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"quecstar/harness/cloud"
)

// TestAdmin: a test has the cloud do by HTTP what a suite's fixture does.
func TestAdmin(t *testing.T) {
	c, call := start(t, Options{})
	if _, err := c.AddDevice(cloud.Device{ID: "d", Secret: "s"}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string // part of the answer, as Go prints it
	}{
		{"POST", "faults", `{"fault":"lose_puback","device":"d","count":1}`, 201,
			"count:1 device:d fault:lose_puback fault_id:1 hits:0"},
		{"POST", "faults", `{"fault":"fail_call","status":503,"error":"IOTDA.000001","path":"/products","count":1}`,
			201, "status:503"},
		{"POST", "faults", `{"fault":"tls","certificate":"expired"}`, 201, "certificate:expired"},
		{"GET", "faults", "", 200, "fault_id:3"},
		{"DELETE", "faults/3", "", 204, ""},
		{"DELETE", "faults/3", "", 404, "it does not exist"},
		{"POST", "faults", `{"fault":"lose_pubacks"}`, 400, `did you mean "lose_puback"?`},
		{"POST", "faults", `{"fault":"lose","rate":1}`, 400, "it takes no rate"},
		{"POST", "faults", `{}`, 400, "want one of"},
		{"POST", "faults", `[]`, 400, "IOTDA.000008"},
		{"POST", "faults", `{"fault":7}`, 400, "want one of"},
		{"POST", "devices/d/kick", "", 403, "IOTDA.014016"},
		{"POST", "devices/none/kick", "", 404, "IOTDA.014000"},
		{"POST", "devices/d/freeze", "", 204, ""},
		{"GET", "devices/d/statistics", "", 200, "connections:0"},
		{"GET", "devices/d/history", "", 200, "messages:[]"},
		{"GET", "devices/none/history", "", 404, "IOTDA.014000"},
		{"POST", "devices/d/unfreeze", "", 204, ""},
		{"PUT", "strict", `{"strict":false}`, 204, ""},
		{"PUT", "strict", `{"strict":1}`, 400, "strict"},
		{"PUT", "strict", `{}`, 400, "strict is wanted"},
		{"DELETE", "devices/d", "", 204, ""},
		{"DELETE", "devices/d", "", 404, "IOTDA.014000"},
		{"PATCH", "faults", "", 404, "there is no PATCH"},
	} {
		status, answer := call(tt.method, adminPath+tt.path, tt.body)
		if text := fmt.Sprint(answer); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s %s: %d %s, want %d %q", tt.method, tt.path, tt.body, status, text, tt.status, tt.want)
		}
	}
	if status, answer := call("GET", base+"/products", ""); status != 503 || answer["error_code"] != "IOTDA.000001" {
		t.Errorf("%d %v", status, answer)
	}
	if status, _ := call("GET", base+"/products", ""); status != 200 {
		t.Errorf("the fault strikes again: %d", status)
	}
}

// TestAdminFromElsewhere: no other machine may do that, whoever signs.
func TestAdminFromElsewhere(t *testing.T) {
	c, _ := start(t, Options{})
	for from, want := range map[string]int{"192.0.2.1:1234": 403, "127.0.0.1:1234": 200, "[::1]:1234": 200, "": 403} {
		r := httptest.NewRequest("GET", "/quecstar/faults", nil)
		r.Host, r.RemoteAddr = "localhost", from
		w := httptest.NewRecorder()
		Handler(c, Options{}).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("from %q: %d %s", from, w.Code, w.Body)
		}
	}
	r := httptest.NewRequest("GET", "/quecstar/faults", nil)
	r.Host, r.RemoteAddr = "localhost", "127.0.0.1:1"
	w := httptest.NewRecorder()
	Handler(c, Options{AccessKeys: map[string]string{"AK": "SK"}}).ServeHTTP(w, r)
	if w.Code != 401 {
		t.Errorf("unsigned: %d", w.Code)
	}
}

// TestCallRates: with the platform's limits, searches come once a second.
func TestCallRates(t *testing.T) {
	_, call := start(t, Options{Limits: true})
	codes := map[int]int{}
	for range 5 {
		status, _ := call("POST", base+"/search/query-devices", `{"sql":"select * from device"}`)
		codes[status]++
	}
	if codes[200] == 0 || codes[200]+codes[429] != 5 || codes[429] == 0 {
		t.Errorf("%v", codes)
	}
	_, call = start(t, Options{})
	for range 5 {
		if status, answer := call("POST", base+"/search/query-devices", `{"sql":"select * from device"}`); status != 200 {
			t.Errorf("without limits: %d %v", status, answer)
		}
	}
}
