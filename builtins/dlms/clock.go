package dlms

import (
	"encoding/binary"
	"time"

	"quecstar/harness/script"
)

// zone is the clock's offset from UTC: its time is UTC and time_zone minutes.
func (o *cosem) zone() time.Duration { return time.Duration(o.int("time_zone")) * time.Minute }

// local is the time of the clock.
func (o *cosem) local() time.Time { return o.server.now().UTC().Add(o.zone() + o.shift) }

// now is the time as the attribute has it.
func (o *cosem) now() [6]int { return fieldsOf(o.local()) }

func fieldsOf(t time.Time) [6]int {
	return [6]int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second()}
}

// setTime lets the clock run from t.
func (o *cosem) setTime(t [6]int) error {
	at := time.Date(t[0], time.Month(t[1]), t[2], t[3], t[4], t[5], 0, time.UTC)
	if fieldsOf(at) != t {
		return script.Raise("ValueError", "time is %04d-%02d-%02d %02d:%02d:%02d, which no calendar has", t[0], t[1], t[2], t[3], t[4], t[5])
	}
	o.move(at.Sub(o.local()))
	return nil
}

func (o *cosem) move(d time.Duration) { o.shift += d }

// Unspecified parts of a date-time (IEC 62056-6-2, 4.1.6.1).
const (
	anyYear      = 0xFFFF
	anyPart      = 0xFF
	anyDeviation = 0x8000
)

// dateTime is a time on the wire: year, month, day, day of the week, hour, minute, second, hundredths,
// deviation and status.
func dateTime(t [6]int, status byte) []byte {
	year := uint16(t[0])
	if t[0] < 0 {
		year = anyYear
	}
	out := binary.BigEndian.AppendUint16(nil, year)
	weekday := byte(anyPart)
	if t[0] >= 0 && t[1] > 0 && t[2] > 0 {
		weekday = byte((int(time.Date(t[0], time.Month(t[1]), t[2], 0, 0, 0, 0, time.UTC).Weekday())+6)%7 + 1)
	}
	// -1 is any part: 0xFF.
	out = append(out, byte(t[1]), byte(t[2]), weekday, byte(t[3]), byte(t[4]), byte(t[5]), 0)
	return append(binary.BigEndian.AppendUint16(out, anyDeviation), status)
}

// readDateTime reads a time that a client sends, as octets or as a date-time.
func readDateTime(d datum) ([6]int, bool) {
	b, ok := d.value.([]byte)
	if !ok || len(b) != dateTimeBytes || d.tag != tagOctets && d.tag != tagDateTime {
		return [6]int{}, false
	}
	t := [6]int{int(binary.BigEndian.Uint16(b)), int(b[2]), int(b[3]), int(b[5]), int(b[6]), int(b[7])}
	for i := range t {
		if t[i] == anyPart && i > 0 || t[i] == anyYear {
			t[i] = -1
		}
	}
	return t, true
}

// round moves the clock to the nearest multiple of a step.
func (o *cosem) round(step time.Duration) {
	at := o.local()
	o.move(at.Round(step).Sub(at))
}

// The methods of a clock (IEC 62056-6-2, class 8).
var clockActions = map[int]func(o *cosem, param datum) result{
	1: func(o *cosem, _ datum) result { o.round(15 * time.Minute); return success },
	3: func(o *cosem, _ datum) result { o.round(time.Minute); return success },
	4: func(o *cosem, _ datum) result {
		if o.setTime(o.preset) != nil {
			return temporaryFault
		}
		return success
	},
	5: func(o *cosem, param datum) result {
		parts, ok := param.value.([]datum)
		if !ok || len(parts) == 0 {
			return wrongType
		}
		t, ok := readDateTime(parts[0])
		if !ok {
			return wrongType
		}
		o.preset = t
		return success
	},
	6: func(o *cosem, param datum) result {
		seconds, ok := param.value.(int64)
		if !ok {
			return wrongType
		}
		o.move(time.Duration(seconds) * time.Second)
		return success
	},
}
