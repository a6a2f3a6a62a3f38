package cloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/store"
)

// What a cloud keeps in Options.State. Its memory is what counts while it runs: the file follows, and is read when the
// cloud starts. What ends with the process is not kept: connections, requests that wait for an answer, and links of the
// object store.

// stateFormat is the form of the file; it is raised when an older quecstar would misread a newer file, or the other
// way about.
const stateFormat = "cloud 1"

// The tables of the file.
const (
	productTable   = "product"
	deviceTable    = "device"
	recordTable    = "record" // by kind and id
	taskTable      = "task"
	partTable      = "task part" // by task and number
	objectTable    = "object"
	authorityTable = "authority"
	waitingTable   = "waiting" // by backlog and number
	sessionTable   = "session" // by device
)

// keptProduct is a product with what its JSON leaves out.
type keptProduct struct {
	Product  Product
	Topics   []string
	Project  string
	Created  time.Time
	Sequence uint64
}

// keptDevice is a device in the file.
type keptDevice struct {
	Device
	Online, Reachable bool
	Shadow            map[string]Shadow
	Messages          []Message
	ChildVersion      int
	LogsUntil         time.Time
	Gone              []childInfo
}

// keptTask is a task in the file, but for its parts, of which there are so many.
type keptTask struct {
	Task
	Parts int
}

// keptPart is a part of a task; Begun says that it waits for nobody's order.
type keptPart struct {
	TaskPart
	Begun bool
}

// keptAuthority is the authority, as PEM text.
type keptAuthority struct{ Cert, Key []byte }

// Sync waits until all that changed before is in the state file; at once where there is none. The error is why it
// could not be written.
func (c *Cloud) Sync() error { return c.store.Flush() }

// touch notes that a device changed.
func (c *Cloud) touch(id string) { c.store.Touch(store.Key{Table: deviceTable, Name: id}) }

// touchProduct notes that a product changed.
func (c *Cloud) touchProduct(id string) { c.store.Touch(store.Key{Table: productTable, Name: id}) }

// openState reads the file, and follows it from now on.
func (c *Cloud) openState() error {
	if c.opts.State == "" {
		return nil
	}
	s, err := store.Open(c.opts.State, stateFormat)
	if err == nil {
		c.store = s // what is restored is gone on with at once
		if err = c.restore(s); err != nil {
			err = errors.Join(err, s.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	if info, err := os.Stat(c.opts.State); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		c.warn("", "", "the state file %s holds the devices' secrets, and others may read it: have it chmod 600",
			c.opts.State)
	}
	s.Begin(c.kept, func(err error) { c.warn("", "", "the state is not written, and is tried again: %v", err) })
	c.book.Watch(func(ch record.Change) {
		r := cmp.Or(ch.New, ch.Old)
		s.Touch(store.Key{Table: recordTable, Name: r.Kind + "/" + r.ID})
	})
	return nil
}

// Restored reports whether a product or a device of this id came from the state file and was named nowhere else yet:
// it is true once.
func (c *Cloud) Restored(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.restored[id]
	delete(c.restored, id)
	return was
}

// kept is what the file should hold of a key; nil for nothing.
func (c *Cloud) kept(k store.Key) ([]byte, error) {
	switch k.Table {
	case objectTable:
		o, err := c.objects.get(k.Name)
		if err != nil {
			return nil, nil //nolint:nilerr // there is none
		}
		return append([]byte{}, o...), nil
	case productTable:
		c.mu.Lock()
		p := c.products[k.Name]
		c.mu.Unlock()
		if p == nil {
			return nil, nil
		}
		return json.Marshal(keptProduct{*p, p.Topics, p.Project, p.Created, p.Sequence})
	case deviceTable:
		if d := c.keptDevice(k.Name); d != nil {
			return json.Marshal(d)
		}
	case recordTable:
		kind, id, _ := strings.Cut(k.Name, "/")
		if r, err := c.book.Get(kind, "", id); err == nil {
			return json.Marshal(r)
		}
	case taskTable, partTable:
		if v := c.tasks.kept(k); v != nil {
			return json.Marshal(v)
		}
	case sessionTable:
		if s := c.broker.Saved(k.Name); s != nil {
			return json.Marshal(s)
		}
	case waitingTable:
		if v := c.held.kept(k.Name); v != nil {
			return json.Marshal(v)
		}
	case authorityTable:
		return c.keptAuthority()
	}
	return nil, nil
}

// keptDevice copies what is kept of a device; nil where there is none.
func (c *Cloud) keptDevice(id string) *keptDevice {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id]
	if d == nil {
		return nil
	}
	out := &keptDevice{Device: d.snapshot(), Online: d.client != nil, Reachable: d.reachable,
		Shadow: make(map[string]Shadow, len(d.shadow)), ChildVersion: d.childVersion, Gone: slices.Clone(d.gone),
		LogsUntil: d.logsUntil}
	for service, s := range d.shadow {
		kept := *s
		kept.Desired, kept.Reported = copyMap(s.Desired), copyMap(s.Reported)
		out.Shadow[service] = kept
	}
	for _, m := range d.messages {
		out.Messages = append(out.Messages, *m)
	}
	return out
}

// kept is a task or a part of one; nil where there is none.
func (ts *tasks) kept(k store.Key) any {
	id, number := k.Name, 0
	if k.Table == partTable {
		id, number = cutPart(k.Name)
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.all[id]
	switch {
	case t == nil:
		return nil
	case k.Table == taskTable:
		return keptTask{t.Task, len(t.Parts)}
	}
	return keptPart{t.Parts[number], t.stops[number] != nil}
}

// partName is the name of a part of a task in the file.
func partName(task string, number int) string { return fmt.Sprintf("%s/%06d", task, number) }

func cutPart(name string) (task string, number int) {
	task, digits, _ := strings.Cut(name, "/")
	number, _ = strconv.Atoi(digits) // written by partName
	return task, number
}

// each reads the JSON of a table.
func each[T any](s *store.Store, table string, take func(name string, v T) error) error {
	return s.Each(table, func(name string, value []byte) error {
		var v T
		if err := DecodeJSON(value, &v); err != nil {
			return fmt.Errorf("%w: %v", store.ErrCorrupt, err)
		}
		return take(name, v)
	})
}

// restore takes what the file has: first what others speak of.
func (c *Cloud) restore(s *store.Store) error {
	for _, of := range []func(*store.Store) error{c.restoreAuthority, c.restoreProducts, c.restoreDevices,
		c.restoreObjects, c.tasks.restore, c.restoreSessions, c.restoreWaiting,
		c.restoreRecords} {
		if err := of(s); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cloud) restoreProducts(s *store.Store) error {
	return each(s, productTable, func(id string, k keptProduct) error {
		p := k.Product
		p.Topics, p.Project, p.Created, p.Sequence = k.Topics, k.Project, k.Created, k.Sequence
		c.products[id], c.sequence, c.restored[id] = &p, max(c.sequence, p.Sequence), true
		return nil
	})
}

// restoreDevices takes the devices, none of which is online; a child is what its gateway said last.
func (c *Cloud) restoreDevices(s *store.Store) error {
	now := c.opts.Now()
	return each(s, deviceTable, func(id string, k keptDevice) error {
		d := &device{Device: k.Device, reachable: k.Reachable, childVersion: k.ChildVersion, gone: k.Gone,
			logsUntil: k.LogsUntil}
		if k.Online {
			d.StatusSince = now
		}
		if len(k.Shadow) > 0 {
			d.shadow = make(map[string]*Shadow, len(k.Shadow))
		}
		for service, shadow := range k.Shadow {
			d.shadow[service] = &shadow
		}
		for _, m := range k.Messages {
			d.messages = append(d.messages, &m)
		}
		c.under(d)
		c.devices[id], c.sequence, c.restored[id] = d, max(c.sequence, d.Sequence), true
		return nil
	})
}

// touchSession notes that the MQTT session of a device changed; those of others are not kept.
func (c *Cloud) touchSession(key string) {
	if _, consumes := consumerProject(key); !consumes && !strings.HasPrefix(key, bootstrapKey) {
		c.store.Touch(store.Key{Table: sessionTable, Name: key})
	}
}

// restoreSessions takes the sessions of devices that there are.
func (c *Cloud) restoreSessions(s *store.Store) error {
	return each(s, sessionTable, func(id string, k broker.Saved) error {
		if c.devices[id] != nil {
			c.broker.Restore(id, k)
		}
		return nil
	})
}

func (c *Cloud) restoreObjects(s *store.Store) error {
	return s.Each(objectTable, func(key string, value []byte) error { return c.objects.put(key, value) })
}

func (c *Cloud) restoreRecords(s *store.Store) error {
	var all []record.Record
	err := each(s, recordTable, func(_ string, r record.Record) error {
		all = append(all, r)
		return nil
	})
	if err == nil {
		c.book.Restore(all)
	}
	return err
}

var errNotResumed = errors.New("the task is of an earlier run, and is not gone on with: the API is not served")

// restore takes the tasks, which ResumeTasks goes on with.
func (ts *tasks) restore(s *store.Store) error {
	err := each(s, taskTable, func(id string, k keptTask) error {
		t := &task{Task: k.Task, idle: make([]bool, k.Parts)}
		t.Parts, t.slots = make([]TaskPart, k.Parts), make(chan struct{}, t.Parallel)
		t.stops = make([]context.CancelFunc, k.Parts)
		t.Do = func(context.Context, string) (string, error) { return "", errNotResumed }
		ts.all[id], ts.next = t, max(ts.next, t.Sequence)
		return nil
	})
	if err != nil {
		return err
	}
	return each(s, partTable, func(name string, k keptPart) error {
		id, number := cutPart(name)
		if t := ts.all[id]; t != nil && number < len(t.Parts) {
			t.Parts[number], t.idle[number] = k.TaskPart, !k.Begun
		}
		return nil
	})
}

func (c *Cloud) restoreAuthority(s *store.Store) error {
	return each(s, authorityTable, func(_ string, k keptAuthority) (err error) {
		if c.opts.CADir == "" {
			c.ca, err = authorityOf(k.Cert, k.Key)
		}
		return err
	})
}

func (c *Cloud) keptAuthority() ([]byte, error) {
	c.mu.Lock()
	ca := c.ca
	c.mu.Unlock()
	if ca == nil || c.opts.CADir != "" {
		return nil, nil
	}
	key, err := ca.keyPEM()
	if err != nil {
		return nil, err
	}
	return json.Marshal(keptAuthority{ca.pem, key})
}
