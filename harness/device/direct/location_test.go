package direct

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
)

// A track is followed on the device's clock.
func TestTrack(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d, err := New(Config{}, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	err = d.SetTrack([]device.TrackPoint{{After: 20 * time.Second, Fix: device.Fix{Latitude: 2}}, {After: 10 * time.Second, Fix: device.Fix{Latitude: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{",V,", ",A,0100.000000,N,", ",A,0200.000000,N,"} {
		text, err := d.NMEA(context.Background())
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s%v", want, text, err)
		}
		now = now.Add(10 * time.Second)
	}
	if err := d.SetNMEA("$GPTXT,01,01,01,ANTENNA OK*35\r\n"); err != nil {
		t.Error(err)
	}
	if text, _ := d.NMEA(context.Background()); !strings.HasPrefix(text, "$GPTXT") {
		t.Errorf("sentences %q", text)
	}
	for _, f := range []device.Fix{{Latitude: 91}, {Longitude: -181}, {Satellites: 13}, {Course: 360}} {
		if err := d.SetFix(f); !errors.Is(err, device.ErrConfig) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestPositionsTakeTheNetwork(t *testing.T) {
	d, _ := recorder(t)
	ctx := context.Background()
	if _, err := d.CellPosition(ctx); !errors.Is(err, device.ErrNotReady) || errors.Is(err, device.ErrUnreachable) {
		t.Errorf("no position: %v", err)
	}
	at := device.Position{Latitude: 1, Longitude: 2, Accuracy: 3}
	d.SetCellPosition(&at)
	if got, err := d.CellPosition(ctx); err != nil || got != at {
		t.Errorf("position %+v, %v", got, err)
	}
	d.SetWiFiPosition(&at)
	d.SetRegistration(device.RegIdle)
	if _, err := d.WiFiPosition(ctx); !errors.Is(err, device.ErrUnreachable) {
		t.Errorf("offline: %v", err)
	}
	d.SetWiFiStations([]device.AccessPoint{{MAC: "a", RSSI: -70}, {MAC: "b", RSSI: -30}})
	if s, _ := d.WiFiScan(ctx); len(s) != 2 || s[0].MAC != "b" {
		t.Errorf("stations %v", s)
	}
}
