package vmodule

import (
	"errors"
	"slices"
	"strings"
	"time"

	"quecstar/harness/atcmd"
)

// faults are what goes wrong on order; guarded by Module.mu.
type faults struct {
	commands, urcs []*Fault
	garble         func([]byte) []byte
	perByte        time.Duration
	baud           int
}

// Fault is something that was ordered to go wrong with commands or URCs.
type Fault struct {
	m      *Module
	prefix string
	after  int   // how many go well before
	count  int   // how many then do not; 0 is all
	err    error // of a command
	reboot bool
	hits   int
	over   bool
}

// errSilence says that a command gets no answer.
var errSilence = errors.New("no answer")

// FailCommand has the n-th command from now on whose name begins with prefix, such as "+QMT" ("" is any),
// refused with what AT commands print: an *atcmd.Error.
func (m *Module) FailCommand(prefix string, n int, err *atcmd.Error) *Fault {
	return m.faultyCommand(&Fault{prefix: prefix, after: n - 1, err: err})
}

// MuteCommand has the n-th such command do nothing and get no answer.
func (m *Module) MuteCommand(prefix string, n int) *Fault {
	return m.faultyCommand(&Fault{prefix: prefix, after: n - 1, err: errSilence})
}

// RebootAt restarts the module in the middle of the n-th such command.
func (m *Module) RebootAt(prefix string, n int) *Fault {
	return m.faultyCommand(&Fault{prefix: prefix, after: n - 1, err: errSilence, reboot: true})
}

func (m *Module) faultyCommand(f *Fault) *Fault {
	f.m, f.prefix, f.count = m, strings.ToUpper(f.prefix), 1
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults.commands = append(m.faults.commands, f)
	return f
}

// refuses says with what a command is refused; nil when it is not.
func (m *Module) refuses(name string) error {
	f := m.faultOf(name)
	if f == nil {
		return nil
	}
	if f.reboot {
		m.Reboot()
	}
	return f.err
}

func (m *Module) faultOf(name string) *Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.faults.commands {
		if f.strikes(name) {
			return f
		}
	}
	return nil
}

// DropURC loses the next count URCs that begin with prefix; 0 is all.
func (m *Module) DropURC(prefix string, count int) *Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := &Fault{m: m, prefix: prefix, count: count}
	m.faults.urcs = append(m.faults.urcs, f)
	return f
}

// drops reports whether a URC is lost. The caller holds Module.mu.
func (f *faults) drops(line string) bool {
	return slices.ContainsFunc(f.urcs, func(one *Fault) bool { return one.strikes(line) })
}

// strikes reports whether a fault strikes a command or URC, and counts it. The caller holds Module.mu.
func (f *Fault) strikes(text string) bool {
	if f.over || !strings.HasPrefix(text, f.prefix) || f.count > 0 && f.hits >= f.count {
		return false
	}
	if f.after > 0 {
		f.after--
		return false
	}
	f.hits++
	return true
}

// Hits is how often the fault struck.
func (f *Fault) Hits() int {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return f.hits
}

// Remove takes the fault away.
func (f *Fault) Remove() {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	f.over = true
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
	m.faults.baud, m.faults.perByte = max(baud, 0), transmission(baud)
}

// LineSpeed is the speed of SlowLine in baud; 0 is none.
func (m *Module) LineSpeed() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults.baud
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
