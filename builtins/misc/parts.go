package misc

import (
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/builtins/machine"
	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// adc is a script's ADC.
type adc struct{ opened bool }

func numbered(stem string, to int) []script.Const {
	var out []script.Const
	for n := 0; n <= to; n++ {
		out = append(out, script.Const{Name: fmt.Sprintf("%s%d", stem, n), Value: n, Doc: "Constant of the vendor."})
	}
	return out
}

func adcClass() *script.Class {
	set := func(open bool) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			c.Self.(*adc).opened = open
			return quectel.OK, nil
		}
	}
	return &script.Class{
		Name: "ADC", Doc: "The converters of the simulated board.", Consts: numbered("ADC", 3),
		Init: script.Func{Doc: "The converters.", Call: func(*script.Call) (any, error) { return &adc{}, nil }},
		Methods: []script.Func{
			{Name: "open", Doc: "Switches the converters on; returns 0.", Call: set(true)},
			{Name: "read", Params: "ADCn", Doc: "Returns a channel's voltage in millivolts, -1 unless open.", Call: func(c *script.Call) (any, error) {
				n := 0
				if err := c.Unpack(&n); err != nil {
					return nil, err
				}
				if !c.Self.(*adc).opened || n < 0 || n > 3 {
					return quectel.Failed, nil
				}
				return machine.Board(c.Interp).Voltage(n), nil
			}},
			{Name: "close", Doc: "Switches the converters off; returns 0.", Call: set(false)},
		},
	}
}

// pwm is a script's pulse output.
type pwm struct {
	n    int
	text string
}

// outputs are the pulse outputs that are on, with what they do. The interpreter lock guards them.
type outputs struct{ on map[int]string }

func outputsOf(in *script.Interp) *outputs {
	return script.Shared(in, func() *outputs { return &outputs{on: map[int]string{}} })
}

// switched puts an output on or off.
func (p *pwm) switched(c *script.Call, on bool) {
	o, how := outputsOf(c.Interp), " off"
	delete(o.on, p.n)
	if on {
		o.on[p.n], how = p.text, " on"
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Board, Text: fmt.Sprintf("pwm %d %s%s", p.n, p.text, how)})
}

func pwmClass(name string) *script.Class {
	tell := func(on bool) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			c.Self.(*pwm).switched(c, on)
			return quectel.OK, nil
		}
	}
	c := &script.Class{
		Name: name, Doc: "A pulse output of the simulated board.",
		Consts: append(numbered("PWM", 5), script.Const{Name: "ABOVE_MS", Value: 0}, script.Const{Name: "ABOVE_1US", Value: 1},
			script.Const{Name: "ABOVE_10US", Value: 2}, script.Const{Name: "ABOVE_BELOW_US", Value: 3}),
		Init: script.Func{Params: "PWMn, ABOVE_xx, highTime, cycleTime=None", Doc: "Sets an output up; older firmware takes no ABOVE_xx.", Call: func(c *script.Call) (any, error) {
			var n, unit, high, cycle int
			if err := c.Unpack(&n, &unit, &high, &cycle); err != nil {
				return nil, err
			}
			if !c.Given(3) {
				high, cycle = unit, high
			}
			if high < 0 || cycle <= 0 || high > cycle {
				return nil, script.Raise("ValueError", "a high time of %d does not fit a cycle of %d", high, cycle)
			}
			return &pwm{n, fmt.Sprintf("high %d of %d", high, cycle)}, nil
		}},
		Methods: []script.Func{{Name: "open", Params: "frequency=None, duty=None", Doc: "Begins; returns 0.", Call: tell(true)}, {Name: "close", Doc: "Ends; returns 0.", Call: tell(false)}},
	}
	if name == "PWM_V2" {
		c.Init = script.Func{Params: "PWMn, frequency, duty", Doc: "Sets an output up: hertz and per cent.", Call: func(c *script.Call) (any, error) {
			var n int
			var hertz, duty float64
			if err := c.Unpack(&n, &hertz, &duty); err != nil {
				return nil, err
			}
			return &pwm{n, fmt.Sprintf("at %g Hz, %g %%", hertz, duty)}, nil
		}}
	}
	return c
}

// listeners are the functions that hear of the power key and of USB. The interpreter lock guards
// them.
type listeners struct {
	key, usb starlark.Callable
	plugged  bool
	tell     script.Teller
}

func listenersOf(in *script.Interp) *listeners {
	return script.Shared(in, func() *listeners {
		return &listeners{plugged: true, tell: script.Teller{In: in, Name: "the callback of misc"}}
	})
}

func powerKeyClass() *script.Class {
	return &script.Class{
		Name: "PowerKey", Doc: "The power key.",
		Init: script.Func{Doc: "The power key.", Call: func(*script.Call) (any, error) { return struct{}{}, nil }},
		Methods: []script.Func{{Name: "powerKeyEventRegister", Params: "usrFun", Doc: "Has usrFun(state) called: 1 pressed, 0 released; returns 0.", Call: func(c *script.Call) (any, error) {
			return quectel.OK, c.Unpack(&listenersOf(c.Interp).key)
		}}},
	}
}

func usbClass() *script.Class {
	return &script.Class{
		Name: "USB", Doc: "The USB plug.",
		Init: script.Func{Doc: "The plug.", Call: func(*script.Call) (any, error) { return struct{}{}, nil }},
		Methods: []script.Func{
			{Name: "getStatus", Doc: "Returns 1 while USB is plugged in, else 0.", Call: func(c *script.Call) (any, error) {
				if listenersOf(c.Interp).plugged {
					return 1, nil
				}
				return 0, nil
			}},
			{Name: "setCallback", Params: "usrFun", Doc: "Has usrFun(state) called: 1 plugged in, 0 pulled out; returns 0.", Call: func(c *script.Call) (any, error) {
				return quectel.OK, c.Unpack(&listenersOf(c.Interp).usb)
			}},
		},
	}
}

// controls are the functions by which a test presses the key and pulls the plug.
func controls() []script.Func {
	tell := func(heard func(l *listeners, state int) starlark.Callable) func(*script.Call) (any, error) {
		return func(c *script.Call) (any, error) {
			state := 0
			if err := c.Unpack(&state); err != nil {
				return nil, err
			}
			l := listenersOf(c.Interp)
			l.tell.Tell(heard(l, state), state)
			return nil, nil
		}
	}
	return []script.Func{
		{Name: "power_key", Params: "state", Doc: "Presses (1) or releases (0) the power key.", Call: tell(func(l *listeners, _ int) starlark.Callable { return l.key })},
		{Name: "battery", Params: "state", Doc: "Sets the battery's state: 1 not charging, 2 charging, 3 full.", Call: setBattery},
		{Name: "usb_plug", Params: "state", Doc: "Plugs USB in (1) or pulls it out (0).", Call: tell(func(l *listeners, state int) starlark.Callable {
			l.plugged = state != 0
			return l.usb
		})},
	}
}
