package devicetest_test

import (
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
	"quecstar/harness/vmodule"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kinds are the kinds of device, and the calls that each cannot do, with the reason.
var kinds = map[string]struct {
	open  devicetest.Open
	lacks map[string]string
}{
	"direct": {openDirect, nil},
	"at:sim": {openAT, map[string]string{
		"Phonebook.Read":      "the vendor's numbers of storages have no counterpart in AT+CPBS",
		"Radio.NetworkMode":   "no command for it is the same on all families",
		"Power.PowerOnReason": "no command tells it",
		"Calls.Dial":          "calls are not driven over AT commands",
		"Calls.Answer":        "calls are not driven over AT commands",
		"Location.WiFiScan":   "positions and stations are played on this host",
		"Sockets.Listen":      "only connections to a host are made over AT+QIOPEN",
	}},
	"repl:sim": {openREPL, map[string]string{
		"Calls.Dial":        "no call of the vendor's voiceCall goes through the prompt",
		"Calls.Answer":      "no call of the vendor's voiceCall goes through the prompt",
		"Location.WiFiScan": "positions and stations are played on this host",
		"MQTT.Unsubscribe":  "the firmware's umqtt has no unsubscribe",
		"Sockets.Listen":    "the module cannot call this side",
	}},
}

func TestDevices(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) { devicetest.Run(t, kind.open, kind.lacks) })
	}
}

// TestTapes: a tape of any kind of device is held to what the device was held to.
func TestTapes(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) { devicetest.RunTape(t, kind.open, kind.lacks) })
	}
}

func newDirect(t *testing.T) *direct.Device {
	d, err := direct.New(devicetest.Config(), direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func openDirect(t *testing.T) devicetest.Opened {
	d := newDirect(t)
	return devicetest.Opened{Device: d, Inside: d}
}

// simulated is one end of a connection to a virtual module's port, and what the module is.
func simulated(t *testing.T, serve func(*vmodule.Module, io.ReadWriteCloser) error) (net.Conn, *direct.Device) {
	inside := newDirect(t)
	m := vmodule.New(vmodule.Options{Device: inside, Behaviour: vmodule.Behaviour{BootTime: time.Millisecond}})
	host, port := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- serve(m, port) }()
	t.Cleanup(func() {
		if err := errors.Join(m.Close(), <-served, inside.Close()); err != nil {
			t.Error(err)
		}
	})
	return host, inside
}

func openAT(t *testing.T) devicetest.Opened {
	port, inside := simulated(t, func(m *vmodule.Module, c io.ReadWriteCloser) error { return m.ServeAT(c, "usbat") })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d, err := at.Open(ctx, port, at.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return devicetest.Opened{Device: d, Inside: inside}
}

func openREPL(t *testing.T) devicetest.Opened {
	port, inside := simulated(t, (*vmodule.Module).ServeREPL)
	d := repl.NewDevice(repl.New(port, repl.Options{Name: "sim"}), 10*time.Millisecond)
	return devicetest.Opened{Device: d, Inside: inside}
}

// TestCallbackOutlivesRestart: a module whose interpreter starts anew knows of no callback any more, and is given
// it again.
func TestCallbackOutlivesRestart(t *testing.T) {
	o := openREPL(t)
	d := o.Device.(*repl.Device)
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	came := make(chan device.SMSArrival, 10)
	defer d.OnSMS(func(a device.SMSArrival) { came <- a })()
	if err := d.Client().SoftReset(ctx); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ { // one that comes before the callback is set again is nobody's
		if err := o.Inside.ArriveSMS("10086", "hello"); err != nil {
			t.Fatal(err)
		}
		select {
		case a := <-came:
			if a.Index > i || a.Storage != "ME" {
				t.Errorf("%+v", a)
			}
			return
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("the callback is never called again")
		}
	}
}
