package event

import (
	"strings"
	"testing"
)

// TestStreamIsBounded: a stream keeps the newest events, by their number and their bytes, and cursors hold.
func TestStreamIsBounded(t *testing.T) {
	for _, s := range []*Stream{{Keep: 10}, {KeepBytes: 100}} {
		for range 10_000 {
			s.Emit(Event{Kind: Note, Text: strings.Repeat("x", 10)})
		}
		kept, next := s.Since(0)
		if len(kept) != 10 || next != 10_000 || cap(s.log) > 1000 {
			t.Errorf("kept %d of capacity %d, the cursor is %d", len(kept), cap(s.log), next)
		}
		s.Emit(Event{Kind: Warning, Text: strings.Repeat("y", 1000)})
		if kept, _ := s.Since(next); len(kept) != 1 || kept[0].Kind != Warning {
			t.Errorf("the newest is not kept: %v", kept)
		}
	}
}
