// Package nmea is the language of satellite receivers, NMEA 0183: it writes the sentences of a fix, checks
// sentences, and cuts recordings of them by their time.
package nmea

import (
	"fmt"
	"math"
	"strings"
	"time"

	"quecstar/harness/device"
)

// kmhPerKnot converts knots, in which NMEA gives speeds.
const kmhPerKnot = 1.852

// usualSatellites is how many satellites a fix uses that does not say.
const usualSatellites = 8

// Sentences writes those of one second as NMEA 0183 defines them: RMC, GGA, GLL, GSA, VTG and
// GSV, each with its checksum and CR LF. A nil fix writes those of a receiver that searches, at the
// time now.
func Sentences(fix *device.Fix, now time.Time) string {
	var f device.Fix
	if fix != nil {
		f = *fix
		if !f.Time.IsZero() {
			now = f.Time
		}
	}
	now = now.UTC()
	clock, date := now.Format("150405.000"), now.Format("020106")
	used := min(max(f.Satellites, 0), 12)
	if fix == nil {
		return join("GNRMC,"+clock+",V,,,,,,,"+date+",,,N", "GNGGA,"+clock+",,,,,0,0,,,M,,M,,",
			"GNGLL,,,,,"+clock+",V,N", "GNGSA,A,1,,,,,,,,,,,,,,,", "GNVTG,,T,,M,,N,,K,N", "GPGSV,1,1,00")
	}
	if used == 0 {
		used = usualSatellites
	}
	place := latitude(f.Latitude) + "," + longitude(f.Longitude)
	knots := f.Speed / kmhPerKnot
	sentences := []string{
		fmt.Sprintf("GNRMC,%s,A,%s,%.3f,%.2f,%s,,,A", clock, place, knots, f.Course, date),
		fmt.Sprintf("GNGGA,%s,%s,1,%02d,1.0,%.1f,M,0.0,M,,", clock, place, used, f.Altitude),
		fmt.Sprintf("GNGLL,%s,%s,A,A", place, clock),
		"GNGSA,A,3," + ids(used) + "1.8,1.0,1.5",
		fmt.Sprintf("GNVTG,%.2f,T,,M,%.3f,N,%.3f,K,A", f.Course, knots, f.Speed),
	}
	return join(append(sentences, inView(used)...)...)
}

// ids are the twelve fields of GSA; the satellites are numbered from 1.
func ids(used int) string {
	var b strings.Builder
	for i := 1; i <= 12; i++ {
		if i <= used {
			fmt.Fprintf(&b, "%02d", i)
		}
		b.WriteByte(',')
	}
	return b.String()
}

// inView spreads the satellites around the sky, four in a GSV sentence.
func inView(used int) []string {
	var out []string
	sentences := (used + 3) / 4
	for s := range sentences {
		line := fmt.Sprintf("GPGSV,%d,%d,%02d", sentences, s+1, used)
		for i := 4*s + 1; i <= min(4*s+4, used); i++ {
			line += fmt.Sprintf(",%02d,%02d,%03d,%02d", i, 20+5*i%70, 30*i%360, 30+i)
		}
		out = append(out, line)
	}
	return out
}

// join gives every sentence its frame.
func join(sentences ...string) string {
	var b strings.Builder
	for _, s := range sentences {
		b.WriteString(Sentence(s))
	}
	return b.String()
}

// Sentence frames the text of a sentence: "$" before it, and behind it "*", the exclusive or of its
// bytes in two hexadecimal digits, and CR LF (NMEA 0183).
func Sentence(text string) string { return fmt.Sprintf("$%s*%02X\r\n", text, checksum(text)) }

func checksum(text string) byte {
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return sum
}

func latitude(deg float64) string  { return angle(deg, 2, "N", "S") }
func longitude(deg float64) string { return angle(deg, 3, "E", "W") }

// angle writes degrees and minutes, as in "3149.324624,N".
func angle(deg float64, width int, positive, negative string) string {
	side := positive
	if deg < 0 {
		side, deg = negative, -deg
	}
	// Whole millionths of a minute, so that rounding does not give 60 minutes.
	millionths := int64(math.Round(deg * 60e6))
	return fmt.Sprintf("%0*d%09.6f,%s", width, millionths/60e6, float64(millionths%60e6)/1e6, side)
}

// Check reports what is wrong with the sentences of a text, one a line: a frame that is not
// there or a checksum that differs. The error is of class device.ErrConfig.
func Check(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		body, sum, ok := strings.Cut(strings.TrimPrefix(line, "$"), "*")
		if !ok || !strings.HasPrefix(line, "$") {
			return fmt.Errorf("%w: NMEA sentence %q: want $…*checksum", device.ErrConfig, line)
		}
		if want := fmt.Sprintf("%02X", checksum(body)); !strings.EqualFold(sum, want) {
			return fmt.Errorf("%w: NMEA sentence %q: the checksum should be %s", device.ErrConfig, line, want)
		}
	}
	return nil
}
