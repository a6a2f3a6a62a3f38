package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"quecstar/harness/cloud"
	"quecstar/harness/event"
)

// TestWhatIsOnlyKept is said, once a kind.
func TestWhatIsOnlyKept(t *testing.T) {
	stream := &event.Stream{}
	c, err := cloud.Start(cloud.Options{Events: stream.Emit})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for _, name := range []string{"a", "b"} {
		if w := post(c, "/bridges", `{"bridge_name":"`+name+`"}`); w.Code != http.StatusCreated {
			t.Fatal(w.Body)
		}
	}
	all, _ := stream.Since(0)
	said := 0
	for _, e := range all {
		if e.Kind == event.Warning && strings.Contains(e.Text, "a bridge is kept and shown") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}

// TestQuotas hold also where many ask at the same time.
func TestQuotas(t *testing.T) {
	c, err := cloud.Start(cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	var made sync.WaitGroup
	for range 4 * 20 {
		made.Go(func() { post(c, "/bridges", `{"bridge_name":"the same"}`) })
		made.Go(func() { post(c, "/device-policies", `{"policy_name":"p","statement":[]}`) })
	}
	made.Wait()
	if all := c.Records().List(bridgesKind, "p1", nil); len(all) != 1 {
		t.Errorf("%d bridges have the same name", len(all))
	}
	if all := c.Records().List(policiesKind, "p1", nil); len(all) != 0 {
		t.Errorf("%d policies without a statement", len(all))
	}
}

func post(c *cloud.Cloud, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
	r.Host = "localhost"
	Handler(c, Options{}).ServeHTTP(w, r)
	return w
}

// TestPushAction: an action that pushes to consumers by MQTT, which the SDK has no field for.
func TestPushAction(t *testing.T) {
	c, err := cloud.Start(cloud.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	var rule struct {
		ID string `json:"rule_id"`
	}
	w := post(c, "/routing-rule/rules", `{"subject":{"resource":"device.status","event":"update"}}`)
	if err := json.Unmarshal(w.Body.Bytes(), &rule); err != nil || rule.ID == "" {
		t.Fatal(err, w.Body)
	}
	for topic, want := range map[string]int{"a/b": http.StatusCreated, "a/#": http.StatusBadRequest, "$oc/a": http.StatusBadRequest} {
		w := post(c, "/routing-rule/actions", `{"rule_id":"`+rule.ID+`","channel":"MQTT_FORWARDING","channel_detail":{"mqtt_forwarding":{"topic":"`+topic+`"}}}`)
		if w.Code != want {
			t.Errorf("%s: %d %s", topic, w.Code, w.Body)
		}
	}
}
