package at

import (
	"context"
	"errors"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
)

// TestLateResult: the result of a publication without an id that was given up is not taken for that of the
// next one, whether it comes before that or in its time.
func TestLateResult(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for name, early := range map[string]bool{"before": true, "meanwhile": false} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, direct.Config{}, vmodule.Behaviour{}, Options{})
			ctx := testContext(t)
			arrived := make(chan string, 2)
			conf := mqttConfig(broker.Port)
			conf.OnMessage = func(m device.Message) { arrived <- string(m.Payload) }
			s, err := r.OpenMQTT(ctx, conf)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Subscribe(ctx, "up", 0); err != nil {
				t.Fatal(err)
			}
			r.module.DropURC("+QMTPUBEX: ", 2)
			short, cancel := context.WithCancel(ctx)
			go func() { <-arrived; cancel() }()
			if err := s.Publish(short, device.Message{Topic: "up", Payload: []byte("1")}); !errors.Is(err, context.Canceled) {
				t.Fatalf("given up: %v", err)
			}
			const late, own = "\r\n+QMTPUBEX: 0,0,2\r\n", "\r\n+QMTPUBEX: 0,0,0\r\n"
			if early {
				r.module.SendRaw([]byte(late))
				if _, err := r.Engine().Do(ctx, Command{Text: "AT"}); err != nil {
					t.Fatal(err)
				}
			}
			go func() {
				<-arrived
				if !early {
					r.module.SendRaw([]byte(late))
				}
				r.module.SendRaw([]byte(own))
			}()
			if err := s.Publish(ctx, device.Message{Topic: "up", Payload: []byte("2")}); err != nil {
				t.Error(err)
			}
			if n := s.(*client).order.late; n != 0 {
				t.Errorf("%d results are waited for", n)
			}
		})
	}
}

// TestLostResult: where the result of an earlier publication never comes, the next one's own is found out, once
// the module's time is over, and the one behind it waits for nothing.
func TestLostResult(t *testing.T) {
	var o order
	all := func(URC) bool { return true }
	o.begin(all)
	if _, err := o.end(URC{}, context.DeadlineExceeded); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	match := o.begin(all)
	if match(URC{Line: "own"}) {
		t.Error("a result was taken that may be the earlier one's")
	}
	if u, err := o.end(URC{}, device.ErrTimeout); err != nil || u.Line != "own" {
		t.Errorf("%q, %v", u.Line, err)
	}
	if match = o.begin(all); !match(URC{}) {
		t.Error("the next result was not taken")
	}
}

// TestConnectRate: data mode begins with a CONNECT that tells its rate, too.
func TestConnectRate(t *testing.T) {
	r := newRig(t, direct.Config{}, vmodule.Behaviour{ConnectRate: 115200}, Options{})
	ctx, cancel := context.WithTimeout(testContext(t), time.Minute)
	defer cancel()
	e := r.Engine()
	reply, err := e.Do(ctx, Command{Text: "ATD*99#", Results: []string{"CONNECT"}})
	if err != nil || reply.Result != "CONNECT 115200" {
		t.Fatalf("%+v, %v", reply, err)
	}
	if err := e.LeaveData(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Do(ctx, Command{Text: "AT"}); err != nil {
		t.Error(err)
	}
}
