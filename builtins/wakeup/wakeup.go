// Package wakeup is the script module wakeup: pins that wake the module.
//
//	from wakeup import WakeUp
//	pin = WakeUp(WakeUp.WAKEUP2, WakeUp.PULL_PU)
//	pin.set_callback(lambda level: print(level))
//	pin.enable()
//
// The pins are simulated: a test sets their level with wakeup_level (vendor's documentation,
// "WakeUp - WakeUp Interrupt"). The numbers of the constants are not documented.
package wakeup

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// The edges that a pin can be sensitive to, and its pulls; the numbers are those of ExtInt.
const (
	rising, falling, both      = 0, 1, 2
	noPull, pullUp, pullDown   = 0, 1, 2
	lastPin, pinThatIsNotThere = 5, 1
)

// pins are the levels from outside and the objects, by pin. The interpreter lock guards them.
type pins struct {
	levels map[int]int
	open   map[int]*pin
	tell   script.Teller
}

// pin is a WakeUp.
type pin struct {
	id, pull, edge int
	enabled, gone  bool
	callback       starlark.Callable
	all            *pins
}

func shared(in *script.Interp) *pins {
	return script.Shared(in, func() *pins {
		return &pins{levels: map[int]int{}, open: map[int]*pin{}, tell: script.Teller{In: in, Name: "the WakeUp callback"}}
	})
}

// Module returns the table of the module.
func Module() *script.Module {
	var consts []script.Const
	for _, k := range []struct {
		name  string
		value int
	}{{"WAKEUP0", 0}, {"WAKEUP2", 2}, {"WAKEUP3", 3}, {"WAKEUP4", 4}, {"WAKEUP5", 5}, {"PULL_DISABLE", noPull}, {"PULL_PU", pullUp},
		{"PULL_PD", pullDown}, {"IRQ_RISING", rising}, {"IRQ_FALLING", falling}, {"IRQ_RISING_FALLING", both}} {
		consts = append(consts, script.Const{Name: k.name, Value: k.value, Doc: "Constant of the vendor."})
	}
	return &script.Module{
		Name: "wakeup", Simulated: true,
		Controls: controls(),
		Doc:      "Pins that wake the module, at the level that a test sets.",
		Classes: []*script.Class{{
			Name: "WakeUp", Doc: "A pin that wakes the module.", Consts: consts,
			Init: script.Func{Name: "WakeUp", Params: "WakeupID, pull, edge=2", Doc: "Sets a pin up; edge is 0 rising, 1 falling, 2 both.", Call: newPin},
			Methods: []script.Func{
				{Name: "enable", Doc: "Has edges call the callback; returns 0 or -1.", Call: enable(true)},
				{Name: "disable", Doc: "Ends that; returns 0 or -1.", Call: enable(false)},
				{Name: "read", Doc: "Returns the level, 0 or 1.", Call: func(c *script.Call) (any, error) { return c.Self.(*pin).level(), nil }},
				{Name: "deinit", Doc: "Gives the pin back; returns 0 or -1.", Call: deinit},
				{Name: "set_callback", Params: "fun", Doc: "Has fun(level) called at an edge; returns 0.", Call: setCallback},
			},
		}},
	}
}

func newPin(c *script.Call) (any, error) {
	p := &pin{edge: both, all: shared(c.Interp)}
	if err := c.Unpack(&p.id, &p.pull, &p.edge); err != nil {
		return nil, err
	}
	if p.id < 0 || p.id > lastPin || p.id == pinThatIsNotThere || p.pull < noPull || p.pull > pullDown || p.edge < rising || p.edge > both {
		return nil, script.Raise("ValueError", "no pin %d with pull %d and edge %d", p.id, p.pull, p.edge)
	}
	p.all.open[p.id] = p
	return p, nil
}

// level is that from outside; a pin that nobody drives follows its pull.
func (p *pin) level() int {
	if level, ok := p.all.levels[p.id]; ok {
		return level
	}
	if p.pull == pullUp {
		return 1
	}
	return 0
}

func enable(on bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		p := c.Self.(*pin)
		if p.gone {
			return quectel.Failed, nil
		}
		p.enabled = on
		return quectel.OK, nil
	}
}

func deinit(c *script.Call) (any, error) {
	p := c.Self.(*pin)
	if p.gone {
		return quectel.Failed, nil
	}
	p.gone, p.enabled = true, false
	if p.all.open[p.id] == p {
		delete(p.all.open, p.id)
	}
	return quectel.OK, nil
}

func setCallback(c *script.Call) (any, error) {
	p := c.Self.(*pin)
	return quectel.OK, c.Unpack(&p.callback)
}

// controls are what a test drives the pins with.
func controls() []script.Func {
	return []script.Func{{Name: "wakeup_level", Params: "pin, level", Doc: "Sets the level of a WakeUp pin, 0 or 1; an edge calls its callback.", Call: setLevel}}
}

func setLevel(c *script.Call) (any, error) {
	var id, level int
	if err := c.Unpack(&id, &level); err != nil {
		return nil, err
	}
	if id < 0 || id > lastPin || id == pinThatIsNotThere || level != 0 && level != 1 {
		return nil, script.Raise("ValueError", "no pin %d or level %d", id, level)
	}
	all := shared(c.Interp)
	p := all.open[id]
	before := 0
	if p != nil {
		before = p.level()
	}
	all.levels[id] = level
	edge := rising
	if level == 0 {
		edge = falling
	}
	if p != nil && p.enabled && level != before && (p.edge == both || p.edge == edge) {
		all.tell.Tell(p.callback, level)
	}
	return nil, nil
}
