package direct

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/event"
)

// deaf is a server that accepts a client and then reads nothing more.
func deaf(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var work sync.WaitGroup
	t.Cleanup(func() { close(over); _ = l.Close(); work.Wait() })
	work.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer func() { _ = conn.Close() }()
				buf := make([]byte, 1024)
				if _, err := conn.Read(buf); err == nil {
					_, _ = conn.Write([]byte{0x20, 2, 0, 0})
				}
				<-over
			})
		}
	})
	return l.Addr().(*net.TCPAddr).Port
}

// A full connection holds nobody longer than it may: neither the keepalive, nor a sender that gives up.
func TestFullConnection(t *testing.T) {
	port := deaf(t)
	large := device.Message{Topic: "a", Payload: make([]byte, 16<<20)}
	for qos := range byte(3) {
		d := newTestDevice(t, Config{}, &event.Stream{})
		large.QoS = qos
		c := config(port)
		c.KeepAlive = time.Second
		s, err := d.OpenMQTT(testContext(t), c)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		err = s.Publish(testContext(t), large)
		if took := time.Since(begin); !errors.Is(err, device.ErrLost) || took > writeTimeout/2 {
			t.Errorf("QoS %d: %v after %v", qos, err, took)
		}
		<-s.Lost()
		c.KeepAlive = 0
		if s, err = d.OpenMQTT(testContext(t), c); err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(testContext(t), 50*time.Millisecond)
		if err := s.Publish(short, large); !errors.Is(err, device.ErrTimeout) {
			t.Errorf("QoS %d, given up: %v", qos, err)
		}
		cancel()
		if err := s.Disconnect(testContext(t)); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Whoever hands over a packet while the connection ends is told so, and nothing of paho stays behind.
func TestEndWhilePublishing(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	d := newTestDevice(t, Config{}, &event.Stream{})
	for round := range 100 {
		s, err := d.OpenMQTT(testContext(t), config(broker.Port))
		if err != nil {
			t.Fatal(err)
		}
		var work sync.WaitGroup
		for i := range byte(6) {
			work.Go(func() {
				for {
					err := s.Publish(testContext(t), device.Message{Topic: "a", QoS: i % 3})
					if errors.Is(err, device.ErrLost) || errors.Is(err, device.ErrClosed) {
						return
					}
					if err != nil {
						t.Errorf("publish: %v", err)
						return
					}
				}
			})
		}
		switch round % 3 {
		case 0:
			_ = s.Disconnect(testContext(t))
		case 1:
			_ = s.Close()
		case 2:
			d.DropConnections()
		}
		work.Wait()
	}
}
