package direct

import (
	"errors"
	"strings"
	"testing"

	"quecstar/harness/device"
)

func TestDefaultsAreValid(t *testing.T) {
	d, err := New(Config{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := d.Config()
	if len(c.IMEI) != 15 || !luhnValid(c.IMEI) {
		t.Errorf("IMEI %s", c.IMEI)
	}
	if !strings.HasPrefix(c.ICCID, "8986") || !luhnValid(c.ICCID) || len(c.ICCID) != 20 {
		t.Errorf("ICCID %s", c.ICCID)
	}
	if !strings.HasPrefix(c.IMSI, "460") || len(c.IMSI) != 15 {
		t.Errorf("IMSI %s", c.IMSI)
	}
	if d.Name() != "direct" {
		t.Errorf("name %s", d.Name())
	}
}

// The numbers are public examples: an IMEI of GSMA's guideline TS.06, and the seed's two devices.
func TestLuhn(t *testing.T) {
	for _, number := range []string{"490154203237518", "868540050954037", "869537055157730"} {
		if !luhnValid(number) {
			t.Errorf("%s is not valid", number)
		}
		if luhnValid(number[:14] + string('0'+(number[14]-'0'+1)%10)) {
			t.Errorf("%s with another check digit is valid", number)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	cases := []struct {
		name string
		c    Config
		want string // "" for none
	}{
		{"IMEI without check digit", Config{IMEI: "49015420323751"}, ""},
		{"ICCID without check digit", Config{ICCID: "8986001234567890123"}, ""},
		{"ICCID of 19 digits", Config{ICCID: "898600123456789012" + string(luhnDigit("898600123456789012"))}, ""},
		{"wrong check digit", Config{IMEI: "490154203237519"}, "490154203237518 would be right"},
		{"letters", Config{IMEI: "49015420323751x"}, "want 15 digits"},
		{"short", Config{IMEI: "1234"}, "want 15 digits"},
		{"IMSI", Config{IMSI: "460"}, "IMSI"},
		{"CSQ", Config{CSQ: 32}, "CSQ"},
	}
	for _, c := range cases {
		_, err := New(c.c, Options{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (!errors.Is(err, device.ErrConfig) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzChecked(f *testing.F) {
	f.Add("490154203237518")
	f.Add("8986001234567890123")
	f.Fuzz(func(t *testing.T, number string) {
		for _, n := range []int{15, 20} {
			if out, err := checked("number", number, n, n); err == nil && (len(out) != n || !luhnValid(out)) {
				t.Errorf("%q became %q", number, out)
			}
		}
	})
}
