package vmodule

import (
	"strings"
	"time"

	"quecstar/harness/atcmd"
)

// faults are what goes wrong on order; guarded by Module.mu.
type faults struct {
	refusals []*refusal
	dropped  []*drop
	garble   func([]byte) []byte
	perByte  time.Duration
}

type refusal struct {
	prefix string
	nth    int
	err    error
}

type drop struct {
	prefix string
	count  int
}

// FailCommand has the n-th command from now on whose name begins with prefix ("" is any) refused.
// The error is what AT commands print: an *atcmd.Error.
func (m *Module) FailCommand(prefix string, n int, err *atcmd.Error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults.refusals = append(m.faults.refusals, &refusal{strings.ToUpper(prefix), n, err})
}

// refuses counts a command down and says with what it is refused; nil when it is not.
func (m *Module) refuses(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range m.faults.refusals {
		if !strings.HasPrefix(name, r.prefix) {
			continue
		}
		if r.nth--; r.nth <= 0 {
			m.faults.refusals = append(m.faults.refusals[:i:i], m.faults.refusals[i+1:]...)
			return r.err
		}
	}
	return nil
}

// DropURC loses the next count URCs that begin with prefix.
func (m *Module) DropURC(prefix string, count int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults.dropped = append(m.faults.dropped, &drop{prefix, count})
}

// drops reports whether a URC is lost. The caller holds Module.mu.
func (f *faults) drops(line string) bool {
	for _, d := range f.dropped {
		if d.count > 0 && strings.HasPrefix(line, d.prefix) {
			d.count--
			return true
		}
	}
	return false
}

// GarbleLine has f change the bytes that the module sends; nil ends that.
func (m *Module) GarbleLine(f func([]byte) []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults.garble = f
}

// SlowLine sends as a UART of so many baud does; 0 ends that.
func (m *Module) SlowLine(baud int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults.perByte = transmission(baud)
}

func (m *Module) lineFaults() (garble func([]byte) []byte, perByte time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults.garble, m.faults.perByte
}

// SendRaw prints bytes on every port as they are: noise, or a URC that the module does not know.
func (m *Module) SendRaw(p []byte) {
	for _, port := range m.openPorts() {
		port.out.offer(p)
	}
}

// Unplug takes the ports away, as pulling the USB cable does; the module goes on.
func (m *Module) Unplug() { m.hangUp() }
