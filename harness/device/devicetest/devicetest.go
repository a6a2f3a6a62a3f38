// Package devicetest is what every kind of device is held to: one table of calls and their answers,
// role by role, for the module that Config describes.
package devicetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/device/tape"
)

// Config is the module that a device under test is, or is connected to.
func Config() direct.Config {
	return direct.Config{IMEI: "868604050000009", Model: "EC600U", SerialNumber: "D1Q23", Firmware: "EC600UR01",
		ProductID: "Quectel", IMSI: "460001234567890", ICCID: "89860012345678901238", PhoneNumber: "+8613800000000",
		CSQ: 21, LAC: 26909, CID: 232301323, IPv4: "10.81.0.7", Voltage: 3700, PIN: "4711"}
}

// Opened is a device under test.
type Opened struct {
	device.Device
	// Inside is the module itself, by which a test does what the network does; nil on a tape, which has
	// what came of it.
	Inside *direct.Device
}

// Open opens a device of one kind. What is behind it ends with the test, behind the device.
type Open func(t *testing.T) Opened

// Peers are the servers that a device under test talks to: ports on 127.0.0.1.
type Peers struct {
	Broker  int    // lets nobody subscribe to refusedFilter
	Refuses [6]int // by the code of the CONNACK; the first is none
	Echo    int
}

const refusedFilter = "not/yours"

// start starts the peers, which end with the test.
func start(t *testing.T) Peers {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	broker := brokertest.StartMochi(t, brokertest.Rules{RefuseFilter: refusedFilter})
	p := Peers{Echo: l.Addr().(*net.TCPAddr).Port, Broker: broker.Port}
	for code := 1; code < len(p.Refuses); code++ {
		p.Refuses[code] = brokertest.StartMochi(t, brokertest.Rules{Refuse: byte(code)}).Port
	}
	return p
}

// limit bounds one call; it is reached only when a test fails.
const limit = 20 * time.Second

// env is what a check has beside its role.
type env struct {
	Peers
	inside *direct.Device
}

// do does what the network does, or a person with the module; a tape has what came of it.
func (e env) do(f func(*direct.Device)) {
	if e.inside != nil {
		f(e.inside)
	}
}

// check is one call of a role. Its answer is compared in the form that %v prints.
type check struct {
	name string // role and what it is asked
	want string
	ask  func(ctx context.Context, d device.Device, e env) (any, error)
}

// of is a check of the role T.
func of[T any](name, want string, ask func(r T, ctx context.Context, e env) (any, error)) check {
	return check{name, want, func(ctx context.Context, d device.Device, e env) (any, error) {
		role, err := device.As[T](d, name+": ")
		if err != nil {
			return nil, err
		}
		return ask(role, ctx, e)
	}}
}

// get is a check of a method that only asks.
func get[T, V any](name, want string, ask func(T, context.Context) (V, error)) check {
	return of(name, want, func(r T, ctx context.Context, _ env) (any, error) { return ask(r, ctx) })
}

// groups are the checks that are made of one device; behind the last of a group it may be gone.
var groups = map[string][]check{
	"roles": slices.Concat(identityChecks, networkChecks, messageChecks, mqttChecks, socketChecks),
	"restart": {of("Power.Restart", "restarted", func(r device.Power, ctx context.Context, _ env) (any, error) {
		return "restarted", r.Restart(ctx)
	})},
	"power down": {of("Power.PowerDown", "off", func(r device.Power, ctx context.Context, _ env) (any, error) {
		return "off", r.PowerDown(ctx)
	})},
}

// Run holds a kind of device to the table. Lacks are the calls that it cannot do, each with the reason: such a
// call must fail with device.ErrUnsupported, and one that the table does not have fails the test.
func Run(t *testing.T, open Open, lacks map[string]string) {
	each(t, lacks, func(t *testing.T, checks []check) {
		p, d := start(t), open(t)
		hold(t, d, p, checks, lacks)
	})
}

// RunTape holds a tape to the table that was recorded of a device of another kind.
func RunTape(t *testing.T, open Open, lacks map[string]string) {
	notTaped := map[string]string{"Sockets.Listen": "who connects to a listening socket is not on a tape"}
	maps.Copy(notTaped, lacks)
	each(t, notTaped, func(t *testing.T, checks []check) {
		p, d := start(t), open(t)
		var text bytes.Buffer
		recorder := tape.Record(d.Device, &text, tape.Options{})
		hold(t, Opened{recorder, d.Inside}, p, checks, lacks)
		player, err := tape.Play("x.tape", bytes.NewReader(text.Bytes()), tape.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Run("played", func(t *testing.T) { hold(t, Opened{Device: player}, p, checks, notTaped) })
		if t.Failed() {
			t.Logf("the tape:\n%s", text.Bytes())
		}
	})
}

// each runs f for every group of checks.
func each(t *testing.T, lacks map[string]string, f func(*testing.T, []check)) {
	var names []string
	for name, checks := range groups {
		t.Run(name, func(t *testing.T) { f(t, checks) })
		for _, c := range checks {
			names = append(names, c.name)
		}
	}
	for name := range lacks {
		if !slices.Contains(names, name) {
			t.Errorf("the table has no call %s", name)
		}
	}
}

// hold makes checks and closes the device.
func hold(t *testing.T, d Opened, p Peers, checks []check, lacks map[string]string) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			got, err := c.ask(ctx, d.Device, env{p, d.Inside})
			if why, ok := lacks[c.name]; ok {
				if !errors.Is(err, device.ErrUnsupported) {
					t.Errorf("%v, error %v; want %v: %s", got, err, device.ErrUnsupported, why)
				}
				return
			}
			if err != nil || fmt.Sprint(got) != c.want {
				t.Errorf("%v, error %v; want %s", got, err, c.want)
			}
		})
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// class is the class of an error, for checks of what is refused.
func class(err error) string {
	var refused *device.RefusedError
	switch {
	case err == nil:
		return "no error"
	case errors.As(err, &refused):
		return fmt.Sprintf("refused with %d", refused.Code)
	case errors.Is(err, device.ErrRefused):
		return "refused"
	case errors.Is(err, device.ErrNotReady):
		return "not ready"
	case errors.Is(err, device.ErrUnreachable):
		return "unreachable"
	case errors.Is(err, device.ErrConfig):
		return "wrong setting"
	}
	return err.Error()
}

// unless is the class of an error, or the error itself where the device cannot do the call at all.
func unless(err error) (any, error) {
	if errors.Is(err, device.ErrUnsupported) || errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	return class(err), nil
}

// again is how often what is to be heard is done again: a device that asks now and then may have asked when it
// was done already.
const again = 200 * time.Millisecond

// hears does things in turn, the first, the second, the first, until one is heard that match accepts.
func hears[T any](
	ctx context.Context, e env, heard <-chan T, match func(T) bool, first, second func(*direct.Device),
) error {
	for i := 0; ; i++ {
		if i%2 == 0 {
			e.do(first)
		} else {
			e.do(second)
		}
		for waiting, tick := true, time.After(again); waiting; {
			select {
			case v := <-heard:
				if match(v) {
					return nil
				}
			case <-tick:
				waiting = false
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}
