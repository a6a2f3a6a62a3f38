package suite

import (
	"slices"
	"strings"

	"quecstar/harness/script"
)

// need is something that a test may need of what it runs on.
type need struct {
	name, doc string
	// missing says why a device has it not; "" where it has.
	missing func(device string, o Options) string
}

// needs is the table of what a test may need, beside what a bench says that it has.
var needs = []need{
	{"module", "a module, virtual or real, beside the host", func(device string, _ Options) string {
		if device == "direct" {
			return "on direct the host itself is the device"
		}
		return ""
	}},
	{"module.surroundings", "network, card and pins that a test can change", func(device string, _ Options) string {
		if !simulated(device) {
			return "what is around a real module cannot be changed from here"
		}
		return ""
	}},
	{"module.power", "a supply that can be switched off and on", func(device string,
		_ Options) string {
		return noPower(device)
	}},
	{"module.faults", "AT commands that go wrong on order", func(device string, _ Options) string {
		if device != "at:sim" {
			return "only at:sim has AT commands that go wrong on order"
		}
		return ""
	}},
	{"cloud", "the embedded IoTDA", func(_ string, o Options) string {
		if o.Live {
			return "with --live the real cloud answers"
		}
		return ""
	}},
	{"virtual-time", "virtual time", func(device string, o Options) string {
		if !simulated(device) || o.Live || o.Clock == "real" {
			return "time is real"
		}
		return ""
	}},
}

// noPower says why the supply of a device's module cannot be switched; "" where it can.
func noPower(device string) string {
	switch {
	case device == "repl:sim":
		return "the virtual prompt has no supply that can be switched"
	case !simulated(device):
		return "quecstar cannot switch the supply of a real module"
	}
	return ""
}

// ofBench begins the name of a need that a bench says it has, in its list capabilities.
const ofBench = "bench."

// checkNeed is an error for what nothing can have.
func checkNeed(name string) error {
	names := make([]string, len(needs))
	for i, n := range needs {
		names[i] = n.name
	}
	if slices.Contains(names, name) || strings.HasPrefix(name, ofBench) && name != ofBench {
		return nil
	}
	return script.Raise("ValueError", "mark: needs %q: there are %s, and bench.NAME for what a bench has%s", name,
		strings.Join(names, ", "), orNear(name, names))
}

// lacks says why a test cannot be run here: what it needs is missing. "" where it can.
func (t Test) lacks(o Options, capabilities []string) string {
	for _, name := range t.Needs {
		if own, ok := strings.CutPrefix(name, ofBench); ok && !slices.Contains(capabilities, own) {
			return "needs " + name + ": the bench does not list " + own + " in its capabilities"
		}
		i := slices.IndexFunc(needs, func(n need) bool { return n.name == name })
		if i < 0 {
			continue
		}
		if why := needs[i].missing(t.Device, o); why != "" {
			return "needs " + name + ": " + why
		}
	}
	return ""
}
