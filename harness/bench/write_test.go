package bench

import (
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestActionsAsTOML: an action that is written is read as it was.
func TestActionsAsTOML(t *testing.T) {
	for _, v := range []any{true, int64(-3), 1.5, 2.0, 1e21, math.MaxFloat64, "", "hex: 01 ff",
		"</script>\"'\\\x00\x01\x1f\x7f\n\t\u2028é 中", []any{}, []any{int64(1), "x", []any{2.5}}, []map[string]any{{"a b": false, "": int64(0)}},
		map[string]any{"number": "+86", "text": "[x]\n[[action]]\n"}, map[string]any{},
		time.Date(2026, 1, 31, 12, 0, 0, 5000, time.UTC), time.Date(2026, 1, 31, 12, 0, 0, 0, time.FixedZone("", 8*3600))} {
		a := NewAction("pin_level", v)
		a.After, a.Every = 1500*time.Millisecond, time.Minute
		b, err := Parse("b.toml", a.TOML()+a.TOML(), func(string) string { return "" })
		if err != nil || len(b.Schedule) != 2 {
			t.Errorf("%v: %v\n%s", v, err, a.TOML())
			continue
		}
		got := b.Schedule[1]
		same := reflect.DeepEqual(got.Value, v)
		if at, is := v.(time.Time); is {
			same = at.Equal(got.Value.(time.Time))
		}
		if !same || got.After != a.After || got.Every != a.Every || got.Function != "pin_level" {
			t.Errorf("%#v became %#v by\n%s", v, got.Value, a.TOML())
		}
	}
}

// TestWritten: a written bench has the module and the actions of the file, whose files are found from elsewhere, and no
// secret.
func TestWritten(t *testing.T) {
	b, err := Parse("some/b.toml", `
[device]
id = "me"
secret = "hidden"
no_sim = true
csq = 7
[sim]
reply_delay = "20ms"
urc_port = "usbat"
[[action]]
after = "1s"
wait = true
gnss_log = "file:drive.nmea"
[[action]]
network_time = 2026-01-31T12:00:00
`, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	text := b.Written([]Action{NewAction("vbat", int64(3300))})
	if strings.Contains(text, "hidden") {
		t.Error(text)
	}
	again, err := Parse("b.toml", text, func(string) string { return "" })
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want := b.Device
	want.Secret = ""
	folder, err := filepath.Abs("some")
	if err != nil {
		t.Fatal(err)
	}
	if again.Device != want || again.Sim != b.Sim || len(again.Schedule) != 3 || !again.Schedule[0].Wait ||
		again.Schedule[0].Value != "file:"+filepath.Join(folder, "drive.nmea") || again.Schedule[2].Function != "vbat" {
		t.Errorf("%+v\n%s", again, text)
	}
	if local, err := again.Data(again.Schedule[1].Value); err != nil || local != "2026-01-31 12:00:00" {
		t.Errorf("%v %v", local, err)
	}
}
