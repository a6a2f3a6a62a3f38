package session

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quecstar/harness/virtual"
	"quecstar/harness/wire"
)

func TestVirtualProto(t *testing.T) {
	text, err := os.ReadFile("../../scripts/samples/huawei_iotda.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "x.py")
	os.WriteFile(path, text, 0o600)
	for _, dev := range []string{"direct", "at:sim", "repl:sim"} {
		begin := time.Now()
		var out bytes.Buffer
		var took time.Duration
		e := virtual.Run(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), func() {
			m := wire.NewMemory(wire.Options{Seed: 1, Latency: 20 * time.Millisecond, Jitter: 2 * time.Millisecond})
			b := time.Now()
			s, err := New(context.Background(), Options{Script: path, Device: dev, Network: m.Link("x"), StepTime: time.Microsecond,
				Stdout: &out, Stderr: &out, Env: func(string) string { return "" }, Timeout: time.Minute, Commands: []string{`switch={"on":true}`}})
			if err != nil {
				t.Error(err)
				return
			}
			t.Log(s.Run(context.Background()))
			took = time.Since(b)
		})
		t.Log(dev, e, time.Since(begin), took, out.String())
	}
}
