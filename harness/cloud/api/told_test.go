package api

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"quecstar/harness/cloud"
	"quecstar/harness/event"
)

// TestTold: the cloud tells what applications ask and what they are answered, without what calls carry; where reading is
// not to be told of, the rest is.
func TestTold(t *testing.T) {
	var mu sync.Mutex
	var all []event.Event
	c, err := cloud.Start(cloud.Options{Events: func(e event.Event) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, e)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	ask := func(o Options, method, path, body string) (said []string) {
		mu.Lock()
		all = nil
		mu.Unlock()
		r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		Handler(c, o).ServeHTTP(httptest.NewRecorder(), r)
		mu.Lock()
		defer mu.Unlock()
		for _, e := range all {
			if e.Kind == Asked || e.Kind == Answered {
				said = append(said, fmt.Sprintf("%s %s|%s|%s|%s", e.Kind, e.Layer, e.Device, e.Topic, e.Text))
			}
			if strings.Contains(fmt.Sprintf("%s %s", e.Text, e.Payload), "s3cret") {
				t.Errorf("it tells a secret: %+v", e)
			}
		}
		return said
	}
	want := func(got []string, want ...string) {
		t.Helper()
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	body := `{"node_id": "n1", "device_id": "d1", "product_id": "p1", "auth_info": {"secret": "s3cret-s3cret"}}`
	want(ask(Options{}, "POST", "/v5/iot/x/devices", body), "api.call cloud||POST /v5/iot/x/devices|",
		"api.answer cloud||POST /v5/iot/x/devices|404 Not Found") // it has no product
	want(ask(Options{}, "GET", "/v5/iot/x/devices/d1", ""), "api.call cloud|d1|GET /v5/iot/x/devices/d1|",
		"api.answer cloud|d1|GET /v5/iot/x/devices/d1|404 Not Found")
	if len(all) == 0 || !strings.Contains(string(all[len(all)-1].Payload), "IOTDA.") {
		t.Errorf("the error is not told: %+v", all)
	}
	want(ask(Options{Unheard: true}, "GET", "/v5/iot/x/devices/d1", ""))
	want(ask(Options{Unheard: true}, "DELETE", "/v5/iot/x/devices/d1", ""),
		"api.call cloud|d1|DELETE /v5/iot/x/devices/d1|", "api.answer cloud|d1|DELETE /v5/iot/x/devices/d1|404 Not Found")
}
