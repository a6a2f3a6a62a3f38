package at

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/faultproxy"
	"quecstar/harness/vmodule"
)

// TestMQTTFaults has a module's connection break with a message in flight: the sender is told, and the
// session ends for the reason that the module tells.
func TestMQTTFaults(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for name, c := range map[string]struct {
		verdict faultproxy.Verdict
		stat    string
	}{
		"FIN":        {faultproxy.Verdict{Drop: true, Then: faultproxy.FIN}, "+QMTSTAT: 0,1"},
		"RST":        {faultproxy.Verdict{Drop: true, Then: faultproxy.RST}, "+QMTSTAT: 0,1"},
		"mid-packet": {faultproxy.Verdict{Pass: 3, Then: faultproxy.FIN}, "+QMTSTAT: 0,1"},
		"garbage":    {faultproxy.Verdict{Drop: true, Inject: []byte("\xff\xff")}, "+QMTSTAT: 0,1"},
		"hole":       {faultproxy.Verdict{Then: faultproxy.Hole}, "+QMTSTAT: 0,2"},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := faultproxy.Start(t, faultproxy.Options{Target: fmt.Sprintf("127.0.0.1:%d", broker.Port), Judge: func(p faultproxy.Packet) faultproxy.Verdict {
				if p.Is(1, true, packets.Publish, 2) {
					return c.verdict
				}
				return faultproxy.Verdict{}
			}})
			r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
			ctx := testContext(t)
			conf := mqttConfig(proxy.Port)
			conf.KeepAlive = time.Second
			s, err := r.OpenMQTT(ctx, conf)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Publish(ctx, device.Message{Topic: "up", Payload: []byte("1"), QoS: 1}); err != nil {
				t.Fatal(err)
			}
			if err := s.Publish(ctx, device.Message{Topic: "up", Payload: []byte("2"), QoS: 1}); !errors.Is(err, device.ErrLost) {
				t.Errorf("the message in flight: %v", err)
			}
			<-s.Lost()
			if err := s.Err(); !errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), c.stat) {
				t.Errorf("the session ended with %v, want %s", err, c.stat)
			}
		})
	}
}
