package runner

import (
	"maps"
	"testing"
	"time"

	"quecstar/harness/suite"
)

// TestExpected: a test is thought to take as long as the last time, one that is new the median, and rounds count.
func TestExpected(t *testing.T) {
	root := t.TempDir()
	p := &Plan{}
	for _, id := range []string{"a", "b", "c", "new", "new"} {
		p.entries = append(p.entries, &entry{test: suite.Test{ID: id}})
	}
	if _, total, err := p.Expected(root); total != 5*time.Millisecond || err != nil {
		t.Errorf("before the first run: %v, %v", total, err)
	}
	if err := remember(root, history{"a": {Took: 1 * time.Second}, "b": {Took: 2 * time.Second}, "c": {Took: 9 * time.Second}}); err != nil {
		t.Fatal(err)
	}
	of, total, err := p.Expected(root)
	want := map[string]time.Duration{"a": 1 * time.Second, "b": 2 * time.Second, "c": 9 * time.Second, "new": 2 * time.Second}
	if err != nil || total != 16*time.Second || !maps.Equal(of, want) {
		t.Errorf("%v, %v, %v", of, total, err)
	}
}
