package vmodule

import (
	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/device/direct"
)

// surroundings are a module's device with what happens to the module itself: to its ports, its AT commands and its
// supply.
type surroundings struct {
	*direct.Device
	m *Module
}

// Surroundings is the module as one whose surroundings a test or a bench controls: its device, and what only a module
// with ports has.
func (m *Module) Surroundings() device.Device { return surroundings{m.dev, m} }

// RefuseCommand has the n-th command from now on whose name begins with prefix refused with +CME ERROR: code.
func (s surroundings) RefuseCommand(prefix string, n, code int) {
	s.m.FailCommand(prefix, n, atcmd.CME(code))
}

// SilenceCommand has it do nothing and get no answer.
func (s surroundings) SilenceCommand(prefix string, n int) { s.m.MuteCommand(prefix, n) }

// LoseURC loses the next count URCs that begin with prefix; 0 is all.
func (s surroundings) LoseURC(prefix string, count int) { s.m.DropURC(prefix, count) }

// SayRaw prints bytes on every AT port as they are.
func (s surroundings) SayRaw(p []byte) { s.m.SendRaw(p) }

// SetLineSpeed has the ports be as slow as UARTs of so many baud; 0 ends that.
func (s surroundings) SetLineSpeed(baud int) { s.m.SlowLine(baud) }

// RestartModule restarts the module, as AT+CFUN=1,1 does.
func (s surroundings) RestartModule() { s.m.Reboot() }

// SwitchModule switches the module on or off; nothing happens where it is so already.
func (s surroundings) SwitchModule(on bool) {
	switch off := s.m.isOff(); {
	case on && off:
		s.m.spawn(s.m.PowerOn)
	case !on && !off:
		s.m.spawn(s.m.PowerDown)
	}
}
