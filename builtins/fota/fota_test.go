package fota

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

// TestPackageIsFetched: the callback hears of a package of two parts as it comes, and of one that does not.
func TestPackageIsFetched(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/none" {
			w.WriteHeader(http.StatusGone)
			return
		}
		w.Header().Set("Content-Length", "300000")
		_, _ = w.Write(make([]byte, 300_000))
	}))
	defer server.Close()
	r := scripttest.Source(t, "update.py", strings.ReplaceAll(`
import utime
from fota import fota
def ends(heard):
    while not heard or heard[-1][0] in (0, 1):
        utime.sleep_ms(5)
    return heard
heard = []
print(fota().httpDownload("URL/a", "URL/b", heard.append))
ends(heard)
print(heard[0], heard[-1], [h[1] for h in heard] == sorted([h[1] for h in heard]), len(heard) > 5, {h[0] for h in heard[1:-1]})
heard = []
print(fota().httpDownload("URL/none", "", heard.append), ends(heard))
`, "URL", server.URL), scripttest.Options{Modules: []*script.Module{Module(), utime.Module()}})
	if want := "0\n[0, 0] [2, 100] True True {1}\n0 [[0, 0], [-1, 0]]\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("printed %q, error %v; want %q", r.Stdout, r.Err, want)
	}
	all, _ := r.Events.Since(0)
	if last := all[len(all)-1].Text; !strings.Contains(last, "410 Gone") {
		t.Errorf("the last event is %q", last)
	}
}
