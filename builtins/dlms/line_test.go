//go:build linux

package dlms

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/utime"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/serial"
)

// A client on the other end of the port reads and writes; the run lasts as long as the port is open.
func TestSerialLine(t *testing.T) {
	master, slave, err := serial.Pty()
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = master.Close() }()
	const text = `
import dlms
import utime
r = dlms.Register("1.0.1.8.0.255", 7)
dlms.AssociationLogicalName("0.0.40.0.1.255")
print(dlms.uart_open(2), dlms.run())
while r.value == 7:
    utime.sleep_ms(1)
print(r.value, dlms.uart_close())
`
	var events event.Stream
	got := make(chan error, 1)
	go func() {
		_, _, err := events.Wait(t.Context(), 0, func(e event.Event) bool { return strings.Contains(e.Text, slave) })
		got <- errors.Join(err, meet(master))
	}()
	r := scripttest.Source(t, "meter.py", text, scripttest.Options{Modules: []*script.Module{Module(), utime.Module()},
		Events: &events, Settings: script.Settings{UART: map[string]string{"2": slave}}})
	if r.Err != nil || r.Stdout != "0 0\n9 0\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
	told, _ := events.Since(0)
	for _, want := range []string{"client 16 has the association 0.0.40.0.1.255", "client 16 writes attribute 2 of 1.0.1.8.0.255"} {
		if !slices.ContainsFunc(told, func(e event.Event) bool { return e.Text == want }) {
			t.Errorf("no event says %q", want)
		}
	}
}

// meet is the client: it connects, associates, and writes 9 to the register.
func meet(line io.ReadWriter) error {
	aarq := []byte{0x60, 0x1d, 0xa1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01, 0xbe, 0x10, 0x04, 0x0e, 0x01, 0, 0, 0, 6, 0x5f, 0x1f, 0x04, 0, 0, 0x10, 0x1f, 0x04, 0}
	put := []byte{0xc1, 0x01, 0xc1, 0x00, 0x03, 1, 0, 1, 8, 0, 255, 2, 0, 0x11, 9}
	for i, step := range []struct {
		control    byte
		info, want []byte
	}{
		{controlSNRM, nil, []byte{0x81, 0x80}},
		{0x10, append(bytes.Clone(llcRequest), aarq...), append(bytes.Clone(llcAnswer), apduAARE)},
		{0x32, append(bytes.Clone(llcRequest), put...), append(bytes.Clone(llcAnswer), apduSetAnswer, 1, 0xc1, 0)},
	} {
		out := frame{to: []byte{0x21}, from: []byte{0x21}, control: step.control, info: step.info}.encode()
		// In two parts, as a line brings them.
		for _, part := range [][]byte{out[:5], out[5:]} {
			if _, err := line.Write(part); err != nil {
				return err
			}
		}
		f, err := nextFrame(line)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(f.info, step.want) {
			return fmt.Errorf("step %d: answer %x, want %x…", i, f.info, step.want)
		}
	}
	return nil
}

func nextFrame(line io.Reader) (frame, error) {
	var got []byte
	chunk := make([]byte, 256)
	for {
		n, err := line.Read(chunk)
		if err != nil {
			return frame{}, err
		}
		got = append(got, chunk[:n]...)
		f, _, err := readFrame(got)
		if !errors.Is(err, errShort) {
			return f, err
		}
	}
}
