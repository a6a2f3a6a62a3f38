package direct

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/nmea"
)

var _ device.Location = (*Device)(nil)

// place is where the module is.
type place struct {
	mu       sync.Mutex
	track    []device.TrackPoint // by After
	began    time.Time
	log      []nmea.Second // in place of the track, if there is one
	cell     *device.Position
	wifi     *device.Position
	stations []device.AccessPoint
}

// SetFix puts the module at a place.
func (d *Device) SetFix(f device.Fix) error { return d.SetTrack([]device.TrackPoint{{Fix: f}}) }

// SetTrack moves the module from place to place from now on: it is at each fix from its time until
// the next one's; before the first, and with no points, it has no fix. The error is of class
// ErrConfig.
func (d *Device) SetTrack(points []device.TrackPoint) error {
	for _, p := range points {
		if f := p.Fix; !(f.Latitude >= -90 && f.Latitude <= 90 && f.Longitude >= -180 && f.Longitude <= 180) {
			return fmt.Errorf("%w: fix at latitude %v, longitude %v: want -90 to 90 and -180 to 180", device.ErrConfig,
				f.Latitude, f.Longitude)
		}
		if f := p.Fix; f.Satellites < 0 || f.Satellites > 12 || f.Speed < 0 || f.Course < 0 || f.Course >= 360 {
			return fmt.Errorf("%w: fix with %d satellites, speed %v, course %v: want 0 to 12, at least 0, and 0 to 360",
				device.ErrConfig, f.Satellites, f.Speed, f.Course)
		}
	}
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	p.track = slices.Clone(points)
	slices.SortStableFunc(p.track, func(a, b device.TrackPoint) int { return int(a.After - b.After) })
	p.began, p.log = d.opts.Now(), nil
	return nil
}

// SetNMEA has the receiver say these sentences, whatever they say, in place of a fix's own; lines
// without checksum are refused with ErrConfig. An empty text ends that.
func (d *Device) SetNMEA(text string) error {
	if err := nmea.Check(text); err != nil {
		return err
	}
	var log []nmea.Second
	if text != "" {
		log = []nmea.Second{{Text: text}}
	}
	d.setLog(log)
	return nil
}

// SetNMEALog has the receiver say from now on what a recording of one says, each part when its time has
// come, counted from the first; the last part again and again.
func (d *Device) SetNMEALog(text string) error {
	log, err := nmea.Split(text)
	if err == nil {
		d.setLog(log)
	}
	return err
}

func (d *Device) setLog(log []nmea.Second) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log, p.began = log, d.opts.Now()
}

// SetCellPosition sets where the network's cells place the module; nil for nowhere.
func (d *Device) SetCellPosition(at *device.Position) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cell = at
}

// SetWiFiStations sets the stations that the module hears.
func (d *Device) SetWiFiStations(stations []device.AccessPoint) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stations = slices.Clone(stations)
	slices.SortStableFunc(p.stations, func(a, b device.AccessPoint) int { return b.RSSI - a.RSSI })
}

// SetWiFiPosition sets where the Wi-Fi stations place the module; nil for nowhere.
func (d *Device) SetWiFiPosition(at *device.Position) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wifi = at
}

// NMEA returns the sentences of this second.
func (d *Device) NMEA(context.Context) (string, error) {
	p, now := &d.place, d.opts.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.log) > 0 {
		text := p.log[0].Text
		for _, part := range p.log {
			if part.After <= now.Sub(p.began) {
				text = part.Text
			}
		}
		return text, nil
	}
	return nmea.Sentences(p.fix(now), now), nil
}

// fix is where the track is; nil for nowhere. The caller holds mu.
func (p *place) fix(now time.Time) *device.Fix {
	var fix *device.Fix
	for i := range p.track {
		if p.track[i].After <= now.Sub(p.began) {
			fix = &p.track[i].Fix
		}
	}
	return fix
}

// Track is what SetFix and SetTrack set, and where the module is on it now, nil for nowhere. Recorded says that the
// receiver says sentences of its own instead.
func (d *Device) Track() (points []device.TrackPoint, now *device.Fix, recorded bool) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	if fix := p.fix(d.opts.Now()); fix != nil {
		own := *fix
		now = &own
	}
	return slices.Clone(p.track), now, len(p.log) > 0
}

// CellPosition is what SetCellPosition set; it takes the network.
func (d *Device) CellPosition(context.Context) (device.Position, error) {
	p := &d.place
	return d.position("cell location", &p.cell)
}

// WiFiPosition is what SetWiFiPosition set; it takes the network.
func (d *Device) WiFiPosition(context.Context) (device.Position, error) {
	p := &d.place
	return d.position("Wi-Fi location", &p.wifi)
}

func (d *Device) position(what string, at **device.Position) (device.Position, error) {
	d.mu.Lock()
	err := d.offline()
	d.mu.Unlock()
	if err != nil {
		return device.Position{}, fmt.Errorf("%s: %w", what, err)
	}
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	if *at == nil {
		return device.Position{}, fmt.Errorf("%s: %w: the test or the bench has not set one", what, device.ErrNotReady)
	}
	return **at, nil
}

// WiFiScan returns what SetWiFiStations set.
func (d *Device) WiFiScan(context.Context) ([]device.AccessPoint, error) {
	p := &d.place
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.stations), nil
}
