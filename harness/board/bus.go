package board

import (
	"bytes"
	"fmt"
	"slices"
)

type slaveKey struct{ bus, address int }

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

// RemoveSlave takes a slave off an I2C bus: nobody answers at its address any more.
func (b *Board) RemoveSlave(bus, address int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.slaves, slaveKey{bus, address})
}

// spiPeer is what an SPI port talks to.
type spiPeer struct {
	rules responder // none: it echoes
	sent  [][]byte
}

func (b *Board) peer(port int) *spiPeer {
	p := b.spi[port]
	if p == nil {
		p = &spiPeer{}
		b.spi[port] = p
	}
	return p
}

// SPIAnswer has the peer of an SPI port answer with these bytes when the script writes something that
// begins with when; an empty one stands for anything, also for a read without a write. Several answers
// to the same are given in turn, the last one again and again. Until there is one, the peer echoes.
func (b *Board) SPIAnswer(port int, when, answer []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.peer(port).rules.add(Rule{When: when, Answer: answer})
}

// SPITransfer is what the peer answers to what the script wrote, nil for a read alone; last is what an
// echoing peer got before.
func (b *Board) SPITransfer(port int, written, last []byte) (answer []byte) {
	b.mu.Lock()
	p := b.peer(port)
	if written != nil {
		p.sent = append(p.sent[max(0, len(p.sent)-remembered+1):], bytes.Clone(written))
	}
	switch {
	case p.rules.any():
		answer = p.rules.toPrefix(written)
	case written != nil:
		answer = bytes.Clone(written)
	default:
		answer = last
	}
	b.mu.Unlock()
	if written != nil {
		b.tell(fmt.Sprintf("spi %d gets % x", port, written))
	}
	return answer
}

// SPISent lists what the script wrote to an SPI port.
func (b *Board) SPISent(port int) [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.peer(port).sent)
}
