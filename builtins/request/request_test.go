package request

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uio"
	"quecstar/builtins/ujson"
	"quecstar/builtins/usocket"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server answers with what it was asked.
func server(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		user, password, _ := r.BasicAuth()
		_, _ = fmt.Fprintf(w, `{"method": %q, "type": %q, "body": %q, "user": %q, "x": %q}`, r.Method, r.Header.Get("Content-Type"), body, user+password, r.Header.Get("X"))
	})
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			_, _ = io.WriteString(w, strings.Repeat("x", 300))
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/echo", http.StatusFound) })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestRequests(t *testing.T) {
	s := server(t)
	r := scripttest.Source(t, "r.py", `
import request, usys
base = usys.argv[1]
for name in ("get", "put", "patch", "delete"):
    print(getattr(request, name)(base + "/echo").json()["method"])
r = request.post(base + "/echo", json={"a": 1}, headers={"X": "y"}, auth={"username": "u", "password": "p"})
print(r.status_code, r.reason, sorted(r.json().items()))
print("".join([t for t in request.post(base + "/echo", data="text").text]))
print(len("".join([t for t in request.get(base + "/chunked").content])), request.head(base + "/echo").status_code)
print(request.get(base + "/away").json()["method"], request.get(base + "/none").status_code)
print("name=\"f\"" in request.post(base + "/echo", files={"f": ("a.txt", "content")}).json()["body"])
for bad in (base + "/loop", "https://127.0.0.1:1/", "ftp://x", "http://127.0.0.1:1/"):
    try:
        request.get(bad)
    except Exception as e:
        print(type(e).__name__)
`, scripttest.Options{Args: []string{s.URL}, Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ujson.Module(), ubinascii.Module(), argv()}})
	want := `GET
PUT
PATCH
DELETE
200 OK [('body', '{"a": 1}'), ('method', 'POST'), ('type', 'application/json'), ('user', 'up'), ('x', 'y')]
{"method": "POST", "type": "", "body": "text", "user": "", "x": ""}
900 200
GET 404
True
ValueError
OSError
ValueError
OSError
`
	if r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\nwant\n%s\n%s", r.Stdout, want, script.Traceback(r.Err))
	}
}

func TestHTTPS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"secure": true}`) }))
	t.Cleanup(s.Close)
	plain := server(t)
	r := scripttest.Source(t, "s.py", `
import request, usys
print(request.get(usys.argv[1] + "/").json())
try:
    request.get(usys.argv[2].replace("http:", "https:") + "/echo", timeout=5)
except OSError as e:
    print("TLS" in str(e))
`, scripttest.Options{Args: []string{s.URL, plain.URL}, Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ujson.Module(), ubinascii.Module(), argv()}})
	if r.Err != nil || r.Stdout != "{'secure': True}\nTrue\n" {
		t.Errorf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
}

func argv() *script.Module {
	return &script.Module{Name: "usys", Consts: []script.Const{{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }}}}
}

// The arguments go by position as the vendor documents them; text is whole characters however the
// pieces fall; HEAD and 204 have no body; a file of the module's is sent by its path.
func TestVendorsForms(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("X"), body)
	})
	mux.HandleFunc("/utf8", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("aé中😀", 40))
	})
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		f, head, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		content, err := io.ReadAll(f)
		_, _ = fmt.Fprint(w, head.Filename, " ", string(content), err)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	r := scripttest.Source(t, "v.py", `
import request, usys
base = usys.argv[1]
def all_of(response):
    return "".join([piece for piece in response.text])
for f in (request.get, request.post, request.put, request.patch):
    print(all_of(f(base + "/echo", "body", {"X": "y"}, True, 300)))
print([type(p) for p in request.get(base + "/echo", None, None, False).content], [type(p) for p in request.get(base + "/echo", None, None, True, 255, None).content])
for size in (1, 2, 3, 7, 255, 4096):
    print(all_of(request.get(base + "/utf8", sizeof=size)) == "a\u00e9\u4e2d\U0001f600" * 40, end=" ")
print()
print([p for p in request.head(base + "/utf8").text], [p for p in request.get(base + "/nothing").content], request.head(base + "/utf8", None, {}).status_code)
with open("/usr/upload.json", "w") as f:
    f.write("{}")
print(all_of(request.post(base + "/upload", files={"filepath": "/usr/upload.json", "filename": "up.json"})))
r = request.get(base + "/echo")
print(all_of(r), [p for p in r.content])
print(all_of(request.post(base + "/echo", "abc", {"content-length": "3", "HOST": "other"})))
for f in (request.get, request.post, request.put, request.head):
    try:
        f(base + "/echo", None, None, True, 255, None, None)
    except TypeError as e:
        print("TypeError", end=" ")
`, scripttest.Options{Args: []string{s.URL}, Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ujson.Module(), ubinascii.Module(), uio.Module(), argv()}})
	want := "GET y body\nPOST y body\nPUT y body\nPATCH y body\n[<class 'bytes'>] [<class 'str'>]\nTrue True True True True True \n[] [] 200\nup.json {}<nil>\nGET   []\nPOST  abc\nTypeError TypeError TypeError TypeError "
	if r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\nwant\n%s\n%s", r.Stdout, want, script.Traceback(r.Err))
	}
}
