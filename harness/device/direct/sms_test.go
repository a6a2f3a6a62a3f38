package direct

import (
	"context"
	"errors"
	"testing"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// recorder is a device with the events that it emits.
func recorder(t *testing.T) (*Device, *event.Stream) {
	t.Helper()
	events := &event.Stream{}
	d, err := New(Config{}, Options{Events: events.Emit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, events
}

func TestSMS(t *testing.T) {
	d, events := recorder(t)
	ctx := context.Background()
	arrived := make(chan device.SMSArrival, 60)
	stop := d.OnSMS(func(a device.SMSArrival) { arrived <- a })
	defer stop()
	if err := d.SetSMSStorages(ctx, "SM", "SM", "SM"); err != nil {
		t.Fatal(err)
	}
	for range smsSizes["SM"] {
		if err := d.ArriveSMS("10086", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if a := <-arrived; a != (device.SMSArrival{Storage: "SM", Index: 0}) {
		t.Errorf("arrival %+v", a)
	}
	if err := d.ArriveSMS("10086", "x"); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("the storage is full: %v", err)
	}
	if err := d.DeleteSMS(ctx, 7); err != nil {
		t.Error(err)
	}
	if err := d.ArriveSMS("10086", "y"); err != nil {
		t.Error(err)
	}
	if all, _ := d.SMSMessages(ctx); len(all) != 50 || all[7].Text != "y" {
		t.Errorf("%d messages", len(all))
	}
	if err := d.SendSMS(ctx, "+8610086", "hi", false); err != nil {
		t.Error(err)
	}
	_, _, err := events.Wait(ctx, 0, func(e event.Event) bool {
		return e.Kind == SMSSent && e.Text == "+8610086" && string(e.Payload) == "hi"
	})
	if err != nil {
		t.Error(err)
	}
	for _, number := range []string{"", "+", "abc", "123456789012345678901"} {
		if err := d.SendSMS(ctx, number, "hi", false); !errors.Is(err, device.ErrConfig) {
			t.Errorf("number %q: %v", number, err)
		}
	}
	d.SetRegistration(device.RegDenied)
	if err := d.SendSMS(ctx, "1", "hi", false); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("without a network: %v", err)
	}
	if err := d.ArriveSMS("1", "hi"); !errors.Is(err, device.ErrNotReady) {
		t.Errorf("without a network: %v", err)
	}
}
