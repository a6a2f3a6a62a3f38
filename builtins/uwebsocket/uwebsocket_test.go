package uwebsocket

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/urandom"
	"quecstar/builtins/usocket"
	"quecstar/builtins/ustruct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers every message with itself, behind a ping; "end" ends the connection.
func echo(t *testing.T) http.Handler {
	up := websocket.Upgrader{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/echo" || r.Header.Get("X-Name") == "wrong" {
			http.NotFound(w, r)
			return
		}
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		for {
			kind, data, err := c.ReadMessage()
			if err != nil || string(data) == "end" {
				_ = c.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, "bye"))
				return
			}
			_ = c.WriteMessage(websocket.PingMessage, []byte("p"))
			if err := c.WriteMessage(kind, data); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestEcho(t *testing.T) {
	for name, start := range map[string]func(http.Handler) *httptest.Server{"ws": httptest.NewServer, "wss": httptest.NewTLSServer} {
		t.Run(name, func(t *testing.T) {
			s := start(echo(t))
			defer s.Close()
			base := name + strings.TrimPrefix(strings.TrimPrefix(s.URL, "https"), "http")
			r := scripttest.Source(t, "w.py", `
from uwebsocket import Client
import usys
base = usys.argv[1]
ws = Client.connect(base + "/echo", headers={"X-Name": "right"})
for message in ("hello", "温度", b"\x00\xff", "x" * 200, b"y" * 70000):
    ws.send(message)
    got = ws.recv()
    print(type(got).__name__, len(got), got == message)
ws.send("end")
print(repr(ws.recv()), ws.open, repr(ws.recv()))
ws.close()
named = Client.connect(uri=base + "/echo", headers={"X-Name": "right"})
named.send("by name")
print(named.recv())
named.close()
for bad in (base + "/none", "http://x/"):
    try:
        Client.connect(bad)
    except (OSError, ValueError) as e:
        print(e)
`, scripttest.Options{Args: []string{base}, Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ubinascii.Module(), uhashlib.Module(), urandom.Module(), ustruct.Module(),
				{Name: "usys", Consts: []script.Const{{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }}}}}})
			want := `str 5 True
str 2 True
bytes 2 True
str 200 True
bytes 70000 True
'' False ''
by name
uwebsocket: the server answered HTTP/1.1 404 Not Found
uwebsocket: the URL begins with ws:// or wss://, not http
`
			if r.Err != nil || r.Stdout != want {
				t.Errorf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
			}
		})
	}
}
