package session

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// someKinds are the flags of quecstar run that not every kind of device has a use for, each with its option.
// Which kinds have is in the table of kinds.
var someKinds = []struct {
	name   string
	option func(*Options) any // a pointer to it; the flag was given where it is not zero
}{
	{"baud", func(o *Options) any { return &o.Baud }},
	{"reconnect", func(o *Options) any { return &o.Reconnect }},
	{"trace", func(o *Options) any { return &o.Trace }},
	{"remote", func(o *Options) any { return &o.Remote }},
	{"remove-uploads", func(o *Options) any { return &o.RemoveUploads }},
	{"tape-timing", func(o *Options) any { return &o.TapeTiming }},
}

// notRemote are the flags that a script which the module runs by itself has nothing of.
var notRemote = []struct {
	name   string
	option func(*Options) any
	why    string
}{
	{"record", func(o *Options) any { return &o.Record },
		"there are no calls to record; record them with --device repl:PORT alone"},
	{"steps", func(o *Options) any { return &o.StepLimit }, "its interpreter counts none"},
	{"seed", func(o *Options) any { return &o.Seed }, "its random numbers are its own"},
	{"upgrade", func(o *Options) any { return &o.Upgrades }, "behind a restart it starts its own /usr/main.py"},
	{"trace-calls", func(o *Options) any { return &o.TraceCalls }, "its calls are not seen here"},
}

func given(option any) bool { return !reflect.ValueOf(option).Elem().IsZero() }

// CheckFlags is an error for a flag that was given and that none of the devices has a use for.
func CheckFlags(o Options, devices ...string) error {
	for _, f := range someKinds {
		unused := func(device string) bool {
			kind, _, _ := strings.Cut(device, ":")
			k := kindOf(kind)
			return k == nil || !slices.Contains(k.Flags, f.name)
		}
		if given(f.option(&o)) && !slices.ContainsFunc(devices, func(d string) bool { return !unused(d) }) {
			return fmt.Errorf("--%s does nothing on the device %s: it is for --device %s", f.name,
				strings.Join(devices, " and "), forms(withFlag(f.name)))
		}
	}
	if o.RemoveUploads && !o.Remote {
		return fmt.Errorf("--remove-uploads does nothing without --remote: nothing is uploaded")
	}
	for _, f := range notRemote {
		if o.Remote && given(f.option(&o)) {
			return fmt.Errorf("--%s does nothing with --remote: the module runs the script, and %s", f.name, f.why)
		}
	}
	return nil
}

// For are the options for a run on one of several devices: without the flags that it has no use for.
func (o Options) For(device string) Options {
	o.Device = device
	kind, _, _ := strings.Cut(device, ":")
	k := kindOf(kind)
	for _, f := range someKinds {
		if k != nil && !slices.Contains(k.Flags, f.name) {
			reflect.ValueOf(f.option(&o)).Elem().SetZero()
		}
	}
	return o
}
