package script

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A script that holds more than its limit ends, whatever it catches; one beneath the limit does not.
func TestMemoryLimit(t *testing.T) {
	for text, want := range map[string]error{
		"x = []\nwhile True:\n    try:\n        x.append([0] * 1000)\n    except Exception:\n        pass\n": ErrMemory,
		"for i in range(300000):\n    x = [0] * 1000\n":                                                      nil,
	} {
		path := filepath.Join(t.TempDir(), "m.py")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		in := New(Options{Stdout: io.Discard, Stderr: io.Discard, MemoryLimit: 200 << 20})
		if err := in.Run(context.Background(), path); !errors.Is(err, want) {
			t.Errorf("%q: error %v, want %v", text, err, want)
		}
	}
}
