package board

import (
	"bytes"
	"testing"
)

func TestPins(t *testing.T) {
	var told []string
	b := New(func(s string) { told = append(told, s) })
	b.Configure(5, true, PullNone, 0)
	if !b.Write(5, 1) || b.Level(5) != 1 || !b.Direction(5) {
		t.Error("an output is not written")
	}
	b.Write(5, 1)
	if len(told) != 1 || told[0] != "pin 5 is 1" {
		t.Errorf("told %q", told)
	}
	b.Configure(6, false, PullUp, 0)
	if b.Write(6, 0) || b.Level(6) != 1 {
		t.Error("an input was written, or its pull does not hold")
	}
	if e, ok := b.Drive(6, 0); !ok || e.Rising || e.Pin != 6 || b.Level(6) != 0 {
		t.Errorf("edge %+v %v", e, ok)
	}
	if _, ok := b.Drive(6, 0); ok {
		t.Error("no change, but an edge")
	}
}

func TestRegisters(t *testing.T) {
	b := New(nil)
	if b.WriteRegisters(0, 0x40, 1, []byte{1}) {
		t.Error("written to a slave that is not there")
	}
	b.SetRegisters(0, 0x40, 1, []byte{7, 8})
	if !b.WriteRegisters(0, 0x40, 2, []byte{9}) {
		t.Error("not written")
	}
	if v, ok := b.Registers(0, 0x40, 0, 4); !ok || !bytes.Equal(v, []byte{0, 7, 9, 0}) {
		t.Errorf("registers %v %v", v, ok)
	}
	b.SetVoltage(1, 1200)
	if b.Voltage(1) != 1200 || b.Voltage(0) != 0 {
		t.Error("voltage")
	}
}
