package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
)

// vendorModules stand in, on a real MicroPython, for what QuecPython's firmware has: their answers are
// of the forms that the vendor's API reference shows. They note what they were called with.
const vendorModules = `
import sys
class M: pass
def module(name, **members):
    m = M()
    for n in members:
        setattr(m, n, members[n])
    sys.modules[name] = m
calls = []
def noted(name, result):
    def f(*a):
        calls.append((name, a))
        return result
    return f
registered = 1
module("modem", getDevImei=lambda: "868604050000009", getDevModel=lambda: -1, getDevSN=lambda: {})
module("sim", getStatus=lambda: 1, getImsi=lambda: "460001234567890", genericAccess=noted("genericAccess", (4, "9000")),
       readPhonebook=noted("readPhonebook", (1, [(3, "Ann \"A\"", "+49123")])), verifyPin=noted("verifyPin", 0))
module("net", getState=lambda: ([registered, 26909, 1, 7, 0, 0], [1, 2, 3, 7, 0, 5]), csqQueryPoll=lambda: 24,
       getSignal=lambda i: ([99, 99, 255, 255], [52, -80, -7, 255, 20]), operatorName=lambda: ("CHINA MOBILE", "CMCC", "460", "00"),
       getCellInfo=lambda: ([], [], [(1, 7, 460, 0, 9, 8, 7, -60, -70, 5), (0, 232301323, 460, 0, 220, 26909, 100, -58, -69, 11)]),
       getModemFun=lambda: 1, setModemFun=noted("setModemFun", 0), nitzTime=lambda: ("24/11/26,10:00:00 +08", 1795687200, 0))
module("dataCall", setPDPContext=noted("setPDPContext", 0), getInfo=lambda i, t: (i, 0, [1, 0, "10.81.0.2", "1.1.1.1", "8.8.8.8"], [0, 0, "::", "::", "::"]))
P = M()
P.getVbatt = lambda: 3800
module("misc", Power=P)
`

func onMicroPython(t *testing.T) (*Device, context.Context) {
	t.Helper()
	ctx := testContext(t)
	c := wasm(t, Options{})
	check(t, c.Exec(ctx, vendorModules, nil))
	d := NewDevice(c, 10*time.Millisecond)
	t.Cleanup(func() { _ = d.Close() })
	return d, ctx
}

// Each role evaluates the vendor's function and reads the form that it answers in.
func TestDeviceReadsTheVendorsAnswers(t *testing.T) {
	d, ctx := onMicroPython(t)
	show := func(v any, err error) string { return fmt.Sprintf("%+v %v", v, err) }
	cells, err := d.Cells(ctx)
	check(t, err)
	when, err := d.NetworkTime(ctx)
	check(t, err)
	reg, err := d.Registration(ctx)
	check(t, err)
	signal, err := d.Signal(ctx)
	check(t, err)
	info, err := d.PDPInfo(ctx, 1)
	check(t, err)
	for name, got := range map[string][2]string{
		"imei":      {show(d.IMEI(ctx)), "868604050000009 <nil>"},
		"imsi":      {show(d.IMSI(ctx)), "460001234567890 <nil>"},
		"operator":  {show(d.Operator(ctx)), "{Long:CHINA MOBILE Short:CMCC MCC:460 MNC:00} <nil>"},
		"function":  {show(d.Function(ctx)), "1 <nil>"},
		"voltage":   {show(d.Voltage(ctx)), "3800 <nil>"},
		"command":   {show(d.SIMCommand(ctx, 0, "A0")), "9000 <nil>"},
		"phonebook": {show(d.ReadPhonebook(ctx, 9, 1, 5, "A\"\n")), "[{Index:3 Name:Ann \"A\" Number:+49123}] <nil>"},
		"serving":   {fmt.Sprint(cells[0].CID, cells[0].Kind, cells[0].RSRQ, len(cells)), "232301323 0 -69 2"},
		"time":      {when.Format(time.RFC3339), "2026-11-26T12:00:00+02:00"},
		"voice":     {fmt.Sprint(int(reg.Voice.State), reg.Voice.LAC, reg.Data.CID, reg.Data.PSC), "1 26909 3 5"},
		"signal":    {fmt.Sprint(signal.CSQ, signal.RSRP, signal.SINR), "24 -80 20"},
		"pdp":       {fmt.Sprintf("%v %s %s", info.Active, info.IPv4.Addr, info.IPv4.DNS2), "true 10.81.0.2 8.8.8.8"},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %s, want %s", name, got[0], got[1])
		}
	}
}

// What a module cannot do, does not want to do, or answers oddly are three kinds of error.
func TestDeviceTellsFailuresApart(t *testing.T) {
	d, ctx := onMicroPython(t)
	for name, call := range map[string]struct {
		f    func() error
		want error
		text string
	}{
		"-1":              {func() error { _, err := d.Model(ctx); return err }, device.ErrNotReady, "modem.getDevModel"},
		"another form":    {func() error { _, err := d.SerialNumber(ctx); return err }, device.ErrUnsupported, "another form than documented"},
		"no function":     {func() error { _, err := d.Firmware(ctx); return err }, device.ErrUnsupported, "modem.getDevFwVersion"},
		"no power":        {func() error { _, err := d.PowerOnReason(ctx); return err }, device.ErrUnsupported, "Power.powerOnReason"},
		"wrong arguments": {func() error { return d.SetDNS(ctx, 1, "a", "b") }, device.ErrUnsupported, "dataCall.setDNSServer"},
	} {
		if err := call.f(); !errors.Is(err, call.want) || !strings.Contains(err.Error(), call.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Texts with quotes and line ends reach the module as they are.
func TestDeviceArguments(t *testing.T) {
	d, ctx := onMicroPython(t)
	check(t, d.SetPDPContext(ctx, 2, device.PDP{IPType: 1, APN: `a"b'\`, User: "u\r\n", Password: "ä", Auth: 2}))
	check(t, d.SetFunction(ctx, 4, false))
	check(t, d.VerifyPIN(ctx, "1234"))
	var out strings.Builder
	check(t, d.Client().Exec(ctx, "print(calls)", func(b []byte) { out.Write(b) }))
	want := `[('setPDPContext', (2, 1, 'a"b\'\\', 'u\r\n', '\xe4', 2)), ('setModemFun', (4, 0)), ('verifyPin', ('1234',))]`
	if got := strings.TrimSpace(out.String()); got != want {
		t.Errorf("the module was called with\n%s\nwant\n%s", got, want)
	}
}

// Changes are found by asking again.
func TestDeviceWatches(t *testing.T) {
	d, ctx := onMicroPython(t)
	heard := make(chan device.Registration, 1)
	stop := d.OnRegistration(func(r device.Registration) {
		select {
		case heard <- r:
		default:
		}
	})
	defer stop()
	// The state changes again and again: when the first look is taken is not told.
	for i := 0; ; i++ {
		check(t, d.Client().Exec(ctx, fmt.Sprintf("registered = %d", 1+4*(i%2)), nil))
		select {
		case r := <-heard:
			if r.Voice.State != 1 && r.Voice.State != 5 {
				t.Errorf("heard of state %d", r.Voice.State)
			}
			return
		default:
		}
	}
}
