// Package record keeps what an application makes of an IoTDA by its API, beside products and devices: records
// of many kinds, each a JSON object with an id, in the order in which they were made.
package record

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Errors of a book.
var (
	ErrNone   = errors.New("it does not exist")
	ErrExists = errors.New("it exists already")
	ErrFull   = errors.New("there is no room for more")
)

// Object is a JSON object of a record. What is in it is only replaced, never written to.
type Object map[string]any

// Of is a JSON value as an object; nil for any other.
func Of(v any) Object {
	switch o := v.(type) {
	case Object:
		return o
	case map[string]any:
		return o
	}
	return nil
}

// Text is a field that is a string; "" for none.
func (o Object) Text(field string) string { s, _ := o[field].(string); return s }

// Flag is a field that is a bool; false for none.
func (o Object) Flag(field string) bool { b, _ := o[field].(bool); return b }

// Number is a field that is an integer; 0 for none.
func (o Object) Number(field string) int64 {
	n, _ := o[field].(json.Number)
	i, _ := n.Int64() // 0 for what is none
	return i
}

// Texts is a field that is a list of strings; what else is in the list is left out.
func (o Object) Texts(field string) []string {
	if list, ok := o[field].([]string); ok {
		return list
	}
	list, _ := o[field].([]any)
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Part is a field that is an object; nil for none.
func (o Object) Part(field string) Object { return Of(o[field]) }

// Parts is a field that is a list of objects; what else is in the list is left out.
func (o Object) Parts(field string) []Object {
	list, _ := o[field].([]any)
	var out []Object
	for _, e := range list {
		if part := Of(e); part != nil {
			out = append(out, part)
		}
	}
	return out
}

// Record is one record.
type Record struct {
	Kind, ID string
	// Project is whose it is; "" is everybody's.
	Project string
	// App is the resource space that it lies in; "" where its kind knows none.
	App string
	// Created and Updated are when it was made and changed last.
	Created, Updated time.Time
	// Sequence numbers records in the order in which they were made; only read.
	Sequence uint64
	// Object is what the application gave, and what the platform adds to it.
	Object
}

// Book keeps records. Its methods may be called by several goroutines.
type Book struct {
	now func() time.Time

	mu       sync.Mutex
	kinds    map[string]map[string]*Record
	sequence uint64
	watchers []func(Change)
}

// Change is a record that was made, changed or deleted.
type Change struct {
	// Old is nil for one that was made, New for one that was deleted.
	Old, New *Record
}

// NewBook makes a book whose clock is now.
func NewBook(now func() time.Time) *Book {
	return &Book{now: now, kinds: map[string]map[string]*Record{}}
}

// maxRecords is how many records of a kind are kept.
const maxRecords = 100_000

// Watch has f called with every change, in order, before the call that makes it returns. f may read the book.
func (b *Book) Watch(f func(Change)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers = append(b.watchers, f)
}

func (b *Book) tell(c Change) {
	b.mu.Lock()
	watchers := b.watchers
	b.mu.Unlock()
	for _, f := range watchers {
		f(c)
	}
}

// Add keeps a new record, whose id must be free among those of its kind; fits, which may be nil, says of those of its
// project why there is no place for it. It must not call the book.
func (b *Book) Add(r Record, fits func(others []Record) error) (Record, error) {
	b.mu.Lock()
	if b.kinds[r.Kind][r.ID] != nil {
		b.mu.Unlock()
		return r, fmt.Errorf("%s %s: %w", r.Kind, r.ID, ErrExists)
	}
	if len(b.kinds[r.Kind]) >= maxRecords {
		b.mu.Unlock()
		return r, fmt.Errorf("%s: %w: %d are kept", r.Kind, ErrFull, maxRecords)
	}
	if fits != nil {
		if err := fits(b.list(r.Kind, r.Project, nil)); err != nil {
			b.mu.Unlock()
			return r, err
		}
	}
	if b.kinds[r.Kind] == nil {
		b.kinds[r.Kind] = map[string]*Record{}
	}
	b.sequence++
	r.Sequence, r.Created = b.sequence, b.now()
	r.Updated = r.Created
	if r.Object = maps.Clone(r.Object); r.Object == nil {
		r.Object = Object{}
	}
	b.kinds[r.Kind][r.ID] = &r
	b.mu.Unlock()
	b.tell(Change{New: &r})
	return r, nil
}

// Restore puts records back that a book had, as they were, and tells of them in the order in which they were made.
func (b *Book) Restore(all []Record) {
	slices.SortFunc(all, func(x, y Record) int { return cmp.Compare(x.Sequence, y.Sequence) })
	b.mu.Lock()
	for _, r := range all {
		if b.kinds[r.Kind] == nil {
			b.kinds[r.Kind] = map[string]*Record{}
		}
		b.kinds[r.Kind][r.ID] = &r
		b.sequence = max(b.sequence, r.Sequence)
	}
	b.mu.Unlock()
	for _, r := range all {
		b.tell(Change{New: &r})
	}
}

// Get returns a record of a project.
func (b *Book) Get(kind, project, id string) (Record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.find(kind, project, id)
	if err != nil {
		return Record{}, err
	}
	return *r, nil
}

// find is Get. b.mu is held.
func (b *Book) find(kind, project, id string) (*Record, error) {
	r := b.kinds[kind][id]
	if r == nil || !Visible(r.Project, project) {
		return nil, fmt.Errorf("%s %s: %w", kind, id, ErrNone)
	}
	return r, nil
}

// Visible reports whether what belongs to one project is to be seen in another: its own sees it, and all see
// what is nobody's.
func Visible(of, project string) bool { return of == "" || project == "" || of == project }

// Update changes a record; where change fails, nothing has changed. change gets a copy of the object and must
// not call the book.
func (b *Book) Update(kind, project, id string, change func(Object) error) (Record, error) {
	b.mu.Lock()
	old, err := b.find(kind, project, id)
	if err != nil {
		b.mu.Unlock()
		return Record{}, err
	}
	r := *old
	r.Object = maps.Clone(old.Object)
	if err := change(r.Object); err != nil {
		b.mu.Unlock()
		return *old, err
	}
	r.Updated = b.now()
	b.kinds[kind][id] = &r
	b.mu.Unlock()
	b.tell(Change{Old: old, New: &r})
	return r, nil
}

// Delete forgets a record.
func (b *Book) Delete(kind, project, id string) error {
	b.mu.Lock()
	r, err := b.find(kind, project, id)
	if err == nil {
		delete(b.kinds[kind], id)
	}
	b.mu.Unlock()
	if err == nil {
		b.tell(Change{Old: r})
	}
	return err
}

// Keep lets go of the oldest records of a kind and project beyond so many.
func (b *Book) Keep(kind, project string, most int) {
	b.mu.Lock()
	all := b.list(kind, project, nil)
	old := all[min(most, len(all)):]
	for _, r := range old {
		delete(b.kinds[kind], r.ID)
	}
	b.mu.Unlock()
	for _, r := range old {
		b.tell(Change{Old: &r})
	}
}

// List lists the records of a kind and project that are wanted, newest first; nil wants all.
func (b *Book) List(kind, project string, want func(Record) bool) []Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.list(kind, project, want)
}

// list is List. b.mu is held.
func (b *Book) list(kind, project string, want func(Record) bool) []Record {
	var out []Record
	for _, r := range b.kinds[kind] {
		if Visible(r.Project, project) && (want == nil || want(*r)) {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(x, y Record) int { return cmp.Compare(y.Sequence, x.Sequence) })
	return out
}
