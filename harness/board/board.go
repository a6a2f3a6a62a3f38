// Package board is the simulated board around a module: the pins, converters and buses that a script
// drives, and what hangs on them.
//
// Nothing here knows a script. A test or the bench sets what the script reads, and reads what the script
// set. All methods may be called by several goroutines.
package board

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Board is one board.
type Board struct {
	mu       sync.Mutex
	pins     map[int]*pin
	volts    map[int]int
	slaves   map[slaveKey]map[int]byte
	lines    map[int]*Line
	spi      map[int]*spiPeer
	watchers map[int]func(Edge)
	next     int // of watchers
	tell     func(text string)
}

type pin struct {
	out     bool
	level   int
	pull    int
	driven  bool // somebody outside the script set the level
	written []int
}

// remembered is how many of the levels that a script wrote to a pin are kept.
const remembered = 1000

// The pulls of a pin, as the vendor counts them.
const (
	PullNone = iota
	PullUp
	PullDown
)

// Edge is a change of a pin's level that somebody outside the script made.
type Edge struct {
	Pin    int
	Rising bool
}

// New returns an empty board. tell hears of what the script changes, "pin 5 is 1"; nil for nobody.
func New(tell func(text string)) *Board {
	if tell == nil {
		tell = func(string) {}
	}
	return &Board{pins: map[int]*pin{}, volts: map[int]int{}, slaves: map[slaveKey]map[int]byte{}, lines: map[int]*Line{},
		spi: map[int]*spiPeer{}, watchers: map[int]func(Edge){}, tell: tell}
}

func (b *Board) pin(n int) *pin {
	p := b.pins[n]
	if p == nil {
		p = &pin{}
		b.pins[n] = p
	}
	return p
}

// Configure makes a pin an output with a level, or an input with a pull, which is its level until
// something drives it.
func (b *Board) Configure(n int, out bool, pull, level int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, known := b.pins[n]
	p := b.pin(n)
	p.out, p.pull = out, pull
	p.driven = p.driven && !out
	switch {
	case out:
		p.level = level
	case !known && pull == PullUp:
		p.level = 1
	}
}

// Direction reports whether a pin is an output.
func (b *Board) Direction(n int) (out bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pin(n).out
}

// Level is the level of a pin, 0 or 1.
func (b *Board) Level(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pin(n).level
}

// Write sets an output pin; false when the pin is an input.
func (b *Board) Write(n, level int) bool {
	b.mu.Lock()
	p := b.pin(n)
	out, changed := p.out, p.level != level
	if out {
		p.level = level
		p.written = append(p.written[max(0, len(p.written)-remembered+1):], level)
	}
	b.mu.Unlock()
	if out && changed {
		b.tell(fmt.Sprintf("pin %d is %d", n, level))
	}
	return out
}

// Written lists the levels that the script wrote to an output pin, the newest last.
func (b *Board) Written(n int) []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.pin(n).written)
}

// Drive sets a pin's level from outside; who watches hears of the edge, if it is one.
func (b *Board) Drive(n, level int) {
	b.mu.Lock()
	p := b.pin(n)
	p.driven = true
	if p.level == level {
		b.mu.Unlock()
		return
	}
	p.level = level
	watchers := slices.Collect(maps.Values(b.watchers))
	b.mu.Unlock()
	for _, f := range watchers {
		f(Edge{Pin: n, Rising: level == 1})
	}
}

// Watch has f called on every edge that somebody outside the script makes, on the goroutine that
// makes it; f must not block.
func (b *Board) Watch(f func(Edge)) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := b.next
	b.next++
	b.watchers[id] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, id)
	}
}

// SetVoltage sets what the converter of a channel measures, in millivolts.
func (b *Board) SetVoltage(channel, millivolts int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.volts[channel] = millivolts
}

// Voltage is what the converter of a channel measures, in millivolts; 0 until somebody sets it.
func (b *Board) Voltage(channel int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.volts[channel]
}
