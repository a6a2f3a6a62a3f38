package umqtt

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
)

// BenchmarkRoundTripBare is publish to callback with paho.mqtt.golang alone.
func BenchmarkRoundTripBare(b *testing.B) {
	broker := brokertest.StartMochi(b, brokertest.Rules{})
	c := paho.NewClient(paho.NewClientOptions().AddBroker(fmt.Sprintf("tcp://127.0.0.1:%d", broker.Port)).SetClientID("bare"))
	if t := c.Connect(); t.Wait() && t.Error() != nil {
		b.Fatal(t.Error())
	}
	defer c.Disconnect(100)
	got := make(chan struct{})
	if t := c.Subscribe("t", 0, func(paho.Client, paho.Message) { got <- struct{}{} }); t.Wait() && t.Error() != nil {
		b.Fatal(t.Error())
	}
	payload := []byte("hello")
	b.ResetTimer()
	for range b.N {
		c.Publish("t", 0, false, payload).Wait()
		select {
		case <-got:
		case <-time.After(10 * time.Second):
			b.Fatal("no message")
		}
	}
}

// roundTrips is the same through a script.
const roundTrips = `
def on_message(topic, msg):
    pass

c = umqtt.MQTTClient("script", "127.0.0.1", int(sys.argv[1]))
c.set_callback(on_message)
c.connect()
c.subscribe("t")
for _ in range(int(sys.argv[2])):
    c.publish("t", "hello")
    c.wait_msg()
c.disconnect()
`

// BenchmarkRoundTripScript is publish to callback through a script; the time to start it is in it.
func BenchmarkRoundTripScript(b *testing.B) {
	broker := brokertest.StartMochi(b, brokertest.Rules{})
	b.ResetTimer()
	r := scripttest.Source(b, "b.star", roundTrips,
		scripttest.Options{Modules: modules(), Args: []string{strconv.Itoa(broker.Port), strconv.Itoa(b.N)}})
	if r.Err != nil {
		b.Fatal(r.Err)
	}
}
