package cloud

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestBacklog(t *testing.T) {
	now := time.Unix(0, 0)
	var told []int
	b := newBacklog(func() time.Time { return now }, func(lost int) { told = append(told, lost) })
	left := func() string {
		var out []string
		for _, w := range b.list {
			out = append(out, string(w.text))
		}
		return fmt.Sprintf("%s %d bytes, %d lost %v", strings.Join(out, " "), b.size, b.lost, told)
	}
	is := func(what, want string) {
		t.Helper()
		if got := left(); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	for _, s := range []string{"a", "b", "c"} {
		b.put([]byte(s), "")
	}
	first, _ := b.take()
	second, _ := b.take()
	is("two are taken", "c 3 bytes, 0 lost []")
	b.giveBack(second.id)
	b.giveBack(first.id)
	is("they come back in order", "a b c 3 bytes, 0 lost []")
	if w, _ := b.take(); w.failures != 1 || string(w.text) != "a" {
		t.Errorf("%s, %d failures", w.text, w.failures)
	}
	b.settle(first.id, false)
	b.settle(first.id, false)
	is("one is settled", "b c 2 bytes, 0 lost []")
	b.limit(3, time.Minute)
	b.put([]byte("dd"), "")
	is("the oldest goes", "c dd 3 bytes, 1 lost [1]")
	b.put([]byte("eeeee"), "")
	is("the newest stays", "eeeee 5 bytes, 3 lost [1 3]")
	now = now.Add(time.Minute + 1)
	if _, ok := b.take(); ok {
		t.Error("what waited too long was given")
	}
	is("too late", " 0 bytes, 4 lost [1 3]")
	b.limit(0, 0)
	b.put([]byte("f"), "")
	now = now.Add(time.Second)
	if w, ok := b.take(); !ok || !b.expired(w) {
		t.Error("one that nobody has yet is given, and is not tried again")
	}
	more := b.more()
	b.put(nil, "")
	<-more
	if !slices.Equal(told, []int{1, 3}) {
		t.Errorf("told %v", told)
	}
}
