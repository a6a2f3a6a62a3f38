package suite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestOneContextManyTests: a worker process runs all its tests under one context, in which virtual time of none of
// them may leave a channel.
func TestOneContextManyTests(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a_test.star"), []byte("def test_a():\n    check(True)\n"),
		0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	o := Options{Root: root, Env: func(string) string { return "" }}
	tests, err := Collect(ctx, "a_test.star", o)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if r := Run(ctx, tests[0], 1, o, nil); r.Verdict != Passed {
			t.Fatalf("%s: %v", r.Verdict, r.Problems)
		}
	}
	cancel(errors.New("interrupted"))
}
