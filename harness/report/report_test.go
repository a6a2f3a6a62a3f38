package report

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"quecstar/harness/event"
)

var begin = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func events() []event.Event {
	at := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	return []event.Event{
		{Time: at(0), Layer: event.Harness, Kind: event.Start, Text: "x.py"},
		{Time: at(1), Layer: event.Device, Kind: event.Connect, Text: "connected to h"},
		{Time: at(2), Layer: event.Device, Kind: event.Publish, Topic: "$oc/devices/d1/sys/properties/report", Payload: []byte("{\n \"a\": 1 }")},
		{Time: at(3), Layer: event.Cloud, Kind: event.Publish, Topic: "$oc/devices/d1/sys/properties/report", Payload: []byte("{\n \"a\": 1 }")},
		{Time: at(104), Layer: event.Device, Kind: event.Receive, Topic: "room/1", Payload: []byte{0, 255, 1}},
		{Time: at(105), Layer: event.Cloud, Kind: event.Warning, Text: "odd"},
		{Time: at(106), Layer: event.Cloud, Kind: event.Refused, Text: "CONNACK 4: no"},
		{Time: at(107), Layer: event.Device, Kind: event.Publish, Topic: "t", Payload: bytes.Repeat([]byte("x"), 1<<20)},
		{Time: at(108), Layer: event.Device, Kind: event.Publish, Topic: "t", Payload: []byte("line\r\n\ttwo\x1b[31m 中")},
	}
}

func TestTimeline(t *testing.T) {
	var out bytes.Buffer
	tl := &Timeline{W: &out}
	for _, e := range events() {
		tl.Show(e)
	}
	if err := tl.Err(); err != nil {
		t.Fatal(err)
	}
	want := `   +0.001 · connect    connected to h
   +0.002 → publish    …/sys/properties/report  {"a":1}
   +0.104 ← receive    room/1  3 bytes 00ff01
   +0.105 ! warning    odd
   +0.106 ✗ refused    CONNACK 4: no
   +0.107 → publish    t  1048576 bytes ` + strings.Repeat("x", 79) + `…
   +0.108 → publish    t  line two·[31m 中
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// shows is what a timeline shows of events.
func shows(t *testing.T, tl *Timeline, all ...event.Event) string {
	t.Helper()
	var out bytes.Buffer
	tl.W = &out
	for _, e := range all {
		tl.Show(e)
	}
	if err := tl.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTimelineVerbose(t *testing.T) {
	if text := shows(t, &Timeline{Verbose: true}, events()...); strings.Count(text, "\n") != len(events()) ||
		!strings.Contains(text, "→ cloud   publish    …/sys/properties/report") {
		t.Errorf("of %d events:\n%s", len(events()), text)
	}
}

// TestTimelineColours: a colour for each layer, in front of what it tells, and all of a warning in one.
func TestTimelineColours(t *testing.T) {
	got := shows(t, &Timeline{Color: true}, event.Event{Layer: event.Device, Kind: event.Publish, Topic: "t"},
		event.Event{Layer: event.Harness, Kind: event.Warning, Text: "odd"})
	want := "\x1b[2m   +0.000 \x1b[0m\x1b[32m→ publish    \x1b[0mt\n" +
		"\x1b[2m   +0.000 \x1b[0m\x1b[33m! warning    odd\x1b[0m\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, layer := range event.Layers {
		if colors[layer] == "" {
			t.Errorf("%s has no colour", layer)
		}
	}
}

// TestTimelineFolds: on a terminal what is long goes on in rows below, a payload in six at most, and no row is wider than it;
// Chinese characters take two columns, and the width may change.
func TestTimelineFolds(t *testing.T) {
	width := 50
	tl := &Timeline{Width: func() int { return width }}
	long := event.Event{Layer: event.Device, Kind: event.Publish, Topic: "meter/1", Payload: []byte(`{"地址":"` + strings.Repeat("水", 20) + `"}`)}
	want := `   +0.000 → publish    meter/1
                       {"地址":"水水水水水水水水
                       水水水水水水水水水水水水"}
`
	if got := shows(t, tl, long); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	long.Payload = bytes.Repeat([]byte("0123456789"), 30)
	got := shows(t, tl, long)
	if !strings.HasSuffix(got, "\n                       … of 300 bytes (-v: all)\n") || strings.Count(got, "\n") != mostRows {
		t.Errorf("got\n%s", got)
	}
	tl.Verbose = true
	if got := shows(t, tl, long); strings.Count(got, "0123456789") < 20 || strings.Contains(got, "-v") {
		t.Errorf("verbose:\n%s", got)
	}
	width = 500
	if got := shows(t, tl, long); strings.Count(got, "\n") != 1 {
		t.Errorf("wide:\n%s", got)
	}
}

// TestTimelineOfACloud: messages as the cloud sees them, each once, with its device.
func TestTimelineOfACloud(t *testing.T) {
	const id = "5fbbb784b4ec2202e982e643_868604050000009"
	const topic = "$oc/devices/" + id + "/sys/properties/report"
	got := shows(t, &Timeline{Cloud: true}, event.Event{Layer: event.Cloud, Kind: event.Publish, Device: id, Topic: topic, Payload: []byte("1")},
		event.Event{Layer: event.Cloud, Kind: event.Report, Device: id, Topic: topic, Payload: []byte("1")},
		event.Event{Layer: event.Cloud, Kind: event.Response, Text: "batch task 1: Success"})
	want := `   +0.000 → …868604050000009 publish    …/sys/properties/report  1
   +0.000 →                  response   batch task 1: Success
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteErrorsAreKept(t *testing.T) {
	tl, l := &Timeline{W: broken{}}, &Lines{W: broken{}}
	e := event.Event{Kind: event.Warning, Text: "x"}
	tl.Show(e)
	l.Show(e)
	if !errors.Is(tl.Err(), io.ErrClosedPipe) || !errors.Is(l.Err(), io.ErrClosedPipe) {
		t.Errorf("%v, %v", tl.Err(), l.Err())
	}
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	l := &Lines{W: &out}
	for _, e := range events() {
		l.Show(e)
	}
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != len(events()) {
		t.Fatalf("%d lines for %d events", len(lines), len(events()))
	}
	for i, text := range lines {
		var got Line
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatal(err)
		}
		e := events()[i]
		payload := ""
		if got.Payload != nil {
			payload = *got.Payload
		}
		if got.Encoding == "base64" {
			b, err := base64.StdEncoding.DecodeString(payload)
			if err != nil {
				t.Fatal(err)
			}
			payload = string(b)
		}
		if !got.Time.Equal(e.Time) || got.Kind != string(e.Kind) || payload != string(e.Payload) || got.Topic != e.Topic {
			t.Errorf("%s is not %+v", text, e)
		}
	}
}

// TestSchema: the schema says what Line and the lists of package event say.
func TestSchema(t *testing.T) {
	var s struct {
		Properties map[string]struct {
			Enum  []string
			AnyOf []struct{ Enum []string }
		}
	}
	if err := json.Unmarshal([]byte(Schema), &s); err != nil {
		t.Fatal(err)
	}
	var fields []string
	line := reflect.TypeFor[Line]()
	for i := range line.NumField() {
		name, _, _ := strings.Cut(line.Field(i).Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	slices.Sort(fields)
	if got := slices.Sorted(maps.Keys(s.Properties)); !slices.Equal(got, fields) {
		t.Errorf("properties %q, want %q", got, fields)
	}
	if got, want := fmt.Sprint(s.Properties["kind"].AnyOf[0].Enum), fmt.Sprint(event.Kinds); got != want {
		t.Errorf("kinds %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(s.Properties["layer"].Enum), fmt.Sprint(event.Layers); got != want {
		t.Errorf("layers %s, want %s", got, want)
	}
}

// TestExitIsTheLastLine: what comes behind the exit event is no longer written, and the event has a status.
func TestExitIsTheLastLine(t *testing.T) {
	var out bytes.Buffer
	l := &Lines{W: &out}
	l.Hide(NewMasker([]string{"secret"}))
	l.Show(event.Event{Kind: event.Failure, Text: "secret", Traceback: "a secret"})
	l.Show(event.Event{Kind: event.Exit})
	l.Show(event.Event{Kind: event.Note})
	if got := out.String(); strings.Count(got, "\n") != 2 || !strings.HasSuffix(got, `"status":0}`+"\n") || strings.Contains(got, "secret") {
		t.Errorf("%s", got)
	}
}

func TestMask(t *testing.T) {
	secret := `s3c"r&t/`
	m := NewMasker([]string{secret, "abc"})
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{secret, string(quoted[1 : len(quoted)-1]), "s3c%22r%26t%2F", hex.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte(secret)), "0073003300630022007200260074002f", "0073003300630022007200260074002F",
		strings.ToUpper(hex.EncodeToString([]byte(secret)))} {
		e := m.Event(event.Event{Text: "a " + form + " b", Payload: []byte(form), Topic: form})
		if all := e.Text + string(e.Payload) + e.Topic; strings.Contains(all, form) || !strings.Contains(all, masked) {
			t.Errorf("%s is not masked: %s", form, all)
		}
	}
	if got := m.Text("abc"); got != "abc" {
		t.Errorf("a secret of 3 characters hides everything: %s", got)
	}
	digest := strings.Repeat("0af1", 16)
	for _, hex := range []string{digest, digest[:40]} {
		call := event.Event{Kind: event.Call, Text: "umqtt.MQTTClient('id', '" + hex + "') = " + hex + "0"}
		if got := m.Event(call).Text; got != "umqtt.MQTTClient('id', '***') = "+hex+"0" {
			t.Errorf("a call shows %s", got)
		}
	}
	if got := m.Event(event.Event{Kind: event.Note, Text: digest}).Text; got != digest {
		t.Errorf("a note shows %s", got)
	}
	payload := []byte("x " + secret)
	m.Event(event.Event{Payload: payload})
	if string(payload) != "x "+secret {
		t.Error("the emitter's payload was changed")
	}
}

func FuzzPayload(f *testing.F) {
	f.Add([]byte(`{"a":1}`))
	f.Add([]byte("\xff\x00中"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s := Payload(b); strings.ContainsAny(s, "\n\x1b") {
			t.Errorf("%q spoils a line: %q", b, s)
		}
	})
}

func BenchmarkTimeline(b *testing.B) {
	tl := &Timeline{W: io.Discard}
	e := events()[2]
	for range b.N {
		tl.Show(e)
	}
	if err := tl.Err(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkLines(b *testing.B) {
	l := &Lines{W: io.Discard}
	e := events()[2]
	for range b.N {
		l.Show(e)
	}
}

// TestShorten: a topic says whose it is where that is not the device that the event is of.
func TestShorten(t *testing.T) {
	for _, tt := range []struct{ topic, device, want string }{
		{"$oc/devices/me/sys/x", "me", "…/sys/x"},
		{"$oc/devices/p_me/sys/x", "p_me_0_0_2026113000", "…/sys/x"},
		{"$oc/devices/me/sys/x", "", "…/sys/x"},
		{"$oc/devices/other/sys/x", "me", "$oc/devices/other/sys/x"},
		{"$oc/devices/me", "me", "$oc/devices/me"},
		{"plain/topic", "me", "plain/topic"},
	} {
		if got := shorten(tt.topic, tt.device); got != tt.want {
			t.Errorf("%s of %s: %s, want %s", tt.topic, tt.device, got, tt.want)
		}
	}
}
