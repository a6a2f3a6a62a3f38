package cloudpage

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client has no connections that outlive a test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}

// ask makes a request of a server and returns its status and the beginning of its body.
func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestSpared: what a person orders to befall calls of the API befalls those of applications, and not the page's own.
func TestSpared(t *testing.T) {
	s, _ := serve(t, &event.Stream{}, 0)
	for _, fault := range []string{"fail_call", "throttle_calls"} {
		status, text := ask(t, "POST", s.URL()+"api/quecstar/faults", `{"fault": "`+fault+`", "count": 9`+
			map[string]string{"throttle_calls": `, "rate": 1`}[fault]+`}`)
		if status != 201 {
			t.Fatalf("%s: %d %s", fault, status, text)
		}
	}
	for range 3 {
		if status, text := ask(t, "GET", s.URL()+"api/v5/iot/p/devices", ""); status != 200 {
			t.Errorf("%d %s", status, text)
		}
	}
	if _, text := ask(t, "GET", s.URL()+"api/quecstar/faults", ""); strings.Count(text, `"hits":0`) != 2 {
		t.Errorf("the page's calls were struck: %s", text)
	}
}
