package testpage

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"encoding/json"
	"errors"
	"sync"

	"quecstar/harness/results"
)

// recordBytes is how much of packed events the page keeps; what a test of two thousand has is some kilobytes.
const recordBytes = 64 << 20

// records have what happened in tests, packed. Where there is too much the oldest are let go, first those of tests that
// passed.
type records struct {
	most, bytes int
	byKey       map[string]*list.Element
	good, bad   *list.List // of *record, the oldest first
}

type record struct {
	key  string
	text []byte // JSON, by gzip
	in   *list.List
}

func newRecords(most int) records {
	return records{most: most, byKey: map[string]*list.Element{}, good: list.New(), bad: list.New()}
}

// put keeps a record in the place of an earlier one. It is kept itself, however long it is.
func (r *records) put(key string, text []byte, good bool) {
	r.remove(key)
	in := r.bad
	if good {
		in = r.good
	}
	e := in.PushBack(&record{key, text, in})
	r.byKey[key] = e
	r.bytes += len(text)
	for r.bytes > r.most {
		oldest := r.good.Front()
		if oldest == nil || oldest == e {
			oldest = r.bad.Front()
		}
		if oldest == nil || oldest == e {
			return
		}
		r.remove(oldest.Value.(*record).key)
	}
}

func (r *records) remove(key string) {
	e := r.byKey[key]
	if e == nil {
		return
	}
	x := e.Value.(*record)
	delete(r.byKey, key)
	x.in.Remove(e)
	r.bytes -= len(x.text)
}

// get is a record; nil where there is none.
func (r *records) get(key string) []byte {
	if e := r.byKey[key]; e != nil {
		return e.Value.(*record).text
	}
	return nil
}

// zips are reused: a writer has a megabyte of tables.
var zips = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // of a level that there is
	}
	return z
}}

// pack is what a page is served of a test.
func pack(s *results.Shown) []byte {
	var b bytes.Buffer
	z := zips.Get().(*gzip.Writer)
	defer zips.Put(z)
	z.Reset(&b)
	if err := errors.Join(json.NewEncoder(z).Encode(s), z.Close()); err != nil {
		panic(err) // of our own types, to memory
	}
	return bytes.Clone(b.Bytes())
}
