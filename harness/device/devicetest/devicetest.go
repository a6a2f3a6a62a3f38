// Package devicetest is what every kind of device is held to: one table of calls and their answers,
// role by role, for the module that Config describes.
package devicetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
)

// Config is the module that a device under test is, or is connected to.
func Config() direct.Config {
	return direct.Config{IMEI: "868604050000009", Model: "EC600U", SerialNumber: "D1Q23", Firmware: "EC600UR01", IMSI: "460001234567890",
		PhoneNumber: "+8613800000000", CSQ: 21, LAC: 26909, CID: 232301323, IPv4: "10.81.0.7", Voltage: 3700, PIN: "4711"}
}

// Peers are the servers that a device under test talks to.
type Peers struct {
	Broker, Echo int // ports on 127.0.0.1
}

// Start starts the peers, which end with the test.
func Start(t *testing.T) Peers {
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
	return Peers{Broker: brokertest.StartMochi(t, brokertest.Rules{}).Port, Echo: l.Addr().(*net.TCPAddr).Port}
}

// limit bounds one call; it is reached only when a test fails.
const limit = 20 * time.Second

// check is one call of a role. Its answer is compared in the form that %v prints.
type check struct {
	name string // role and what it is asked
	want string
	ask  func(ctx context.Context, d device.Device, p Peers) (any, error)
}

// of is a check of the role T.
func of[T any](name, want string, ask func(r T, ctx context.Context, p Peers) (any, error)) check {
	return check{name, want, func(ctx context.Context, d device.Device, p Peers) (any, error) {
		role, err := device.As[T](d, name+": ")
		if err != nil {
			return nil, err
		}
		return ask(role, ctx, p)
	}}
}

// get is a check of a method that only asks.
func get[T, V any](name, want string, ask func(T, context.Context) (V, error)) check {
	return of(name, want, func(r T, ctx context.Context, _ Peers) (any, error) { return ask(r, ctx) })
}

// Run holds a device to the table. Lacks are the calls that its kind cannot do, each with the reason:
// such a call must fail with device.ErrUnsupported, and one that the table does not have fails the test.
func Run(t *testing.T, d device.Device, p Peers, lacks map[string]string) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			got, err := c.ask(ctx, d, p)
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
	for name := range lacks {
		if !slices.ContainsFunc(checks, func(c check) bool { return c.name == name }) {
			t.Errorf("the table has no call %s", name)
		}
	}
}
