package brokertest_test

import (
	"context"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
)

// TestReconnectAtOnce: a client that comes back with its id, before the server is through with its last
// connection, hears what it subscribes to.
func TestReconnectAtOnce(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	d, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for i := range 300 {
		got := make(chan device.Message, 1)
		s, err := d.OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: broker.Port, ClientID: "d",
			KeepAlive: time.Minute, CleanSession: true, OnMessage: func(m device.Message) { got <- m }})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Subscribe(ctx, "t", 0); err != nil {
			t.Fatal(err)
		}
		if err := s.Publish(ctx, device.Message{Topic: "t", Payload: []byte("x")}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-got:
		case <-ctx.Done():
			t.Fatalf("connection %d heard nothing", i)
		}
		if i%2 == 0 {
			err = s.Disconnect(ctx)
		} else {
			err = s.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
