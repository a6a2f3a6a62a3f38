package at

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/faultproxy"
	"quecstar/harness/vmodule"
)

// TestLostStat: a connection whose +QMTSTAT was lost is found to be over by a look at the module.
func TestLostStat(t *testing.T) {
	t.Parallel()
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	proxy := faultproxy.Start(t, faultproxy.Options{Target: fmt.Sprintf("127.0.0.1:%d", broker.Port),
		Judge: func(p faultproxy.Packet) faultproxy.Verdict {
			if p.Is(1, true, packets.Publish, 1) {
				return faultproxy.Verdict{Then: faultproxy.FIN}
			}
			return faultproxy.Verdict{}
		}})
	r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
	ctx := testContext(t)
	s, err := r.OpenMQTT(ctx, mqttConfig(proxy.Port))
	if err != nil {
		t.Fatal(err)
	}
	r.module.DropURC("+QMTSTAT", 1)
	if err := s.Publish(ctx, device.Message{Topic: "up"}); err != nil && !errors.Is(err, device.ErrLost) {
		t.Fatal(err)
	}
	select {
	case <-s.Lost():
	case <-ctx.Done():
		t.Fatal("the session goes on")
	}
	if err := s.Err(); !errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), "no +QMTSTAT told") {
		t.Errorf("the session ended with %v", err)
	}
	if q, err := r.OpenMQTT(ctx, mqttConfig(broker.Port)); err != nil { // on the index that was closed
		t.Error(err)
	} else if err := q.Close(); err != nil {
		t.Error(err)
	}
}
