package record

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

// TestBook: a record is seen by its project alone, changed as a whole or not at all, and listed newest first.
func TestBook(t *testing.T) {
	now := time.Unix(1000, 0)
	b := NewBook(func() time.Time { now = now.Add(time.Second); return now })
	var seen []Change
	b.Watch(func(c Change) { seen = append(seen, c) })
	for _, r := range []Record{{Kind: "rule", ID: "a", Project: "p"}, {Kind: "rule", ID: "b", Project: "q"}, {Kind: "rule", ID: "c"}} {
		r.Object = Object{"n": json.Number("1"), "list": []any{"x", 2, "y"}}
		if _, err := b.Add(r, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Add(Record{Kind: "rule", ID: "a"}, nil); !errors.Is(err, ErrExists) {
		t.Errorf("added twice: %v", err)
	}
	if _, err := b.Get("rule", "q", "a"); !errors.Is(err, ErrNone) {
		t.Errorf("another project's: %v", err)
	}
	if got := b.List("rule", "p", nil); len(got) != 2 || got[0].ID != "c" || got[1].ID != "a" {
		t.Errorf("listed %+v", got)
	}
	no := errors.New("no")
	full := func(others []Record) error {
		if len(others) != 2 {
			t.Errorf("%d others", len(others))
		}
		return no
	}
	if _, err := b.Add(Record{Kind: "rule", ID: "d", Project: "p"}, full); !errors.Is(err, no) || len(b.List("rule", "p", nil)) != 2 {
		t.Errorf("one that does not fit: %v", err)
	}
	if _, err := b.Update("rule", "p", "a", func(o Object) error { o["n"] = json.Number("2"); return no }); !errors.Is(err, no) {
		t.Error(err)
	}
	r, err := b.Get("rule", "p", "a")
	if err != nil || r.Number("n") != 1 || len(r.Texts("list")) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = b.Update("rule", "p", "a", func(o Object) error { o["n"] = json.Number("2"); return nil })
	if err != nil || r.Number("n") != 2 || !r.Updated.After(r.Created) {
		t.Errorf("%+v, %v", r, err)
	}
	if err := b.Delete("rule", "q", "a"); !errors.Is(err, ErrNone) {
		t.Errorf("another project's: %v", err)
	}
	if err := b.Delete("rule", "p", "a"); err != nil {
		t.Error(err)
	}
	if len(seen) != 5 || seen[3].Old == nil || seen[3].New == nil || seen[4].New != nil {
		t.Errorf("told %+v", seen)
	}
}

// TestKeep lets the oldest go.
func TestKeep(t *testing.T) {
	b := NewBook(time.Now)
	for _, id := range []string{"a", "b", "c"} {
		if _, err := b.Add(Record{Kind: "k", ID: id, Project: "p"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	b.Keep("k", "p", 2)
	if all := b.List("k", "p", nil); len(all) != 2 || all[0].ID != "c" || all[1].ID != "b" {
		t.Errorf("kept %+v", all)
	}
}
