package session

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/harness/event"
)

// TestFunction: what stands in for a function of FunctionGraph is a service or a file with a handler.
func TestFunction(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.URL.Path == "/gone":
			w.WriteHeader(http.StatusGone)
		case r.Header.Get("Content-Type") == "application/json":
			_, _ = w.Write(body)
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"dict.py":  "import hmac\ndef handler(event, context):\n    print('asked for', event['who'])\n    return {'result_code': 200, 'who': event['who']}\n",
		"str.py":   "import json\ndef handler(event, context):\n    return json.dumps({'who': event['who']})\n",
		"raise.py": "def handler(event, context):\n    raise KeyError('who?')\n",
		"hang.py":  "def handler(event, context):\n    while True:\n        pass\n",
		"none.py":  "x = 1\n", "f.star": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := ""
	for target, want := range map[string]string{"dict.py": `{"result_code": 200, "who": "me"}`, "str.py": `{"who": "me"}`,
		server.URL: `{"who":"me"}`, server.URL + "/gone": "! 410 Gone", "raise.py": "! KeyError: who?", "hang.py": "! too slow",
		"none.py": "! handler", "f.star": "! want a .py file", "missing.py": "! no such file"} {
		if !strings.HasPrefix(target, "http") {
			target = filepath.Join(dir, target)
		}
		got := ""
		f, err := NewFunction(target, func(e event.Event) { said += e.Text + "\n" })
		if err == nil {
			ctx, cancel := context.WithTimeoutCause(context.Background(), 2*time.Second, errors.New("too slow"))
			var answer []byte
			answer, err = f(ctx, []byte(`{"who":"me"}`))
			got = string(answer)
			cancel()
		}
		if err != nil {
			got = "! " + err.Error()
		}
		if failure, is := strings.CutPrefix(want, "! "); is && err != nil && strings.Contains(got, failure) {
			continue
		}
		if got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	if said != "dict.py: asked for me\n" {
		t.Errorf("it says %q", said)
	}
}
