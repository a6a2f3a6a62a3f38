package misc

import (
	"cmp"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The kinds of event that the battery's callback takes, and its states.
const (
	batteryCharge, batteryState = 0, 1

	batteryDischarges, batteryCharges, batteryFull = 1, 2, 3
)

// point of a curve: a voltage in millivolts and the charge in per cent.
type point struct{ millivolts, percent int }

// battery is the management that the script has started. The interpreter lock guards it.
type battery struct {
	discharge, charge []point
	state             int
	told              int // the charge that the callback knows
	callback          starlark.Callable
	tell              script.Teller
}

func batteryOf(in *script.Interp) *battery {
	return script.Shared(in, func() *battery {
		return &battery{state: batteryDischarges, tell: script.Teller{In: in, Name: "the battery callback"}}
	})
}

// batteryFuncs are functions of Power that the vendor's reference does not list and newer firmware has
// (aaronchenzhihe/QuecPython-Maker-Examples, battery-monitor).
func batteryFuncs() []script.Func {
	return []script.Func{
		{Name: "batManageInit", Params: "discharge_curve, charge_curve", Doc: "Begins to manage a battery with these curves, lists of (millivolts, per cent); returns 0 or -1.", Call: batManageInit},
		{Name: "batSetCallback", Params: "fun", Doc: "Has fun((kind, value)) called: kind 0 with the new charge in per cent, 1 with the state: 1 not charging, 2 charging, 3 full; returns 0.", Call: func(c *script.Call) (any, error) {
			return quectel.OK, c.Unpack(&batteryOf(c.Interp).callback)
		}},
		{Name: "batGetSoc", Doc: "Returns the charge in per cent that the supply voltage stands for, or -1.", Call: batGetSoc},
	}
}

func batManageInit(c *script.Call) (any, error) {
	var discharge, charge starlark.Value
	if err := c.Unpack(&discharge, &charge); err != nil {
		return nil, err
	}
	down, err := curve(discharge)
	if err != nil {
		return nil, err
	}
	up, err := curve(charge)
	if err != nil {
		return nil, err
	}
	if len(down) == 0 || len(up) == 0 {
		return quectel.Failed, nil
	}
	b := batteryOf(c.Interp)
	b.discharge, b.charge = down, up
	v, err := soc(c, b)
	b.told = v
	return quectel.Result(c, quectel.OK, err)
}

// curve reads a list of pairs, sorted by voltage.
func curve(v starlark.Value) ([]point, error) {
	list, ok := v.(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "a curve should be a list of (millivolts, per cent), not %s", object.TypeName(v))
	}
	var out []point
	it := list.Iterate()
	defer it.Done()
	for e := starlark.Value(nil); it.Next(&e); {
		var p point
		pair, ok := e.(starlark.Indexable)
		if !ok || pair.Len() != 2 || !storeInt(pair.Index(0), &p.millivolts) || !storeInt(pair.Index(1), &p.percent) {
			return nil, script.Raise("TypeError", "%s in a curve: want (millivolts, per cent)", object.Repr(e))
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b point) int { return cmp.Compare(a.millivolts, b.millivolts) })
	return out, nil
}

func storeInt(v starlark.Value, to *int) bool {
	n, ok := object.AsInt(v)
	if !ok {
		return false
	}
	small, err := starlark.AsInt32(n)
	*to = small
	return err == nil
}

// at is the charge of the last point of a curve that the voltage reaches.
func at(points []point, millivolts int) int {
	i, _ := slices.BinarySearchFunc(points, millivolts+1, func(p point, mv int) int { return cmp.Compare(p.millivolts, mv) })
	return points[max(i-1, 0)].percent
}

func soc(c *script.Call, b *battery) (int, error) {
	millivolts, err := quectel.Ask(c, device.Power.Voltage)
	if err != nil {
		return 0, err
	}
	switch b.state {
	case batteryFull:
		return 100, nil
	case batteryCharges:
		return at(b.charge, millivolts), nil
	}
	return at(b.discharge, millivolts), nil
}

func batGetSoc(c *script.Call) (any, error) {
	b := batteryOf(c.Interp)
	if b.discharge == nil {
		return quectel.Failed, nil
	}
	v, err := soc(c, b)
	return quectel.Result(c, v, err)
}

// setBattery is what a test changes the battery's state with.
func setBattery(c *script.Call) (any, error) {
	state := 0
	if err := c.Unpack(&state); err != nil {
		return nil, err
	}
	if state < batteryDischarges || state > batteryFull {
		return nil, script.Raise("ValueError", "the battery's state is 1 not charging, 2 charging or 3 full, not %d", state)
	}
	b := batteryOf(c.Interp)
	if b.discharge == nil {
		return nil, script.Raise("RuntimeError", "the script has not called Power.batManageInit")
	}
	b.state = state
	b.tell.Tell(b.callback, script.Tuple{batteryState, state})
	v, err := soc(c, b)
	if err != nil {
		return nil, err
	}
	if v != b.told {
		b.told = v
		b.tell.Tell(b.callback, script.Tuple{batteryCharge, v})
	}
	return nil, nil
}
