package serial

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// ser2net serves a pseudo-terminal by RFC 2217 in a process of its own, and returns its address. Where
// there is none, the test is skipped, or fails when QUECSTAR_NEED_PARTS is set.
func ser2net(t *testing.T, slave string) string {
	t.Helper()
	exe, err := exec.LookPath("ser2net")
	if err != nil {
		if exe, err = exec.LookPath("/usr/sbin/ser2net"); err != nil {
			if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
				t.Fatal("ser2net is not installed (Debian: apt install ser2net), and QUECSTAR_NEED_PARTS is set")
			}
			t.Skip("ser2net is not installed (Debian: apt install ser2net)")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(address)
	conf := filepath.Join(t.TempDir(), "ser2net.yaml")
	text := fmt.Sprintf("connection: &c\n  accepter: telnet(rfc2217),tcp,127.0.0.1,%s\n  connector: serialdev,%s,115200n81,local\n  options:\n    kickolduser: true\n", port, slave)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-n", "-c", conf, "-P", filepath.Join(t.TempDir(), "pid"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return address
}

func TestRFC2217(t *testing.T) {
	master, slave := newPty(t)
	name := "rfc2217://" + ser2net(t, slave) + "?baud=9600"
	ctx := testContext(t)
	p, err := Open(ctx, name, Options{})
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for err != nil && ctx.Err() == nil { // the server takes a moment to listen, and does not tell
		select {
		case <-again.C:
		case <-ctx.Done():
		}
		p, err = Open(ctx, name, Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	exchange(t, p, master)
	if err := p.SetBaud(921600); err != nil {
		t.Error(err)
	}
	exchange(t, p, master)
}
