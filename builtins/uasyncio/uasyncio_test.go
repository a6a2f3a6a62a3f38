package uasyncio

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/machine"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/thread"
	"quecstar/builtins/usocket"
	"quecstar/builtins/usys"
	"quecstar/builtins/utime"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func modules() []*script.Module {
	return []*script.Module{Module(), Core(), usys.Module(), utime.Module(), usocket.Module(), thread.Module(), machine.Module()}
}

// open_connection secures the connection where ssl is true.
func TestTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path+" over "+r.TLS.ServerName)
	}))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	r := scripttest.Source(t, "tls.py", `
import uasyncio

async def main():
    reader, writer = await uasyncio.open_connection("localhost", `+port+`, ssl=True)
    writer.write(b"GET /x HTTP/1.0\r\n\r\n")
    await writer.drain()
    print((await reader.read()).split(b"\r\n")[-1])
    await writer.wait_closed()
    for port, secure in ((1, False), (`+port+`, False)):
        try:
            reader, writer = await uasyncio.open_connection("localhost", port, ssl=secure)
            writer.write(b"GET /x HTTP/1.0\r\n\r\n")
            print((await reader.readline()).split(b" ")[1])
            await writer.wait_closed()
        except OSError as e:
            print("OSError", e.args[0])

uasyncio.run(main())
`, scripttest.Options{Modules: modules()})
	if want := "b'/x over localhost'\nOSError 111\nb'400'\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("printed %q, want %q, %v %s", r.Stdout, want, r.Err, r.Stderr)
	}
}

// A run that ends while streams wait ends at once.
func TestTheRunEndsWhileAStreamWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	events := &event.Stream{}
	events.Listen(func(e event.Event) {
		if e.Kind == "board" {
			cancel()
		}
	})
	r := scripttest.Source(t, "waits.py", `
import uasyncio
from machine import Pin

async def main():
    for port in range(42500, 42600):
        try:
            server = await uasyncio.start_server(lambda r, w: None, "127.0.0.1", port)
            break
        except OSError:
            pass
    reader, writer = await uasyncio.open_connection("127.0.0.1", port)
    uasyncio.create_task(reader.read())
    await uasyncio.sleep_ms(5)
    Pin(1, Pin.OUT).write(1)
    await uasyncio.Event().wait()

uasyncio.run(main())
`, scripttest.Options{Modules: modules(), Context: ctx, Events: events})
	if !errors.Is(r.Err, context.Canceled) {
		t.Errorf("the run ended with %v, %s", r.Err, r.Stderr)
	}
}
