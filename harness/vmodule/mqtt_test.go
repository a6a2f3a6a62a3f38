package vmodule

import (
	"errors"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/repl"
)

// TestMQTTByThePrompt has a host script's MQTT done by umqtt on the module.
func TestMQTTByThePrompt(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{RefuseFilter: "no"})
	d := repl.NewDevice(newClient(t, newModule(t, Behaviour{})), time.Hour)
	defer d.Close()
	ctx := testContext(t)
	got := make(chan device.Message, 10)
	s, err := d.OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: broker.Port, ClientID: "d", KeepAlive: time.Minute, CleanSession: true,
		OnMessage: func(m device.Message) { got <- m }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Subscribe(ctx, "t/#", 1); err != nil {
		t.Fatal(err)
	}
	payload := "\x00\x04\r\n\"温\xff"
	if err := s.Publish(ctx, device.Message{Topic: "t/1", Payload: []byte(payload)}); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-got:
		if m.Topic != "t/1" || string(m.Payload) != payload {
			t.Errorf("came %+v", m)
		}
	case <-ctx.Done():
		t.Fatal("nothing came")
	}
	if err := s.Subscribe(ctx, "no", 0); !errors.Is(err, device.ErrRefused) {
		t.Errorf("refused filter: %v", err)
	}
	if err := s.Disconnect(ctx); err != nil {
		t.Error(err)
	}
	<-s.Lost()
}

func TestARefusalByThePrompt(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{Refuse: 4})
	d := repl.NewDevice(newClient(t, newModule(t, Behaviour{})), time.Hour)
	defer d.Close()
	_, err := d.OpenMQTT(testContext(t), device.MQTTConfig{Host: "127.0.0.1", Port: broker.Port, ClientID: "d"})
	var refused *device.RefusedError
	if !errors.As(err, &refused) || refused.Code != 4 {
		t.Errorf("%v", err)
	}
}
