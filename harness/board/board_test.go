package board

import (
	"bytes"
	"regexp"
	"slices"
	"testing"
	"time"
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
	var edges []Edge
	stop := b.Watch(func(e Edge) { edges = append(edges, e) })
	b.Drive(6, 0)
	b.Drive(6, 0)
	stop()
	b.Drive(6, 1)
	if want := []Edge{{Pin: 6}}; !slices.Equal(edges, want) || b.Level(6) != 1 {
		t.Errorf("edges %+v, want %+v", edges, want)
	}
	if got := b.Written(5); !slices.Equal(got, []int{1, 1}) {
		t.Errorf("written %v", got)
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

func TestASlaveGoes(t *testing.T) {
	b := New(nil)
	b.SetRegisters(0, 0x40, 1, []byte{1})
	b.RemoveSlave(0, 0x40)
	if _, ok := b.Registers(0, 0x40, 1, 1); ok {
		t.Error("a slave that is gone answers")
	}
}

func TestSPI(t *testing.T) {
	b := New(nil)
	if got := b.SPITransfer(0, []byte("ab"), nil); string(got) != "ab" {
		t.Errorf("echo %q", got)
	}
	b.SPIAnswer(0, []byte{0x9f}, []byte("id"))
	b.SPIAnswer(0, nil, []byte("1"))
	b.SPIAnswer(0, nil, []byte("2"))
	for i, want := range []string{"1", "2", "2", "id"} {
		written := []byte{5}
		if want == "id" {
			written = []byte{0x9f, 0}
		}
		if got := b.SPITransfer(0, written, nil); string(got) != want {
			t.Errorf("answer %d: %q, want %q", i, got, want)
		}
	}
	if got := b.SPITransfer(0, nil, []byte("last")); string(got) != "2" {
		t.Errorf("a read alone got %q", got)
	}
	if sent := b.SPISent(0); len(sent) != 5 || string(sent[0]) != "ab" {
		t.Errorf("sent %q", sent)
	}
}

func TestLine(t *testing.T) {
	b := New(nil)
	l := b.Line(2)
	l.Say([]byte("early "))
	var got []byte
	var late time.Duration
	detach := l.Attach(func(data []byte, delay time.Duration) { got, late = append(got, data...), late+delay })
	l.Say([]byte("now "))
	l.Send([]byte("AT\r\n"))
	if l.HasPeer() || string(got) != "early now " {
		t.Errorf("got %q before there was a peer", got)
	}
	l.Answer(Rule{When: []byte("AT\r"), Answer: []byte("OK ")})
	l.Answer(Rule{Pattern: regexp.MustCompile(`SET (\d+)\n`), Answer: []byte("<$1> "), Delay: time.Second})
	l.Send([]byte("A"))
	l.Send([]byte("T\rSET 1"))
	l.Send([]byte("2\nAT\r?"))
	if want := "early now OK <12> OK "; string(got) != want || late != time.Second {
		t.Errorf("got %q after %v, want %q", got, late, want)
	}
	detach()
	l.Say([]byte("later"))
	l.Attach(func(data []byte, _ time.Duration) { got = data })
	if string(got) != "later" {
		t.Errorf("got %q", got)
	}
	if sent := l.Sent(true); string(sent) != "AT\r\nAT\rSET 12\nAT\r?" || len(l.Sent(false)) != 0 {
		t.Errorf("sent %q", sent)
	}
}
