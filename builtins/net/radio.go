package net

import (
	"context"
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

func radioFuncs() []script.Func {
	return []script.Func{
		{Name: "getConfig", Doc: "Returns (network mode, whether roaming is allowed), or -1.", Call: getConfig},
		{Name: "setConfig", Params: "mode, roaming=1", Doc: "Sets network mode and roaming; returns 0 or -1.", Call: setConfig},
		{Name: "getNetMode", Doc: "Returns (0 automatic or 1 manual, mcc, mnc, technology: 7 is LTE), or -1.", Call: getNetMode},
		{Name: "getModemFun", Doc: "Returns 1 full function, 0 minimum, 4 no radio, or -1.", Call: quectel.Get(device.Radio.Function)},
		{Name: "setModemFun", Params: "fun, rst=0", Doc: "Sets the function level, and restarts the module with rst=1; returns 0 or -1.", Call: setModemFun},
		{Name: "setBand", Params: "netRat, gsmBand, bandTuple", Doc: "Sets the bands of a technology: gsmBand for 0 (GSM), four 32-bit parts for others; returns 0 or -1.", Call: setBand},
		{Name: "getBand", Params: "netRat", Doc: "Returns the bands of a technology as a hexadecimal str, or -1.", Call: getBand},
		{Name: "bandRst", Doc: "Sets all bands back; returns 0 or -1.", Call: bandRst},
		{Name: "getT3402", Doc: "Returns the network's timer T3402 as a str, or -1.", Call: timer("T3402")},
		{Name: "getT3412", Doc: "Returns the network's timer T3412 as a str, or -1.", Call: timer("T3412")},
		{Name: "getT3324", Doc: "Returns the network's timer T3324 as a str, or -1.", Call: timer("T3324")},
		{Name: "getTeDRX", Doc: "Returns the eDRX cycle as a str, or -1.", Call: timer("eDRX")},
		{Name: "getTPTW", Doc: "Returns the paging time window as a str, or -1.", Call: timer("PTW")},
		{Name: "getqRxlevMin", Params: "flag=None", Doc: "Returns qRxLevMin as a str, with flag=1 a tuple of it for three kinds of coverage; -1 on failure.", Call: getqRxlevMin},
		{Name: "getRejectCause", Doc: "Returns the cause of the last refusal as a str, or -1.", Call: timer("reject")},
		{Name: "causeInfo", Params: "mode=None", Doc: "Returns whether causes are reported (0 or 1); with mode sets it and returns 0.", Call: causeInfo},
	}
}

func getConfig(c *script.Call) (any, error) {
	var roaming bool
	mode, err := quectel.Ask(c, func(r device.Radio, ctx context.Context) (mode int, err error) {
		mode, roaming, err = r.NetworkMode(ctx)
		return mode, err
	})
	return quectel.Result(c, script.Tuple{mode, roaming}, err)
}

func setConfig(c *script.Call) (any, error) {
	mode, roaming := 0, 1
	if err := c.Unpack(&mode, &roaming); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(r device.Radio, ctx context.Context) error { return r.SetNetworkMode(ctx, mode, roaming != 0) })
}

func getNetMode(c *script.Call) (any, error) {
	o, err := quectel.Ask(c, device.Network.Operator)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	r, err := quectel.Ask(c, device.Network.Registration)
	return quectel.Result(c, script.Tuple{0, o.MCC, o.MNC, int(r.Data.RAT)}, err)
}

func setModemFun(c *script.Call) (any, error) {
	var level, reboot int
	if err := c.Unpack(&level, &reboot); err != nil {
		return nil, err
	}
	v, err := quectel.Do(c, func(r device.Radio, ctx context.Context) error {
		return r.SetFunction(ctx, level, reboot == 1)
	})
	if err == nil && v == any(quectel.OK) && reboot == 1 {
		err = c.Thread.EndRun(script.ErrRestart)
	}
	return v, err
}

func setBand(c *script.Call) (any, error) {
	var rat int
	var gsm int64
	var parts starlark.Value
	if err := c.Unpack(&rat, &gsm, &parts); err != nil {
		return nil, err
	}
	mask := uint64(gsm)
	if rat != 0 {
		var err error
		if mask, err = bandMask(parts); err != nil {
			return nil, err
		}
	}
	return quectel.Do(c, func(r device.Radio, ctx context.Context) error { return r.SetBand(ctx, rat, mask) })
}

// bandMask joins (hh, hl, lh, ll), of which the lower two make the 64 bits that devices have.
func bandMask(v starlark.Value) (uint64, error) {
	parts, ok := v.(starlark.Sequence)
	if !ok || parts.Len() != 4 {
		return 0, script.Raise("TypeError", "bandTuple should be a tuple of four integers, not %s", object.TypeName(v))
	}
	var mask uint64
	iter := parts.Iterate()
	defer iter.Done()
	var x starlark.Value
	for iter.Next(&x) {
		n, ok := object.AsInt(x)
		part, fits := n.Uint64()
		if !ok || !fits || part > 0xffffffff {
			return 0, script.Raise("ValueError", "the parts of bandTuple are integers of 32 bits")
		}
		mask = mask<<32 | part
	}
	return mask, nil
}

func getBand(c *script.Call) (any, error) {
	var rat int
	if err := c.Unpack(&rat); err != nil {
		return nil, err
	}
	mask, err := quectel.Ask(c, func(r device.Radio, ctx context.Context) (uint64, error) { return r.Band(ctx, rat) })
	return quectel.Result(c, fmt.Sprintf("0x%x", mask), err)
}

func bandRst(c *script.Call) (any, error) {
	return quectel.Do(c, device.Radio.ResetBands)
}

func timer(name string) func(*script.Call) (any, error) {
	return quectel.Get(func(r device.Radio, ctx context.Context) (string, error) { return r.Timer(ctx, name) })
}

func getqRxlevMin(c *script.Call) (any, error) {
	flag := 0
	if err := c.Unpack(&flag); err != nil {
		return nil, err
	}
	if flag != 0 && flag != 1 {
		return nil, script.Raise("ValueError", "flag is %d; it must be 0 or 1", flag)
	}
	v, err := timer("qRxLevMin")(c)
	if text, ok := v.(string); ok && flag == 1 {
		return script.Tuple{text, text, text}, nil
	}
	return v, err
}

func causeInfo(c *script.Call) (any, error) {
	mode := -1
	if err := c.Unpack(&mode); err != nil {
		return nil, err
	}
	st := c.State().(*state)
	switch {
	case !c.Given(0):
		return st.causeInfo, nil
	case mode != 0 && mode != 1:
		return nil, script.Raise("ValueError", "mode is %d; it must be 0 or 1", mode)
	}
	st.causeInfo = mode
	return quectel.OK, nil
}

// setCallback calls back with one argument. What the vendor's firmware puts into it is not in the
// documentation that could be had; the value of getState serves scripts that print or test it.
func setCallback(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	network, err := quectel.Role[device.Network](c)
	if err != nil {
		return nil, err
	}
	st := c.State().(*state)
	if st.stop != nil {
		st.stop()
		st.stop = nil
	}
	if fn == nil {
		return quectel.OK, nil
	}
	in := c.Interp
	st.stop, err = quectel.Listen(c, func() func() {
		return network.OnRegistration(func(r device.Registration) { in.Callback("the network callback", fn, stateTuple(r)) })
	})
	return quectel.OK, err
}
