package uwebsocket

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"path"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/urandom"
	"quecstar/builtins/usocket"
	"quecstar/builtins/ustruct"
	"quecstar/harness/script"
)

// sayWhatIsAsked opens a web socket and sends the bytes that the path holds in hex as its frames.
func sayWhatIsAsked(c net.Conn) {
	defer func() { _ = c.Close() }()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, _ = fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	data, err := hex.DecodeString(path.Base(r.URL.Path))
	if err == nil {
		_, _ = c.Write(data)
	}
}

// Whatever frames come, recv returns messages until the end, or raises an OSError or a ValueError.
func FuzzFrames(f *testing.F) {
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
import hostile, ubinascii
from uwebsocket import Client
ws = Client.connect("ws://`+l.Addr().String()+`/" + ubinascii.hexlify(hostile.data).decode())
try:
    while ws.open:
        ws.recv()
except (OSError, ValueError):
    pass
`, scripttest.Options{Modules: []*script.Module{Module(), usocket.Module(), usocket.TLSModule(), ubinascii.Module(), uhashlib.Module(), urandom.Module(), ustruct.Module()}},
		"\x81\x02hi", "\x01\x01a\x80\x01b", "\x89\x01p\x88\x00", "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "\x81\x01\xff", "\x83\x00", "\x80\x00", "\x81\x82abcdhi")
}
