package devicetest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
	"quecstar/harness/device/at"
	"quecstar/harness/device/devicetest"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/repl"
	"quecstar/harness/device/tape"
	"quecstar/harness/vmodule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kinds are the kinds of device, and the calls that each cannot do, with the reason.
var kinds = map[string]struct {
	open  func(t *testing.T, p devicetest.Peers) device.Device
	lacks map[string]string
}{
	"direct": {openDirect, nil},
	"at:sim": {openAT, map[string]string{
		"Phonebook.Read":      "the vendor's numbers of storages have no counterpart in AT+CPBS",
		"Radio.NetworkMode":   "no command for it is the same on all families",
		"Power.PowerOnReason": "no command tells it",
		"Calls.CurrentCall":   "calls are not driven over AT commands",
		"Location.WiFiScan":   "positions and stations are played on this host",
		"Sockets.Listen":      "only connections to a host are made over AT+QIOPEN",
	}},
	"repl:sim": {openREPL, map[string]string{
		"SMS.Storages":       "no call of the vendor's sms goes through the prompt",
		"Calls.CurrentCall":  "no call of the vendor's voiceCall goes through the prompt",
		"Location.WiFiScan":  "positions and stations are played on this host",
		"Sockets.DialSocket": "no socket of the firmware is driven through the prompt",
		"Sockets.Listen":     "no socket of the firmware is driven through the prompt",
	}},
	"tape": {openTape, map[string]string{"Sockets.Listen": "who connects to a listening socket is not on a tape"}},
}

func TestDevices(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			p := devicetest.Start(t)
			d := kind.open(t, p)
			devicetest.Run(t, d, p, kind.lacks)
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func openDirect(t *testing.T, _ devicetest.Peers) device.Device {
	d, err := direct.New(devicetest.Config(), direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// simulated is one end of a connection to a virtual module's port.
func simulated(t *testing.T, serve func(*vmodule.Module, io.ReadWriteCloser) error) net.Conn {
	inside := openDirect(t, devicetest.Peers{}).(*direct.Device)
	m := vmodule.New(vmodule.Options{Device: inside, Behaviour: vmodule.Behaviour{BootTime: time.Millisecond}})
	host, port := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- serve(m, port) }()
	t.Cleanup(func() {
		if err := errors.Join(m.Close(), <-served, inside.Close()); err != nil {
			t.Error(err)
		}
	})
	return host
}

func openAT(t *testing.T, _ devicetest.Peers) device.Device {
	port := simulated(t, func(m *vmodule.Module, c io.ReadWriteCloser) error { return m.ServeAT(c, "usbat") })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d, err := at.Open(ctx, port, at.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func openREPL(t *testing.T, _ devicetest.Peers) device.Device {
	port := simulated(t, (*vmodule.Module).ServeREPL)
	return repl.NewDevice(repl.New(port, repl.Options{Name: "sim"}), 10*time.Millisecond)
}

// openTape plays what direct did when it was held to the same table.
func openTape(t *testing.T, p devicetest.Peers) device.Device {
	var text bytes.Buffer
	rec := tape.Record(openDirect(t, p), &text, tape.Options{})
	t.Run("recording", func(t *testing.T) { devicetest.Run(t, rec, p, nil) })
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := tape.Play("x.tape", &text, tape.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
