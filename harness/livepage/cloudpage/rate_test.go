package cloudpage

import (
	"fmt"
	"testing"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/web/webtest"
)

// TestPageAtSpeed: while 1,000 events a second and more come, the page answers a person, draws the newest, keeps a
// bounded number of them and says how many it left out.
func TestPageAtSpeed(t *testing.T) {
	events := &event.Stream{Keep: 20_000, KeepBytes: 16 << 20}
	s, _ := serve(t, events, 9)
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			for range 12 {
				n++
				id := fmt.Sprintf("meter_%d", n%10+1)
				events.Emit(event.Event{Kind: event.Publish, Layer: event.Cloud, Device: id, QoS: 1,
					Topic: "$oc/devices/" + id + "/sys/messages/up", Payload: fmt.Appendf(nil, `{"n": %d}`, n)})
			}
		}
	}()
	t.Cleanup(func() {
		close(done)
		<-stopped
	})
	webtest.Run(t, "testdata/speed.mjs", s.URL())
}
