package testpage

import (
	"fmt"
	"testing"
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
	"quecstar/harness/web/webtest"
)

// evil is what a name, a payload or a text may be: it stays text.
const evil = `</script><img src=x onerror="window.pwned=1">`

// shown is a page with a test of each sort, in its second round, which goes on.
func shown(t *testing.T) *Page {
	t.Helper()
	p := serve(t)
	verdicts := []suite.Verdict{suite.Failed, suite.Errored, suite.Passed, suite.Flaky, suite.Skipped, suite.XFailed,
		suite.Quarantined, suite.Passed}
	var keys []string
	for i := range verdicts {
		keys = append(keys, fmt.Sprintf("suites/meter_test.py::test_%s[%d,at:sim]", verdicts[i], i))
	}
	keys = append(keys, "suites/meter_test.py::test_"+evil, "suites/meter_test.py::test_long", "a_test.star::test_later")
	for round := range 2 {
		r := begin(p, Order{}, keys...)
		for i, v := range verdicts[:len(verdicts)-2*round] {
			r.start(keys[i])
			if round == 0 && i == 2 {
				v = suite.Failed
			}
			r.done(keys[i], v, happened()...)
		}
		if round == 0 {
			r.start(keys[8])
			r.done(keys[8], suite.Failed, happened()...)
			r.end(2, "interrupted")
			continue
		}
		r.start(keys[9])
		r.stream.Last(keys[9], "+0.420 dev · publish "+evil)
	}
	return p
}

func happened() []suite.Event {
	return []suite.Event{{N: 1, Source: "dev", Kind: "connect", Layer: "device", Device: "me"},
		{N: 2, At: time.Second, Source: "dev", Kind: "publish", Layer: "device", Device: "me", Topic: "t/" + evil,
			Payload: `{"text": "` + evil[:9] + `"}`, Where: "dev.py:2"},
		{N: 3, At: 2 * time.Second, Source: "dev", Kind: "line", Layer: "script", Payload: evil}}
}

// TestPage: what runs, what waits, and what was before, in both themes and languages, on a telephone, by the keyboard, and
// with a screen reader; a page that another is opened beside sees the same.
func TestPage(t *testing.T) {
	webtest.Run(t, "testdata/page.mjs", shown(t).URL())
}

// TestPageAtSpeed: while 1,000 tests a second and more end, the page answers a person.
func TestPageAtSpeed(t *testing.T) {
	p := serve(t)
	keys := make([]string, 2000)
	for i := range keys {
		keys[i] = fmt.Sprintf("f%d_test.py::test_%d", i/100, i)
	}
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			r := begin(p, Order{}, keys...)
			for i, key := range keys {
				r.start(key)
				v := suite.Passed
				if i%50 == 0 {
					v = suite.Failed
				}
				r.done(key, v, happened()...)
				if i%12 > 0 {
					continue
				}
				select {
				case <-done:
					r.end(len(keys)-i-1, "the test is over")
					return
				case <-tick.C:
				}
			}
			r.end(0, "")
		}
	}()
	t.Cleanup(func() {
		close(done)
		<-stopped
	})
	webtest.Run(t, "testdata/speed.mjs", p.URL())
}

var _ results.Live = (*Page)(nil)
