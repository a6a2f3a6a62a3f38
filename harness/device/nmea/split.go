package nmea

import (
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
)

// Second is what a receiver says at one time.
type Second struct {
	// After is when, counted from the begin of the recording.
	After time.Duration
	// Text are the sentences, each ending in CR LF.
	Text string
}

const day = 24 * time.Hour

// Split cuts the recording of a receiver into what it says at one time each: a sentence with a later
// time than those before begins a new part. The error is of class device.ErrConfig.
func Split(text string) ([]Second, error) {
	if err := Check(text); err != nil {
		return nil, err
	}
	var parts []Second
	var begin, last time.Duration
	known := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		at, ok := timeOfDay(line)
		switch {
		case ok && !known:
			begin, last, known = at, at, true
		case ok:
			if at += last / day * day; at < last-day/2 { // midnight has passed
				at += day
			}
			if at > last { // what is earlier is late
				last = at
				parts = append(parts, Second{After: at - begin})
			}
		}
		if len(parts) == 0 {
			parts = append(parts, Second{})
		}
		parts[len(parts)-1].Text += line + "\r\n"
	}
	if !known {
		return nil, fmt.Errorf("%w: NMEA recording: no RMC, GGA or GLL sentence tells a time", device.ErrConfig)
	}
	return parts, nil
}

// timeOfDay is the time that a sentence tells: the first field of RMC and GGA, the fifth of GLL
// (NMEA 0183).
func timeOfDay(line string) (time.Duration, bool) {
	fields := strings.Split(line, ",")
	at := 1
	switch {
	case len(fields[0]) != 6:
		return 0, false
	case strings.HasSuffix(fields[0], "GLL"):
		at = 5
	case !strings.HasSuffix(fields[0], "RMC") && !strings.HasSuffix(fields[0], "GGA"):
		return 0, false
	}
	if len(fields) <= at {
		return 0, false
	}
	t, err := time.Parse("150405", fields[at])
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond()), true
}
