// Package board is the simulated board around a module: the pins, converters and buses that a script
// drives, and what hangs on them.
//
// Nothing here knows a script. Who plays the world, a test or the bench, sets what the script reads
// and reads what the script set. All methods may be called by several goroutines.
package board

import (
	"fmt"
	"sync"
)

// Board is one board.
type Board struct {
	mu     sync.Mutex
	pins   map[int]*pin
	volts  map[int]int
	slaves map[slaveKey]map[int]byte
	tell   func(text string)
}

type pin struct {
	out   bool
	level int
	pull  int
}

type slaveKey struct{ bus, address int }

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
	return &Board{pins: map[int]*pin{}, volts: map[int]int{}, slaves: map[slaveKey]map[int]byte{}, tell: tell}
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
	}
	b.mu.Unlock()
	if out && changed {
		b.tell(fmt.Sprintf("pin %d is %d", n, level))
	}
	return out
}

// Drive sets a pin's level from outside and returns the edge; ok is false when nothing changed.
func (b *Board) Drive(n, level int) (e Edge, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.pin(n)
	if p.level == level {
		return Edge{}, false
	}
	p.level = level
	return Edge{Pin: n, Rising: level == 1}, true
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

// SetRegisters puts a slave on an I2C bus, if there is none with the address, and sets registers.
func (b *Board) SetRegisters(bus, address, register int, values []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := slaveKey{bus, address}
	if b.slaves[key] == nil {
		b.slaves[key] = map[int]byte{}
	}
	for i, v := range values {
		b.slaves[key][register+i] = v
	}
}

// Registers reads n registers of a slave; ok is false when no slave has the address. Those that
// nobody set are 0.
func (b *Board) Registers(bus, address, register, n int) (values []byte, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	slave, ok := b.slaves[slaveKey{bus, address}]
	if !ok {
		return nil, false
	}
	values = make([]byte, n)
	for i := range values {
		values[i] = slave[register+i]
	}
	return values, true
}

// WriteRegisters is a write of the script; false when no slave has the address.
func (b *Board) WriteRegisters(bus, address, register int, values []byte) bool {
	if _, ok := b.Registers(bus, address, register, 0); !ok {
		return false
	}
	b.SetRegisters(bus, address, register, values)
	b.tell(fmt.Sprintf("i2c %d address 0x%02x register 0x%02x gets % x", bus, address, register, values))
	return true
}
