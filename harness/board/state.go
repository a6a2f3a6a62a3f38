package board

import (
	"cmp"
	"maps"
	"slices"
)

// PinState is a pin as somebody sees it who looks at the board.
type PinState struct {
	Number int `json:"number"`
	// Out is an output, whose level the script sets; Pull is that of an input.
	Out   bool `json:"out"`
	Level int  `json:"level"`
	Pull  int  `json:"pull"`
	// Driven says that somebody outside the script set the level.
	Driven bool `json:"driven"`
}

// Pins are the pins that were used or driven, by their numbers.
func (b *Board) Pins() []PinState {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []PinState{}
	for _, n := range slices.Sorted(maps.Keys(b.pins)) {
		p := b.pins[n]
		out = append(out, PinState{n, p.out, p.level, p.pull, p.driven})
	}
	return out
}

// Voltages are what SetVoltage set, in millivolts by channel.
func (b *Board) Voltages() map[int]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.volts)
}

// Slave is a slave of an I2C bus.
type Slave struct {
	Bus     int `json:"bus"`
	Address int `json:"address"`
}

// Slaves are those of all I2C buses.
func (b *Board) Slaves() []Slave {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []Slave{}
	for key := range b.slaves {
		out = append(out, Slave{key.bus, key.address})
	}
	slices.SortFunc(out, func(a, b Slave) int {
		return cmp.Or(cmp.Compare(a.Bus, b.Bus), cmp.Compare(a.Address, b.Address))
	})
	return out
}
