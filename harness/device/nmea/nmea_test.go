package nmea

import (
	"errors"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device"
)

// The checksums are those of sentences in the vendor's documentation of gnss.
func TestCheck(t *testing.T) {
	for text, ok := range map[string]bool{
		"$GNGLL,3149.28095,N,11706.93869,E,021556.000,A,A*47\r\n":                true,
		"$GNZDA,021555.000,11,01,2022,00,00*4D\n\n$GPTXT,01,01,01,ANTENNA OK*35": true,
		"":                              true,
		"$GPTXT,01,01,01,ANTENNA OK*36": false,
		"GPTXT,01,01,01,ANTENNA OK*35":  false,
		"$GPTXT,01":                     false,
	} {
		if err := Check(text); (err == nil) != ok || err != nil && !errors.Is(err, device.ErrConfig) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSentences(t *testing.T) {
	at := time.Date(2026, 5, 17, 23, 59, 59, 500e6, time.FixedZone("", 3600))
	for _, c := range []struct {
		name string
		fix  *device.Fix
		want []string
	}{
		{"no fix", nil, []string{"$GNRMC,225959.500,V,", "$GNGGA,225959.500,,,,,0,0,", "$GPGSV,1,1,00*"}},
		{"south west", &device.Fix{Latitude: -1.5, Longitude: -0.25, Speed: 1.852, Course: 359.5, Satellites: 5},
			[]string{",A,0130.000000,S,00015.000000,W,1.000,359.50,170526,", "$GPGSV,2,2,05,05,"}},
		{"never 60 minutes", &device.Fix{Latitude: 9.99999999999, Longitude: 179.99999999999}, []string{",1000.000000,N,18000.000000,E,"}},
		{"its own time", &device.Fix{Time: time.Unix(0, 0)}, []string{"$GNRMC,000000.000,A,0000.000000,N,00000.000000,E,0.000,0.00,010170,"}},
	} {
		got := Sentences(c.fix, at)
		if err := Check(got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", c.name, w, got)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	text := Sentence("GPGSV,1,1,00") + Sentence("GNRMC,235959.500,V,,,,,,,170526,,,N") + Sentence("GNVTG,,T,,M,,N,,K,N") + "\r\n" +
		Sentence("GNGLL,,,,,000000.500,V,N") + Sentence("GNGGA,000000.500,,,,,0,0,,,M,,M,,") + Sentence("GNGGA,000003.000,,,,,0,0,,,M,,M,,")
	parts, err := Split(text)
	if err != nil || len(parts) != 3 {
		t.Fatalf("%v %+v", err, parts)
	}
	for i, want := range []struct {
		after time.Duration
		lines int
	}{{0, 3}, {time.Second, 2}, {3500 * time.Millisecond, 1}} {
		if parts[i].After != want.after || strings.Count(parts[i].Text, "\r\n") != want.lines {
			t.Errorf("part %d: %+v, want %+v", i, parts[i], want)
		}
	}
	for _, wrong := range []string{"", Sentence("GPGSV,1,1,00"), "$GNRMC,1*00\r\n", Sentence("GNRMC,noon,V,,")} {
		if parts, err := Split(wrong); !errors.Is(err, device.ErrConfig) {
			t.Errorf("%q: %v %v", wrong, parts, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("$GNGLL,3149.28095,N,11706.93869,E,021556.000,A,A*47\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := Split(text)
		last := time.Duration(-1)
		for _, p := range parts {
			if err != nil || p.After <= last {
				t.Errorf("%q: %v %+v", text, err, parts)
			}
			last = p.After
		}
	})
}
