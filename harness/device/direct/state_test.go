package direct

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// changes collects what a device's listeners hear, in order, as text.
func changes(t *testing.T, d *Device) <-chan string {
	t.Helper()
	heard := make(chan string, 100)
	stops := []func(){
		d.OnSIM(func(e device.SIMEvent) { heard <- fmt.Sprint("SIM ", int(e)) }),
		d.OnRegistration(func(r device.Registration) { heard <- fmt.Sprint("registration ", int(r.Data.State)) }),
		d.OnPDP(func(e device.PDPEvent) { heard <- fmt.Sprint("PDP ", e.ID, " ", e.Active) }),
	}
	t.Cleanup(func() {
		for _, stop := range stops {
			stop()
		}
	})
	return heard
}

func expect(t *testing.T, heard <-chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-heard:
			if got != w {
				t.Errorf("heard %q, want %q", got, w)
			}
		case <-testContext(t).Done():
			t.Fatalf("did not hear %q", w)
		}
	}
	select {
	case got := <-heard:
		t.Errorf("heard %q besides", got)
	default:
	}
}

func TestChangesAreHeard(t *testing.T) {
	ctx := testContext(t)
	d := newTestDevice(t, Config{}, &event.Stream{})
	heard := changes(t, d)
	steps := []struct {
		name string
		do   func() error
		want []string
	}{
		{"card out", func() error { d.SetSIM(device.SIMAbsent); return nil }, []string{"SIM 2", "registration 0", "PDP 1 false"}},
		{"card in", func() error { d.SetSIM(device.SIMReady); return nil }, []string{"SIM 1", "registration 1", "PDP 1 true"}},
		{"denied", func() error { d.SetRegistration(device.RegDenied); return nil }, []string{"registration 3", "PDP 1 false"}},
		{"roaming", func() error { d.SetRegistration(device.RegRoaming); return nil }, []string{"registration 5", "PDP 1 true"}},
		{"the same again", func() error { d.SetRegistration(device.RegRoaming); return nil }, nil},
		{"radio off", func() error { return d.SetFunction(ctx, 4, false) }, []string{"registration 0", "PDP 1 false"}},
		{"radio on", func() error { return d.SetFunction(ctx, 1, false) }, []string{"registration 5", "PDP 1 true"}},
		{"second connection", func() error { return d.Activate(ctx, 2) }, []string{"PDP 2 true"}},
		{"second again", func() error { return d.Activate(ctx, 2) }, nil},
		{"first ends", func() error { return d.Deactivate(ctx, 1) }, []string{"PDP 1 false"}},
		{"network ends the second", func() error { return d.SetPDP(2, false) }, []string{"PDP 2 false"}},
		{"signal", func() error { d.SetCSQ(3); return nil }, nil},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			if err := s.do(); err != nil {
				t.Fatal(err)
			}
			expect(t, heard, s.want...)
		})
	}
}

func TestCardNeedsToBeReady(t *testing.T) {
	ctx := testContext(t)
	d := newTestDevice(t, Config{PINLocked: true, PhoneNumber: "+8613800000000"}, &event.Stream{})
	if s, _ := d.SIMStatus(ctx); s != device.SIMPIN {
		t.Errorf("status %d", s)
	}
	if _, err := d.IMSI(ctx); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("IMSI: %v", err)
	}
	if err := d.VerifyPIN(ctx, "9999"); !errors.Is(err, device.ErrRefused) {
		t.Errorf("wrong PIN: %v", err)
	}
	if err := d.VerifyPIN(ctx, "1234"); err != nil {
		t.Error(err)
	}
	if n, err := d.PhoneNumber(ctx); n != "+8613800000000" || err != nil {
		t.Errorf("number %q, %v", n, err)
	}
	for range 3 {
		_ = d.VerifyPIN(ctx, "0")
	}
	for range 10 {
		_ = d.UnblockPIN(ctx, "0", "1111")
	}
	if s, _ := d.SIMStatus(ctx); s != device.SIMBlocked {
		t.Errorf("status %d after ten wrong PUKs", s)
	}
	if err := d.UnblockPIN(ctx, "12345678", "1111"); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("right PUK, too late: %v", err)
	}
}

func TestClockFollowsTheConfig(t *testing.T) {
	host := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d, err := New(Config{ClockOffset: time.Hour, Zone: time.UTC}, Options{Now: func() time.Time { return host }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	ctx := testContext(t)
	if now, err := d.NetworkTime(ctx); err != nil || !now.Equal(host.Add(time.Hour)) {
		t.Errorf("time %v, %v", now, err)
	}
	d.SetClockOffset(0)
	if now, _ := d.NetworkTime(ctx); !now.Equal(host) {
		t.Errorf("time %v", now)
	}
	d.SetRegistration(device.RegSearching)
	if _, err := d.NetworkTime(ctx); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("without network: %v", err)
	}
}

func TestClosedDeviceOpensNothing(t *testing.T) {
	d := newTestDevice(t, Config{}, &event.Stream{})
	_ = d.Close()
	if _, err := d.OpenMQTT(testContext(t), config(1)); !errors.Is(err, device.ErrClosed) {
		t.Errorf("error %v", err)
	}
}
