// Package sim is the script module sim: the SIM card, its PIN, its phone book and its coming and
// going.
//
//	import sim
//	if sim.getStatus() == 1:
//	    print(sim.getImsi(), sim.getIccid())
//
// Functions return -1 on failure (vendor's documentation, "sim - SIM Card").
package sim

import (
	"slices"

	"context"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	esim := esimClass()
	return &script.Module{
		Name: "sim", Simulated: true,
		Controls: slices.Concat(controls(), eSIMControls()),
		Doc:      "The SIM card. Functions return -1 on failure; IMSI, ICCID and number need getStatus() == 1.",
		Funcs:    append(append(cardFuncs(), pinFuncs()...), phonebookFuncs()...),
		Classes:  []*script.Class{esim},
		Consts:   []script.Const{quectel.Namespace(esim)},
		New:      func(*script.Interp) (any, error) { return &listeners{}, nil },
	}
}

func cardFuncs() []script.Func {
	return []script.Func{
		{Name: "genericAccess", Params: "simId, cmd", Doc: "Sends a command in hexadecimal to the card; returns (length, data), or -1.", Call: genericAccess},
		{Name: "getImsi", Doc: "Returns the IMSI as a str, or -1.", Call: quectel.Get(device.SIM.IMSI)},
		{Name: "getIccid", Doc: "Returns the ICCID as a str, or -1.", Call: quectel.Get(device.SIM.ICCID)},
		{Name: "getPhoneNumber", Doc: "Returns the card's phone number as a str, or -1 where the card does not know it.", Call: quectel.Get(device.SIM.PhoneNumber)},
		{Name: "getStatus", Doc: "Returns the card's state: 0 absent, 1 ready, 2 waits for the PIN, 3 waits for the PUK, up to 21; -1 on failure.", Call: getStatus},
		{Name: "setSimDet", Params: "switch, triggerLevel", Doc: "Sets whether cards may change while on, and the pin's level with a card in; returns 0 or -1.", Call: setSimDet},
		{Name: "getSimDet", Doc: "Returns (enabled, level), or -1.", Call: getSimDet},
		{Name: "getCurSimid", Doc: "Returns the slot in use, 0 or 1, or -1.", Call: quectel.Get(device.SIM.SIMSlot)},
		{Name: "switchCard", Params: "simId", Doc: "Changes to the card in another slot; returns 0 or -1.", Call: switchCard},
		{Name: "setCallback", Params: "usrFun", Doc: "Has usrFun(state) called when a card comes (1) or goes (2); returns 0 or -1.", Call: setCallback},
		{Name: "setSwitchcardCallback", Params: "usrFun", Doc: "Has usrFun(state) called when switchCard succeeded (7) or failed (8); returns 0 or -1.", Call: setSwitchCallback},
	}
}

func getStatus(c *script.Call) (any, error) {
	s, err := quectel.Ask(c, device.SIM.SIMStatus)
	return quectel.Result(c, int(s), err)
}

func genericAccess(c *script.Call) (any, error) {
	var slot int
	var cmd string
	if err := c.Unpack(&slot, &cmd); err != nil {
		return nil, err
	}
	data, err := quectel.Ask(c, func(s device.SIM, ctx context.Context) (string, error) { return s.SIMCommand(ctx, slot, cmd) })
	return quectel.Result(c, script.Tuple{len(data), data}, err)
}

func setSimDet(c *script.Call) (any, error) {
	var on, level int
	if err := c.Unpack(&on, &level); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(s device.SIM, ctx context.Context) error {
		return s.SetSIMDetection(ctx, device.SIMDetection{Enabled: on != 0, Level: level})
	})
}

func getSimDet(c *script.Call) (any, error) {
	d, err := quectel.Ask(c, device.SIM.SIMDetection)
	enabled := 0
	if d.Enabled {
		enabled = 1
	}
	return quectel.Result(c, script.Tuple{enabled, d.Level}, err)
}

func switchCard(c *script.Call) (any, error) {
	var slot int
	if err := c.Unpack(&slot); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(s device.SIM, ctx context.Context) error { return s.SwitchSIM(ctx, slot) })
}

// listeners are the functions that the script has registered, as ways to end that.
type listeners struct{ card, switching func() }

// Close forgets them.
func (l *listeners) Close() error {
	for _, stop := range []func(){l.card, l.switching} {
		if stop != nil {
			stop()
		}
	}
	return nil
}

func setCallback(c *script.Call) (any, error) {
	return listen(c, &c.State().(*listeners).card, device.SIMInserted, device.SIMRemoved)
}

func setSwitchCallback(c *script.Call) (any, error) {
	return listen(c, &c.State().(*listeners).switching, device.SIMSwitched, device.SIMSwitchFailed)
}

// listen has a script's function hear of two kinds of event, in place of one that did before.
func listen(c *script.Call, stop *func(), kinds ...device.SIMEvent) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	card, err := quectel.Role[device.SIM](c)
	if err != nil {
		return nil, err
	}
	if *stop != nil {
		(*stop)()
		*stop = nil
	}
	if fn == nil {
		return quectel.OK, nil
	}
	in := c.Interp
	*stop, err = quectel.Listen(c, func() func() {
		return card.OnSIM(func(e device.SIMEvent) {
			if e == kinds[0] || e == kinds[1] {
				in.Callback("the SIM callback", fn, int(e))
			}
		})
	})
	return quectel.OK, err
}
