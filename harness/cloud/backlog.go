package cloud

import (
	"slices"
	"sort"
	"sync"
	"time"
)

// backlog is what waits to be forwarded: up to so many bytes, and for so long; then the oldest goes.
type backlog struct {
	now func() time.Time
	// told hears how many were let go in all: of the first, and whenever they have doubled.
	told func(lost int)
	// touch hears, under mu, of one that came, went or was given back.
	touch func(id uint64)

	mu       sync.Mutex
	list     []waiting          // by id
	taken    map[uint64]waiting // that somebody has, who says what became of them
	size     int                // bytes of the two
	bytes    int                // that may wait
	wait     time.Duration      // for which
	sequence uint64
	lost     int
	sayAt    int           // how many lost are told next
	changed  chan struct{} // closed when something comes; nil while nobody waits
}

// waiting is one that waits.
type waiting struct {
	id       uint64
	text     []byte
	topic    string // of the device's message that it is about; "" for none
	at       time.Time
	failures uint32 // how often somebody had it, and gave it back
}

// What may wait where no policy says it (SDK, AddBacklogPolicy).
const (
	maxBacklog     = 1 << 30
	maxBacklogTime = 24 * time.Hour
)

func newBacklog(now func() time.Time, told func(lost int)) *backlog {
	return &backlog{now: now, told: told, touch: func(uint64) {}, taken: map[uint64]waiting{}, bytes: maxBacklog, wait: maxBacklogTime, sayAt: 1}
}

// limit changes how much may wait, and for how long.
func (b *backlog) limit(bytes int, wait time.Duration) {
	b.mu.Lock()
	b.bytes, b.wait = bytes, wait
	b.trim()
	b.done()
}

// put adds one. The newest is there to be taken even where nothing may wait.
func (b *backlog) put(text []byte, topic string) {
	b.mu.Lock()
	b.sequence++
	b.list = append(b.list, waiting{id: b.sequence, text: text, topic: topic, at: b.now()})
	b.size += len(text)
	b.touch(b.sequence)
	b.trim()
	b.wake()
	b.done()
}

// take takes the oldest; false where none waits. Whoever has it gives it back or settles it.
func (b *backlog) take() (waiting, bool) {
	b.mu.Lock()
	defer b.done()
	b.trim()
	if len(b.list) == 0 {
		return waiting{}, false
	}
	w := b.list[0]
	b.list[0] = waiting{}
	b.list = b.list[1:]
	b.taken[w.id] = w
	return w, true
}

// settle says that one that was taken needs no more done; lost, that nobody got it.
func (b *backlog) settle(id uint64, lost bool) {
	b.mu.Lock()
	defer b.done()
	w, is := b.taken[id]
	if !is {
		return
	}
	delete(b.taken, id)
	b.size -= len(w.text)
	b.touch(id)
	if lost {
		b.lost++
	}
}

// giveBack puts one that was taken where it was.
func (b *backlog) giveBack(id uint64) {
	b.mu.Lock()
	defer b.done()
	w, is := b.taken[id]
	if !is {
		return
	}
	delete(b.taken, id)
	w.failures++
	i := sort.Search(len(b.list), func(i int) bool { return b.list[i].id > id })
	b.list = slices.Insert(b.list, i, w)
	b.touch(id)
	b.trim()
	b.wake()
}

// more is closed when something comes.
func (b *backlog) more() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return b.changed
}

// wake wakes who waits. b.mu is held.
func (b *backlog) wake() {
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// trim lets go of the oldest while there are too many bytes, and of what waits too long. b.mu is held.
func (b *backlog) trim() {
	n, old := 0, b.now().Add(-b.wait)
	for n < len(b.list) && (b.size > b.bytes && n < len(b.list)-1 || b.wait > 0 && b.list[n].at.Before(old)) {
		b.size -= len(b.list[n].text)
		b.touch(b.list[n].id)
		n++
	}
	b.list = slices.Delete(b.list, 0, n)
	b.lost += n
}

// expired reports whether one has waited too long.
func (b *backlog) expired(w waiting) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now().Sub(w.at) > b.wait
}

// done gives b.mu free, and tells what was let go.
func (b *backlog) done() {
	lost := 0
	if b.lost >= b.sayAt {
		lost, b.sayAt = b.lost, 2*b.lost
	}
	b.mu.Unlock()
	if lost > 0 {
		b.told(lost)
	}
}
