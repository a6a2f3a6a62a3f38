// Package quectel is what the builtins of Quectel's own modules have in common, beside those of
// MicroPython: how they ask the device, the vendor's return codes, and names that are there but always fail.
package quectel

import (
	"context"
	"errors"

	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Failed is what the vendor's functions return when they fail, in place of an exception.
const Failed = -1

// OK is what the vendor's functions return when there is nothing else to return.
const OK = 0

// Role returns the run's device in the role T. The error raises NotImplementedError and names the
// function that was called.
func Role[T any](c *script.Call) (T, error) {
	role, err := device.As[T](c.Interp.Device(), who(c))
	if err != nil {
		return role, script.Raise("NotImplementedError", "%w", err)
	}
	return role, nil
}

// Controlled returns the device whose surroundings a test controls in the role T. It is the run's device, or
// the virtual module behind the port that the run's device is on.
func Controlled[T any](c *script.Call) (T, error) {
	role, err := device.As[T](c.Interp.Controlled(), who(c))
	if err != nil {
		return role, script.Raise("NotImplementedError", "%w", err)
	}
	return role, nil
}

// who names the function that was called, for a text that a script sees; Starlark's errors name it
// already.
func who(c *script.Call) string {
	if c.Interp.Lang() == script.Starlark {
		return ""
	}
	return c.Name() + ": "
}

// Ask lets the device answer, without the interpreter lock.
func Ask[T, V any](c *script.Call, f func(role T, ctx context.Context) (V, error)) (V, error) {
	var v V
	role, err := Role[T](c)
	if err != nil {
		return v, err
	}
	err = c.Block(func(ctx context.Context) error {
		var err error
		v, err = f(role, ctx)
		return err
	})
	return v, err
}

// Get makes the function of a table that returns what a method of the device returns, and the
// vendor's -1 when that fails: Get(device.SIM.IMSI).
func Get[T, V any](f func(role T, ctx context.Context) (V, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		v, err := Ask(c, f)
		return Result(c, v, err)
	}
}

// Do has the device do something; the result is the vendor's 0 or -1.
func Do[T any](c *script.Call, f func(role T, ctx context.Context) error) (any, error) {
	_, err := Ask(c, func(role T, ctx context.Context) (struct{}, error) { return struct{}{}, f(role, ctx) })
	return Result(c, OK, err)
}

// Listen has the device tell of something from now on, as role.OnSMS(…) does, without the interpreter lock: over a
// port that takes a while.
func Listen(c *script.Call, on func() (stop func())) (stop func(), err error) {
	err = c.Block(func(context.Context) error {
		stop = on()
		return nil
	})
	return stop, err
}

// Result is v, or the vendor's -1 when err is a failure of the device; the reason becomes an event,
// as the script does not see it. What the device cannot do at all raises NotImplementedError, and
// what ends the run is passed on.
func Result(c *script.Call, v any, err error) (any, error) {
	var raised *script.Error
	switch {
	case err == nil:
		return v, nil
	case errors.As(err, &raised), c.Context().Err() != nil:
		return nil, err
	case errors.Is(err, device.ErrUnsupported):
		return nil, script.Raise("NotImplementedError", "%s%w", who(c), err)
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: c.Name() + "() returns -1: " + err.Error()})
	return Failed, nil
}

// Namespace is a constant for a class whose functions scripts call on the name itself, as in
// Power.getVbatt(): an instance, which stands in for the class of the same name.
func Namespace(c *script.Class) script.Const {
	return script.Const{Name: c.Name, Doc: c.Doc, Value: func(in *script.Interp) any { return c.NewInstance(in, nil) }}
}
