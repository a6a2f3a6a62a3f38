package cloud

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/cloud/store"
)

// held are the backlogs of a cloud by name, as the state file keeps what waits in them: until it is settled, so that
// what a consumer or a receiver had when the process ended comes to it again. What came and went within the second
// that a change may wait for the file is not written.
type held struct {
	mu      sync.Mutex
	all     map[string]*backlog
	earlier map[string][]waiting // of the file, and of backlogs that are not there yet
}

// keptWaiting is one that waits, in the file.
type keptWaiting struct {
	Text     []byte
	Topic    string
	At       time.Time
	Failures uint32
}

// queueBacklog and actionBacklog name the backlogs of a queue and of a rule action.
func queueBacklog(q queueName) string {
	return "queue/" + url.PathEscape(q.project) + "/" + url.PathEscape(q.name)
}
func actionBacklog(action string) string { return "action/" + url.PathEscape(action) }

func waitingName(backlog string, id uint64) string { return fmt.Sprintf("%s/%016x", backlog, id) }

func cutWaiting(name string) (backlog string, id uint64, err error) {
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return "", 0, fmt.Errorf("%w: %q names nothing that waits", store.ErrCorrupt, name)
	}
	id, err = strconv.ParseUint(name[i+1:], 16, 64)
	return name[:i], id, err
}

// openBacklog makes the backlog of a name, with what waited in it when an earlier process ended.
func (c *Cloud) openBacklog(name string, told func(lost int)) *backlog {
	b := newBacklog(c.opts.Now, told)
	b.touch = func(id uint64) { c.touchWaiting(name, id) }
	h := &c.held
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.earlier[name] {
		b.list, b.size, b.sequence = append(b.list, w), b.size+len(w.text), w.id
	}
	delete(h.earlier, name)
	h.all[name] = b
	return b
}

// dropBacklog forgets a backlog with all that waits in it.
func (c *Cloud) dropBacklog(name string) {
	h := &c.held
	h.mu.Lock()
	b, ids := h.all[name], []uint64(nil)
	for _, w := range h.earlier[name] {
		ids = append(ids, w.id)
	}
	delete(h.all, name)
	delete(h.earlier, name)
	h.mu.Unlock()
	if b != nil {
		ids = append(ids, b.ids()...)
	}
	for _, id := range ids {
		c.touchWaiting(name, id)
	}
}

func (c *Cloud) touchWaiting(backlog string, id uint64) {
	c.store.Touch(store.Key{Table: waitingTable, Name: waitingName(backlog, id)})
}

// kept is one that waits; nil where it does not any more.
func (h *held) kept(name string) any {
	backlog, id, err := cutWaiting(name)
	if err != nil {
		return nil
	}
	h.mu.Lock()
	b := h.all[backlog]
	h.mu.Unlock()
	if b == nil {
		return nil
	}
	if w, is := b.find(id); is {
		return keptWaiting{w.text, w.topic, w.at, w.failures}
	}
	return nil
}

// restoreWaiting takes what waits, which the file has in its order.
func (c *Cloud) restoreWaiting(s *store.Store) error {
	return each(s, waitingTable, func(name string, k keptWaiting) error {
		backlog, id, err := cutWaiting(name)
		if err != nil {
			return err
		}
		c.held.earlier[backlog] = append(c.held.earlier[backlog],
			waiting{id: id, text: k.Text, topic: k.Topic, at: k.At, failures: k.Failures})
		return nil
	})
}

// ids are those of all that wait, also with somebody.
func (b *backlog) ids() []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Collect(maps.Keys(b.taken))
	for _, w := range b.list {
		out = append(out, w.id)
	}
	return out
}

// find is one that waits, also with somebody.
func (b *backlog) find(id uint64) (waiting, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, is := b.taken[id]; is {
		return w, true
	}
	i, is := slices.BinarySearchFunc(b.list, id, func(w waiting, id uint64) int {
		switch {
		case w.id < id:
			return -1
		case w.id > id:
			return 1
		}
		return 0
	})
	if !is {
		return waiting{}, false
	}
	return b.list[i], true
}
