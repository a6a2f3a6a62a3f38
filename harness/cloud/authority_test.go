package cloud

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// TestCAIsKept: a device that trusts the CA of one run trusts the next.
func TestCAIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	var first []byte
	for range 2 {
		c, _ := start(t, Options{CADir: dir})
		addr, err := c.ListenTLS("")
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = c.CAPEM()
		}
		if !bytes.Equal(first, c.CAPEM()) {
			t.Error("the CA is another one")
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(first)
		connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
			o.Servers = nil
			o.AddBroker("ssl://" + addr).SetTLSConfig(&tls.Config{RootCAs: pool, ServerName: "localhost"})
		})
	}
	if kept, err := os.ReadFile(filepath.Join(dir, caFile)); err != nil || !bytes.Equal(kept, first) {
		t.Errorf("%s, %v", kept, err)
	}
	if info, err := os.Stat(filepath.Join(dir, caKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v, %v", info.Mode(), err)
	}
}

func TestBadCA(t *testing.T) {
	now := time.Now()
	made := func(at time.Time) string {
		t.Helper()
		dir := t.TempDir()
		if _, err := openAuthority(dir, at); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	expired := made(now.Add(-2 * keptValidity))
	noKey := made(now)
	if err := os.Remove(filepath.Join(noKey, caKeyFile)); err != nil {
		t.Fatal(err)
	}
	noCert := made(now)
	if err := os.Remove(filepath.Join(noCert, caFile)); err != nil {
		t.Fatal(err)
	}
	otherKey, garbage, leaf := made(now), made(now), made(now)
	a, err := openAuthority(made(now), now)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := a.issue("x")
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(issued.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{filepath.Join(otherKey, caKeyFile): encode("PRIVATE KEY", der), filepath.Join(garbage, caFile): []byte("garbage"),
		filepath.Join(leaf, caFile): encode("CERTIFICATE", issued.Leaf.Raw), filepath.Join(leaf, caKeyFile): encode("PRIVATE KEY", der)} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for dir, says := range map[string]string{expired: "has expired", noKey: "exists", noCert: "exists", otherKey: "does not match", garbage: "PEM",
		leaf: "no certificate authority"} {
		if _, err := openAuthority(dir, now); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
