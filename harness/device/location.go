package device

import (
	"context"
	"time"
)

// Fix is a position as a satellite receiver has it.
type Fix struct {
	// Time is when; a device fills in its own time where it is zero.
	Time time.Time
	// Latitude and Longitude are in degrees, north and east positive.
	Latitude, Longitude float64
	// Altitude is in metres above the sea.
	Altitude float64
	// Speed is in km/h over ground, Course in degrees from north.
	Speed, Course float64
	// Satellites is how many are used, 0 to 12; a device takes 8 where it is 0.
	Satellites int
}

// TrackPoint is one fix of a track, by which a test moves a module.
type TrackPoint struct {
	// After is when the module is there, counted from the begin of the track.
	After time.Duration
	Fix   Fix
}

// Position is a place by cells or by Wi-Fi.
type Position struct {
	// Latitude and Longitude are in degrees, north and east positive.
	Latitude, Longitude float64
	// Accuracy is in metres.
	Accuracy int
}

// AccessPoint is a Wi-Fi station that the module hears.
type AccessPoint struct {
	// MAC is written "XX:XX:XX:XX:XX:XX".
	MAC string
	// RSSI is in dBm.
	RSSI int
}

// Location is how a module finds out where it is. Each fails with ErrNotReady where nothing is
// known.
type Location interface {
	// NMEA returns the sentences of this second (NMEA 0183), each ending in CR LF. Without a fix
	// they say so.
	NMEA(ctx context.Context) (string, error)
	// CellPosition is where the network's cells place the module.
	CellPosition(ctx context.Context) (Position, error)
	// WiFiPosition is where the Wi-Fi stations place it.
	WiFiPosition(ctx context.Context) (Position, error)
	// WiFiScan lists the stations that the module hears, the strongest first.
	WiFiScan(ctx context.Context) ([]AccessPoint, error)
}
