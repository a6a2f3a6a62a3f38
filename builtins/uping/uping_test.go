package uping

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/net/icmp"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestPing pings this machine where the system lets users do so; where not, it must say so.
func TestPing(t *testing.T) {
	d, err := direct.New(direct.Config{}, direct.Options{Reach: func(host string) (string, error) {
		if direct.Loopback(host) {
			return "", nil
		}
		return "", fmt.Errorf("%s is not reached", host)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "p.py", `
import uping
for host in ("127.0.0.1", "somewhere.test", "192.0.2.1"):
    try:
        print(uping.ping(host, COUNT=2, INTERVAL=1))
    except OSError as e:
        print(e)
try:
    uping.ping("127.0.0.1", COUNT=0)
except ValueError as e:
    print(e)
`, scripttest.Options{Device: d, Modules: []*script.Module{Module()}})
	if r.Err != nil || !strings.Contains(r.Stdout, "somewhere.test is not reached") || !strings.Contains(r.Stdout, "192.0.2.1 is not reached") || !strings.Contains(r.Stdout, "want a COUNT") {
		t.Errorf("%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
	want := "ping_group_range"
	if conn, err := icmp.ListenPacket("udp4", "0.0.0.0"); err == nil {
		_ = conn.Close()
		want = `(?s)PING 127.0.0.1 .*64 bytes from 127.0.0.1: icmp_seq=2, .*2 packets transmitted, 2 packets received, 0 packet loss\nround-trip.*\(2, 2\)`
	}
	if !regexp.MustCompile(want).MatchString(r.Stdout) {
		t.Errorf("no %s in\n%s", want, r.Stdout)
	}
}
