package spell

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"utime", "umqtt", "ujson", "modem", "misc", "net", "imei", "imsi"}
	for wrong, want := range map[string]string{"utmie": "utime", "uMQTT": "umqtt", "imie": "imei", "modme": "modem", "nosuchthing": "", "": "", "nett": "net"} {
		if got := Nearest(wrong, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", wrong, got, want)
		}
	}
}
