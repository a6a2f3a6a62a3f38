package direct

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/virtual"
	"quecstar/harness/wire"
)

// TestWritersInVirtualTime has two goroutines write to a connection that takes nothing: while the second waits
// for the first, time must pass.
func TestWritersInVirtualTime(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	err := virtual.Run(begin, func() {
		d, err := New(Config{}, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		here, there := wire.Pipe(wire.Options{})
		_ = here.SetWriteDeadline(begin.Add(time.Second))
		if _, err := here.Write(make([]byte, 1<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		s := newSession(d, device.MQTTConfig{ClientID: "d", KeepAlive: time.Minute}, here)
		var work sync.WaitGroup
		for range 2 {
			work.Go(func() { _, _ = s.wire.Write([]byte{0xc0, 0}) })
		}
		work.Wait()
		if took := time.Since(begin); took < writeTimeout || took > 3*writeTimeout {
			t.Errorf("it took %v", took)
		}
		_, _ = here.Close(), there.Close()
		_ = d.Close()
	})
	if err != nil {
		t.Error(err)
	}
}
