package ntptime

import (
	"encoding/binary"
	"fmt"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/builtins/machine"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/usocket"
	"quecstar/builtins/ustruct"
	"quecstar/builtins/utime"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A server's time is read; a host that is not reached gives the vendor's -1.
func TestTime(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	go func() {
		defer close(done)
		b := make([]byte, 48)
		for {
			n, from, err := server.ReadFrom(b)
			if err != nil {
				return
			}
			if n == 48 && b[0] == 0x1b {
				binary.BigEndian.PutUint32(b[40:], uint32(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC).Unix()+2208988800))
				_, _ = server.WriteTo(b, from)
			}
		}
	}()
	d, err := direct.New(direct.Config{}, direct.Options{Reach: func(host string) (string, error) {
		if host == "ntp.test" || host == "pool.ntp.org" {
			return server.LocalAddr().String(), nil
		}
		return "", fmt.Errorf("%s is not reached", host)
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	r := scripttest.Source(t, "n.py", `
import ntptime
print(ntptime.settime(0, 0), ntptime.sethost(""), ntptime.sethost("ntp.test"), ntptime.host)
print(ntptime.time(), ntptime.settime(8))
ntptime.sethost("nobody.test")
print(ntptime.settime(timezone=8, use_rhost=0, timeout=10), ntptime.settime(timezone=8, use_rhost=1, timeout=10))
`, scripttest.Options{Device: d, Modules: []*script.Module{Module(), usocket.Module(), ustruct.Module(), utime.Module(), machine.Module()}})
	if r.Err != nil || r.Stdout != "-1 -1 0 ntp.test\n1927857906 0\n-1 0\n" {
		t.Errorf("printed %q %s", r.Stdout, script.Traceback(r.Err))
	}
}
