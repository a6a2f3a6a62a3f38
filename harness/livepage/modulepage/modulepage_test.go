package modulepage

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/bench"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/web/webtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve serves the page of a module.
func serve(t *testing.T, b *bench.Bench) (*Server, *session.Sim) {
	t.Helper()
	events := &event.Stream{}
	v, err := session.NewSim(session.SimOptions{Bench: b, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := Serve(Options{Module: v, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, v
}

// client has no connections that outlive a test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}

func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestRefusedActs: what is no action, or has wrong arguments, is refused in plain words, and not in the bench file.
func TestRefusedActs(t *testing.T) {
	s, v := serve(t, nil)
	for call, want := range map[string]string{
		`{"function": "network_signl"}`:                                      `there is no action "network_signl"; did you mean "network_signal"?`,
		`{"function": "sms_sent"}`:                                           `there is no action "sms_sent"`,
		`{"function": "network_signal", "args": {"cs": 1}}`:                  "network_signal: unexpected keyword argument 'cs'",
		`{"function": "network_signal", "args": {}}`:                         "network_signal: missing argument 'csq'",
		`{"function": "network_signal", "args": {"csq": 32}}`:                "csq is 32; it must be 0 to 31, or 99 for none",
		`{"function": "network_signal", "args": {"csq": "much"}}`:            "argument 'csq' should be an int, not str",
		`{"function": "pin_level", "args": {"pin": 99, "level": 1}}`:         "there is no pin 99: 1 to 47 are",
		`{"function": "key", "args": {"row": 0, "col": 0}}`:                  "the script must call KeyPad.init()",
		`{"function": "spi_answer", "args": {"port": 0, "answer": "hex:0"}}`: "want pairs of hexadecimal digits",
		`{"function": "wifi_stations", "args": {"stations": [null]}}`:        "null is no value of a list",
		`{"function": "vbat", "args": {"millivolts": 1}, "at": 1}`:           `unknown field "at"`,
		`vbat`: "want {\"function\": NAME, \"args\": {…}}",
	} {
		status, text := ask(t, "POST", s.URL()+"act", call)
		var answer struct{ Error string }
		if err := json.Unmarshal([]byte(text), &answer); err != nil || status != 400 || !strings.Contains(answer.Error, want) {
			t.Errorf("%s: %d %s, want %s", call, status, text, want)
		}
	}
	if text := v.ActsBench(); strings.Contains(text, "[[action]]") {
		t.Errorf("the bench file has %s", text)
	}
}

// TestAbout: the page knows every action with its parameters, what they are and what they are by default.
func TestAbout(t *testing.T) {
	s, _ := serve(t, nil)
	_, text := ask(t, "GET", s.URL()+"about", "")
	for _, want := range []string{`{"name":"sms_arrives","module":"sms","doc":"Brings a message to the module.","params":` +
		`[{"name":"number","type":"str"`, `"name":"satellites","type":"int","default":"8","optional":true`, `"module_power"`} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Contains(text, `"sms_sent"`) {
		t.Error("sms_sent is no action")
	}
}

// TestBenchRoundTrip: the bench file of what was done loads, and does the same around another module.
func TestBenchRoundTrip(t *testing.T) {
	b, err := bench.Parse("b.toml", `
[device]
imei = "868604050000009"
csq = 9
secret = "hidden"
[sim]
reply_delay = "5ms"
[[action]]
vbat = 3300
`, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	s, _ := serve(t, b)
	hostile := "</script>\"'\\\u007f\u0001\u2028é 中"
	sms, err := json.Marshal(map[string]any{"function": "sms_arrives", "args": map[string]any{"number": "+8610086",
		"text": hostile}})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []string{string(sms),
		`{"function": "gnss_track", "args": {"points": [[0, 31.5, 117], [60, 32, 118.25, 40]]}}`,
		`{"function": "network_cells", "args": {"cells": [{"cid": 7, "lac": 1, "rssi": -70}]}}`,
		`{"function": "pin_level", "args": {"pin": 5, "level": 1}}`,
		`{"function": "i2c_registers", "args": {"bus": 0, "address": 64, "register": 0, "values": "hex: 12 34"}}`,
		`{"function": "connections_lost"}`, `{"function": "incoming_call", "args": {"number": "+8610086"}}`,
		`{"function": "line_speed", "args": {"baud": 9600}}`, `{"function": "module_power", "args": {"state": 0}}`} {
		if status, text := ask(t, "POST", s.URL()+"act", call); status != 200 {
			t.Fatalf("%s: %s", call, text)
		}
	}
	status, text := ask(t, "GET", s.URL()+"bench", "")
	if status != 200 || strings.Contains(text, "hidden") {
		t.Fatalf("%d %s", status, text)
	}
	path := filepath.Join(t.TempDir(), "again.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := bench.Load(path, func(string) string { return "" })
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	other, v := serve(t, again)
	want := func() string { return same(t, s) }
	for until := time.Now().Add(time.Minute); same(t, other) != want(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("got %s\nwant %s\nby %s", same(t, other), want(), text)
		}
	}
	if err := v.Act(t.Context(), bench.NewAction("network_signal", int64(3))); err != nil {
		t.Error(err)
	}
	if status, text := ask(t, "POST", other.URL()+"forget", ""); status != 200 || strings.Contains(v.ActsBench(), "network_signal") {
		t.Errorf("%d %s", status, text)
	}
}

// same is what two modules have in common around which the same happened.
func same(t *testing.T, s *Server) string {
	t.Helper()
	state := s.page.state(t.Context())
	state.Acts = 0
	for i := range state.SMS.Inbox {
		state.SMS.Inbox[i].Time = ""
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// cable is a Plug.
type cable struct{ in atomic.Bool }

func (c *cable) Plugged() bool              { return c.in.Load() }
func (c *cable) Plug(context.Context) error { c.in.Store(true); return nil }
func (c *cable) Unplug() error              { c.in.Store(false); return nil }

// TestPlug: the cable is pulled and plugged in, where there is one.
func TestPlug(t *testing.T) {
	s, _ := serve(t, nil)
	if status, text := ask(t, "POST", s.URL()+"plug", `{"in": true}`); status != 400 || !strings.Contains(text, "no cable") {
		t.Errorf("%d %s", status, text)
	}
	c := &cable{}
	s.page.opts.Plug = c
	for _, x := range []struct {
		ask    string
		status int
		in     bool
	}{{`{"in": true}`, 200, true}, {`{}`, 400, true}, {`no`, 400, true}, {`{"in": false}`, 200, false}} {
		status, text := ask(t, "POST", s.URL()+"plug", x.ask)
		if status != x.status || s.page.state(t.Context()).Module.Plugged != x.in {
			t.Errorf("%s: %d %s", x.ask, status, text)
		}
	}
}

// TestSlowPrompt: a script that is in the way of a look at the parts is not in the way of all else, and looks do not
// pile up behind it.
func TestSlowPrompt(t *testing.T) {
	s, _ := serve(t, nil)
	m := &stuck{Module: s.page.opts.Module}
	s.page.opts.Module = m
	for range 5 {
		began := time.Now()
		if state := s.page.state(t.Context()); state.Network.State != "home" || time.Since(began) > 10*time.Second {
			t.Errorf("%+v after %v", state, time.Since(began))
		}
	}
	if n := m.looks.Load(); n != 1 {
		t.Errorf("%d looks", n)
	}
}

// stuck is a module whose prompt has no time.
type stuck struct {
	Module
	looks atomic.Int32
}

func (m *stuck) Parts(ctx context.Context, _ func(*script.Interp, *script.Thread)) error {
	m.looks.Add(1)
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestStateWithoutAPrompt(t *testing.T) {
	s, _ := serve(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	state := s.page.state(ctx)
	if state.Network.State != "home" || state.SIM.State != "ready" || state.Parts.Display != nil || len(state.Network.PDP) != 3 {
		t.Errorf("%+v", state)
	}
}

// TestPage: a person does to a module what one does on a desk, and sees what a script at its prompt makes of it.
func TestPage(t *testing.T) {
	s, _ := serve(t, nil)
	webtest.Run(t, "testdata/page.mjs", s.URL())
}
