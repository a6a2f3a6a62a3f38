package results

import (
	"fmt"
	"os"
	"testing"
	"time"

	"quecstar/harness/suite"
	"quecstar/harness/web/webtest"
)

// BenchmarkHTML writes the page of 2,000 tests with 200,000 events, and of one with 20,000 messages, and has Chromium
// measure how it opens, searches and scrolls (go test -bench HTML -run - ./harness/results, with QUECSTAR_BROWSER set).
// Seen on two idle cores: 0.8 to 1.1 s until the list and the first diagram are painted, 55 to 98 ms for a test, 59 frames
// a second of one that scrolls.
func BenchmarkHTML(b *testing.B) {
	lines := large(2000, 50, 20_000)
	for b.Loop() {
		began := time.Now()
		path := page(b, lines, &HTML{})
		took := time.Since(began)
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		b.ReportMetric(took.Seconds(), "s/write")
		webtest.Run(b, "testdata/figures.mjs", "file://"+path)
	}
}

// large is a run of so many tests, each with messages that both ends tell, and of one that is longer.
func large(tests, messages, longest int) []Line {
	s := &sampler{at: begin}
	s.add(Line{Kind: RunStart, Run: &Run{ID: "1", Version: "1", Plan: "p", Tests: tests + 1}})
	events := func(n, seed int) []any {
		out := make([]any, 0, 2*n)
		for i := range n {
			topic := fmt.Sprintf("$oc/devices/5fbb%d_8686/sys/properties/report", seed)
			payload := fmt.Sprintf(`{"services": [{"service_id": "WaterMeterControl", "properties": {"litres": %d, "state": "T:%d.%dC, H:%d%%", "token": "%x"}}]}`,
				i*seed, i%40, seed%10, i%100, uint64(i*7919+seed)*0x9e3779b97f4a7c15)
			for k, source := range []string{"meter", "cloud"} {
				layer := []string{"device", "cloud"}[k]
				out = append(out, suite.Event{N: 2*i + k + 1, At: time.Duration(i)*30*time.Second + time.Duration(k*(20+i%3))*time.Millisecond,
					Source: source, Layer: layer, Kind: "publish", Device: fmt.Sprintf("5fbb%d_8686", seed), Topic: topic, Payload: payload, QoS: 1})
			}
		}
		return out
	}
	s.test("a_test.star", "test_long", suite.Marks{}, append(events(longest, 3), s.passed())...)
	for i := range tests {
		r := s.passed()
		if i%10 == 0 {
			r = s.failed(suite.Assertion, fmt.Sprintf("expect(meter, reported(litres = %d)): nothing like it in 20s", i))
		}
		s.test(fmt.Sprintf("suite%d_test.star", i/50), fmt.Sprintf("test_number_%d", i), suite.Marks{Tags: []string{"iotda"}},
			append(events(messages, i+1), r)...)
	}
	s.add(Line{Kind: RunEnd, End: &End{Verdicts: map[suite.Verdict]int{suite.Failed: tests}}})
	return s.lines
}
