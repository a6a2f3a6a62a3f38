package request

import (
	"bufio"
	"encoding/hex"
	"net"
	"net/http"
	"path"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/ujson"
	"quecstar/builtins/usocket"
	"quecstar/harness/script"
)

// sayWhatIsAsked answers each request with the bytes that its path holds in hex, whatever they are.
func sayWhatIsAsked(c net.Conn) {
	defer func() { _ = c.Close() }()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	data, err := hex.DecodeString(path.Base(r.URL.Path))
	if err == nil {
		_, _ = c.Write(data)
	}
}

// What is no answer of HTTP raises an OSError or a ValueError.
func FuzzAnswer(f *testing.F) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go sayWhatIsAsked(c)
		}
	}()
	scripttest.Hostile(f, `
import hostile, request, ubinascii
base = "http://`+l.Addr().String()+`/" + ubinascii.hexlify(hostile.data).decode()
for use in (lambda r: r.json(), lambda r: [p for p in r.text], lambda r: [p for p in r.content]):
    try:
        use(request.get(base))
    except (OSError, ValueError):
        pass
`, scripttest.Options{Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ujson.Module(), ubinascii.Module()}},
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}x", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc", "HTTP/9 x y\r\n: \xff\r\n\r\n", "SSH-2.0", "")
}
