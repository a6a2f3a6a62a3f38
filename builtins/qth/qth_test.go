package qth

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What the device sends is on the event stream, with its topic and in words.
func TestUplinkIsTold(t *testing.T) {
	r := scripttest.Source(t, "up.py", `
import Qth
Qth.init()
Qth.setProductInfo('p1', 'topsecret')
Qth.start()
Qth.sendTsl(1, {1: 180.25, 2: 'on'})
Qth.stop()
`, scripttest.Options{Modules: Modules()})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	events, _ := r.Events.Since(0)
	var kinds []event.Kind
	for _, e := range events {
		if strings.Contains(e.Text, "topsecret") {
			t.Errorf("the product's secret is told: %q", e.Text)
		}
		switch e.Kind {
		case event.Connect, event.Disconnect:
			kinds = append(kinds, e.Kind)
		case event.Publish:
			kinds = append(kinds, e.Kind)
			p, err := decodePacket(e.Payload)
			if err != nil || p.cmd != cmdSendTSL || e.QoS != 1 || !strings.HasPrefix(e.Topic, "q/2/d/qdp1") || !strings.HasSuffix(e.Topic, "/bus") ||
				e.Text != `tsl {1: 180.25, 2: "on"}` {
				t.Errorf("published %+v, packet %+v, error %v", e, p, err)
			}
		}
	}
	if !slices.Equal(kinds, []event.Kind{event.Connect, event.Publish, event.Disconnect}) {
		t.Errorf("events %v", kinds)
	}
}

// Whatever comes is read or refused, and what is read is written and read again with the same ids; a
// number may come back rounded.
func FuzzTTLV(f *testing.F) {
	for _, seed := range []string{"", "\x00\x09", "\x00\x12\x81\x01\x2c", "\x00\x23\x00\x02hi", "\x00\x3c\x00\x02\x00\x41\x00\x4a\x00\x03", "\x00\x54\x00\x01\x00\x02\x00\x01"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		nodes, err := decodeTTLV(data)
		if err != nil {
			return
		}
		again, err := encodeTTLV(nil, nodes)
		if err != nil {
			t.Fatalf("%v is not encoded: %v", nodes, err)
		}
		back, err := decodeTTLV(again)
		if err != nil || !slices.EqualFunc(back, nodes, func(a, b node) bool { return a.id == b.id }) {
			t.Fatalf("%x became %s, then %s (%v)", data, show(nodes), show(back), err)
		}
	})
}

// Scripts that have the vendor's files in /usr import them from there; files of their own come first.
func TestImportFromUsr(t *testing.T) {
	const text = "from usr import Qth\nimport Qth as own\nprint(Qth is own)\n"
	if r := scripttest.Source(t, "a.py", text, scripttest.Options{Modules: Modules()}); r.Err != nil || r.Stdout != "True\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
	dir := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "Qth.py"), []byte("mine = 1\n"), 0o600),
		os.WriteFile(filepath.Join(dir, "a.py"), []byte("from usr import Qth\nprint(Qth.mine)\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if r := scripttest.Run(t, filepath.Join(dir, "a.py"), scripttest.Options{Modules: Modules()}); r.Err != nil || r.Stdout != "1\n" {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}
