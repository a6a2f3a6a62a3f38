package brokertest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Options says what a mosquitto asks of its clients. The zero value asks for nothing.
type Options struct {
	// User and Password are required of clients when not empty.
	User, Password string
	// TLS is the server's certificate; nil for plain connections.
	TLS *Pair
	// ClientCA, when not nil, is the authority that must have signed the clients' certificates.
	ClientCA []byte
}

// Mosquitto is a mosquitto in a process of its own.
type Mosquitto struct {
	// Port on 127.0.0.1, the same after a restart.
	Port int

	exe, conf string
	cmd       *exec.Cmd
	exited    chan struct{}
	log       logBuffer
}

// StartMosquitto starts a mosquitto that ends with the test. Where there is none, the test is
// skipped, or fails when the environment variable QUECSTAR_NEED_PARTS is set.
func StartMosquitto(t testing.TB, o Options) *Mosquitto {
	t.Helper()
	m := &Mosquitto{exe: find(t), Port: freePort(t)}
	m.conf = m.configure(t, o)
	m.Start(t)
	t.Cleanup(m.Kill)
	return m
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"} {
		if exe, err := exec.LookPath(name); err == nil {
			return exe
		}
	}
	if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		t.Fatal("mosquitto is not installed (Debian: apt install mosquitto), and QUECSTAR_NEED_PARTS is set")
	}
	t.Skip("mosquitto is not installed (Debian: apt install mosquitto)")
	return ""
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func (m *Mosquitto) configure(t testing.TB, o Options) string {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, data, 0o600))
		return path
	}
	var b strings.Builder
	fmt.Fprintf(&b, "listener %d 127.0.0.1\nlog_dest stderr\npersistence false\n", m.Port)
	if u, err := user.Current(); err == nil {
		// As root it would become a user who cannot read the test's files.
		fmt.Fprintf(&b, "user %s\n", u.Username)
	}
	if o.User == "" {
		b.WriteString("allow_anonymous true\n")
	} else {
		fmt.Fprintf(&b, "allow_anonymous false\npassword_file %s\n", m.passwords(t, file("passwords", nil), o))
	}
	if o.TLS != nil {
		fmt.Fprintf(&b, "certfile %s\nkeyfile %s\n", file("cert.pem", o.TLS.Cert), file("key.pem", o.TLS.Key))
	}
	if o.ClientCA != nil {
		fmt.Fprintf(&b, "cafile %s\nrequire_certificate true\n", file("ca.pem", o.ClientCA))
	}
	return file("mosquitto.conf", []byte(b.String()))
}

func (m *Mosquitto) passwords(t testing.TB, path string, o Options) string {
	t.Helper()
	out, err := exec.Command("mosquitto_passwd", "-b", path, o.User, o.Password).CombinedOutput()
	if err != nil {
		t.Fatalf("mosquitto_passwd: %v: %s", err, out)
	}
	return path
}

// Start starts it, again after Kill.
func (m *Mosquitto) Start(t testing.TB) {
	t.Helper()
	m.cmd = exec.Command(m.exe, "-c", m.conf)
	m.cmd.Stderr = &m.log
	check(t, m.cmd.Start())
	m.exited = make(chan struct{})
	go func() {
		_ = m.cmd.Wait()
		close(m.exited)
	}()
	deadline := time.Now().Add(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(m.Port))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-m.exited:
			t.Fatalf("mosquitto ended: %s", m.log.String())
		case <-tick.C:
		}
		if time.Now().After(deadline) {
			t.Fatalf("mosquitto does not listen: %s", m.log.String())
		}
	}
}

// Kill ends it without a word to its clients.
func (m *Mosquitto) Kill() {
	_ = m.cmd.Process.Kill()
	<-m.exited
}

// logBuffer is a buffer that one goroutine writes and others read.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
