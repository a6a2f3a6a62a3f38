package board

import (
	"fmt"
	"math"
	"sync"
)

// The commands of a 1-Wire bus: those that choose a slave, and those of a thermometer (Maxim
// Integrated, DS18B20 data sheet 19-7487, "ROM Commands" and "DS18B20 Function Commands").
const (
	romRead       = 0x33
	romMatch      = 0x55
	romSkip       = 0xcc
	convert       = 0x44
	scratchWrite  = 0x4e
	scratchCopy   = 0x48
	scratchRead   = 0xbe
	scratchRecall = 0xb8
	powerRead     = 0xb4
)

// scratchSize is how many bytes a scratchpad has, before its check byte.
const scratchSize = 8

// wireSlave is one slave: its ROM code and scratchpad.
type wireSlave struct {
	rom     [8]byte
	scratch [scratchSize]byte
	kept    [3]byte // what survives: alarms and configuration
	celsius float64
	sensor  bool // celsius is what it measures

	selected bool
	reply    []byte
}

// Wires are the 1-Wire buses of a board, by pin. Its methods may be called by several goroutines; its
// zero value has no slaves.
type Wires struct {
	mu    sync.Mutex
	wires map[int]*wire
}

// wire is a 1-Wire bus on a pin.
type wire struct {
	slaves []*wireSlave
	state  func(w *wire, b byte)
	args   []byte
}

// CRC8 is the check byte of the 1-Wire bus (the same data sheet, "CRC Generation").
func CRC8(data []byte) byte {
	var crc byte
	for _, b := range data {
		for range 8 {
			mix := (crc ^ b) & 1
			crc >>= 1
			if mix != 0 {
				crc ^= 0x8c
			}
			b >>= 1
		}
	}
	return crc
}

func (b *Wires) wire(pin int) *wire {
	w := b.wires[pin]
	if w == nil {
		if b.wires == nil {
			b.wires = map[int]*wire{}
		}
		w = &wire{}
		b.wires[pin] = w
	}
	return w
}

// SetSlave puts a slave on the bus of a pin, or changes it. A ROM code of seven bytes gets its check
// byte; scratchpads have up to 8 bytes.
func (b *Wires) SetSlave(pin int, rom, scratchpad []byte) error {
	s, err := b.wireSlave(pin, rom)
	if err != nil {
		return err
	}
	if len(scratchpad) > scratchSize {
		return fmt.Errorf("a scratchpad has %d bytes, not %d", scratchSize, len(scratchpad))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	copy(s.scratch[:], scratchpad)
	copy(s.kept[:], s.scratch[2:5])
	return nil
}

// SetTemperature has a slave measure a temperature, from -55 to 125 degrees Celsius, which its
// scratchpad shows once the script had it converted.
func (b *Wires) SetTemperature(pin int, rom []byte, celsius float64) error {
	if celsius < -55 || celsius > 125 {
		return fmt.Errorf("a temperature is -55 to 125, not %g", celsius)
	}
	s, err := b.wireSlave(pin, rom)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s.celsius, s.sensor = celsius, true
	return nil
}

// Scratchpad returns the scratchpad of a slave, nil when there is none.
func (b *Wires) Scratchpad(pin int, rom []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.wire(pin).slaves {
		if len(rom) >= 7 && string(s.rom[:7]) == string(rom[:7]) {
			return append([]byte(nil), s.scratch[:]...)
		}
	}
	return nil
}

// wireSlave finds a slave or adds one, with the scratchpad that a thermometer has at power-on: 85
// degrees, twelve bits (the same data sheet, "Memory").
func (b *Wires) wireSlave(pin int, rom []byte) (*wireSlave, error) {
	if len(rom) != 7 && len(rom) != 8 {
		return nil, fmt.Errorf("a ROM code has 8 bytes, or 7 without its check byte, not %d", len(rom))
	}
	crc := CRC8(rom[:7])
	if len(rom) == 8 && rom[7] != crc {
		return nil, fmt.Errorf("the check byte of the ROM code is 0x%02x, not 0x%02x", crc, rom[7])
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.wire(pin)
	for _, s := range w.slaves {
		if string(s.rom[:7]) == string(rom[:7]) {
			return s, nil
		}
	}
	s := &wireSlave{scratch: [scratchSize]byte{0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10}}
	copy(s.rom[:], rom[:7])
	s.rom[7] = crc
	copy(s.kept[:], s.scratch[2:5])
	w.slaves = append(w.slaves, s)
	return s, nil
}

// Reset begins anew; it reports whether a slave is there.
func (b *Wires) Reset(pin int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.wire(pin)
	w.state = (*wire).romCommand
	for _, s := range w.slaves {
		s.selected, s.reply = true, nil
	}
	return len(w.slaves) > 0
}

// Write gives bytes to the slaves. Without a reset before, nobody listens.
func (b *Wires) Write(pin int, data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.wire(pin)
	for _, x := range data {
		if w.state != nil {
			w.state(w, x)
		}
	}
}

// Read reads n bytes: all slaves that send pull the wire down together, and where nobody sends all
// bits are 1.
func (b *Wires) Read(pin, n int) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]byte, n)
	for i := range out {
		out[i] = 0xff
		for _, s := range b.wire(pin).slaves {
			if len(s.reply) > 0 {
				out[i] &= s.reply[0]
				s.reply = s.reply[1:]
			}
		}
	}
	return out
}

func (w *wire) romCommand(b byte) {
	w.args, w.state = nil, (*wire).function
	switch b {
	case romSkip:
	case romMatch:
		w.state = (*wire).match
	case romRead:
		w.each(func(s *wireSlave) { s.reply = append([]byte(nil), s.rom[:]...) })
	default:
		w.state = nil
	}
}

// match takes the eight bytes of a ROM code; other slaves than that wait for the next reset.
func (w *wire) match(b byte) {
	w.args = append(w.args, b)
	if len(w.args) < 8 {
		return
	}
	w.each(func(s *wireSlave) { s.selected = string(s.rom[:]) == string(w.args) })
	w.args, w.state = nil, (*wire).function
}

// each does something with all slaves that are selected.
func (w *wire) each(f func(s *wireSlave)) {
	for _, s := range w.slaves {
		if s.selected {
			f(s)
		}
	}
}

func (w *wire) function(b byte) {
	w.state = nil
	switch b {
	case convert:
		w.each(func(s *wireSlave) {
			s.measure()
			s.reply = []byte{0xff}
		})
	case scratchRead:
		w.each(func(s *wireSlave) { s.reply = append(append([]byte(nil), s.scratch[:]...), CRC8(s.scratch[:])) })
	case scratchWrite:
		w.state = (*wire).writeScratch
	case scratchCopy:
		w.each(func(s *wireSlave) { copy(s.kept[:], s.scratch[2:5]) })
	case scratchRecall:
		w.each(func(s *wireSlave) { copy(s.scratch[2:5], s.kept[:]) })
	case powerRead:
		w.each(func(s *wireSlave) { s.reply = []byte{0xff} })
	}
}

func (w *wire) writeScratch(b byte) {
	i := 2 + len(w.args)
	w.each(func(s *wireSlave) { s.scratch[i] = b })
	if w.args = append(w.args, b); len(w.args) == 3 {
		w.state = nil
	}
}

// measure puts the temperature into the first two bytes, in sixteenths of a degree, low byte first,
// as fine as the configuration says: 9 to 12 bits.
func (s *wireSlave) measure() {
	if !s.sensor {
		return
	}
	raw := int16(math.Round(s.celsius * 16))
	raw &^= 1<<(3-s.scratch[4]>>5&3) - 1
	s.scratch[0], s.scratch[1] = byte(raw), byte(raw>>8)
}
