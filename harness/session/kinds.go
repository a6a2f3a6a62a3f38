package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/repl"
	"quecstar/harness/serial"
	"quecstar/harness/vmodule"
)

// Kind is a kind of device: a row of the table that --device, its help and its errors are made of.
type Kind struct {
	// Name is what stands in front of the colon.
	Name string
	// Operand is what stands behind it, such as PORT; "" is nothing.
	Operand string
	// Help says in a few words what the device is.
	Help string
	// Flags are those flags of quecstar run that are for some kinds only, and for this one.
	Flags []string

	missing string // the answer to a name without its operand
	open    func(ctx context.Context, s *Session, t target) (opened, error)
}

// target is what --device names.
type target struct {
	name    string // as it was given, such as at:/dev/ttyUSB2
	operand string // of it, such as /dev/ttyUSB2
}

// opened is a device with what it can do beside what scripts ask of it. What is nil or zero it cannot.
type opened struct {
	device     device.Device
	controlled device.Device   // whose surroundings a test controls
	local      bool            // it is on this host's network, where the embedded servers are
	tape       bool            // it is a tape
	leaving    device.Leaving  // it can go away
	prompt     *repl.Client    // it can run a script by itself, here
	virtual    *vmodule.Module // it is a virtual module of this process
	lag        time.Duration   // how long what it tells may be on its way to the script
}

// portFlags are the flags of a device on a port.
var portFlags = []string{"baud", "reconnect", "trace"}

const whichPort = "which port? %s:PORT, where PORT is a path, auto, sim, tcp://host:port or rfc2217://host:port"

// Kinds is the table of the kinds of device; the first is the default.
func Kinds() []Kind {
	return []Kind{
		{Name: "direct", Help: "this host", open: openDirect},
		{Name: "at", Operand: "PORT", Help: "a module with standard firmware, by AT commands", Flags: portFlags,
			missing: fmt.Sprintf(whichPort, "at"), open: openPort(serial.AT, openAT)},
		{Name: "repl", Operand: "PORT", Help: "a module with QuecPython, call by call in its prompt",
			Flags:   append(slices.Clip(portFlags), "remote", "remove-uploads"),
			missing: fmt.Sprintf(whichPort, "repl"), open: openPort(serial.REPL, openREPL)},
		{Name: "tape", Operand: "FILE", Help: "what --record FILE wrote of an earlier run", Flags: []string{"tape-timing"},
			missing: "which file? tape:FILE, as --record FILE wrote it", open: openTape},
	}
}

// Form is how the kind is written on the command line, such as at:PORT.
func (k Kind) Form() string {
	if k.Operand == "" {
		return k.Name
	}
	return k.Name + ":" + k.Operand
}

// PortName is the name of a port, off which that of a device on it is taken, as in repl:auto.
func PortName(name string) string {
	kind, port, _ := strings.Cut(name, ":")
	if k := kindOf(kind); k != nil && k.Operand == "PORT" {
		return port
	}
	return name
}

// CheckKind is an error for what names no kind of device.
func CheckKind(name string) error {
	_, _, err := findKind(name)
	return err
}

// kindOf is the kind with a name; nil for none.
func kindOf(name string) *Kind {
	table := Kinds()
	if i := slices.IndexFunc(table, func(k Kind) bool { return k.Name == name }); i >= 0 {
		return &table[i]
	}
	return nil
}

// findKind is the row that name, such as at:auto, is of.
func findKind(name string) (*Kind, target, error) {
	kind, operand, _ := strings.Cut(name, ":")
	k := kindOf(kind)
	switch {
	case k == nil:
		return nil, target{}, fmt.Errorf("%q: there is no such kind of device; %s are", name, forms(Kinds()))
	case k.Operand != "" && operand == "":
		return nil, target{}, fmt.Errorf("%s: %s", name, k.missing)
	case k.Operand == "" && name != kind:
		return nil, target{}, fmt.Errorf("%s: %s is %s and takes nothing behind a colon", name, kind, k.Help)
	}
	return k, target{name, operand}, nil
}

// forms lists how kinds are written.
func forms(kinds []Kind) string {
	var all []string
	for _, k := range kinds {
		all = append(all, k.Form())
	}
	last := len(all) - 1
	if last == 0 {
		return all[0]
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}

// withFlag are the kinds that a flag is for.
func withFlag(flag string) []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !slices.Contains(k.Flags, flag) })
}

// openDevice opens what the options, or the bench, name as the device.
func (s *Session) openDevice(ctx context.Context) error {
	s.hosts = newHosts(s)
	k, t, err := findKind(orDefault(orDefault(s.opts.Device, s.bench.Device.Kind), Kinds()[0].Name))
	if err != nil {
		return fmt.Errorf("--device %w", err)
	}
	if err := CheckFlags(s.opts, t.name); err != nil {
		return err
	}
	s.opened, err = k.open(ctx, s, t)
	return err
}
