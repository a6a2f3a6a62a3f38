// Package datacall is the script module dataCall: the module's data connections.
//
//	import dataCall
//	info = dataCall.getInfo(1, 0)      # (1, 0, [1, 0, '10.81.0.2', dns, dns])
//	if info != -1 and info[2][0] == 1:
//	    print("online as", info[2][2])
//
// Functions return -1 on failure (vendor's documentation, "dataCall - Data Call").
package datacall

import (
	"context"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "dataCall", Simulated: true,
		Controls: controls(),
		Doc:      "Data connections, numbered from 1. Functions return 0, or -1 on failure.",
		Funcs: append([]script.Func{
			{Name: "setPDPContext", Params: "profileID, ipType, apn, username, password, authType", Doc: "Sets a connection's APN and the rest; ipType 0 IPv4, 1 IPv6, 2 both; authType 0 none, 1 PAP, 2 CHAP.", Call: setPDPContext},
			{Name: "getPDPContext", Params: "profileID", Doc: "Returns (ipType, apn, username, password, authType), or -1.", Call: getPDPContext},
			{Name: "setAutoActivate", Params: "profileID, enable", Doc: "Sets whether the connection is made when the module starts.", Call: onOff(device.DataCall.SetAutoActivate)},
			{Name: "setAutoConnect", Params: "profileID, enable", Doc: "Sets whether the connection comes back by itself.", Call: onOff(device.DataCall.SetAutoConnect)},
			{Name: "setDNSServer", Params: "profileID, simID, priDNS, secDNS", Doc: "Sets the name servers.", Call: setDNSServer},
			{Name: "setCallback", Params: "fun", Doc: "Has fun(args) called when a connection ends (args[1] is 0) or comes back (1); args[0] is its number.", Call: setCallback},
			{Name: "activate", Params: "profileID", Doc: "Makes a connection.", Call: byID(device.DataCall.Activate)},
			{Name: "deactivate", Params: "profileID", Doc: "Ends a connection.", Call: byID(device.DataCall.Deactivate)},
			{Name: "getInfo", Params: "profileID, ipType", Doc: "Returns (profileID, ipType, [state, reconnect, address, dns1, dns2]), with ipType 2 a second list for IPv6; state 1 is connected; -1 on failure.", Call: getInfo},
			{Name: "start", Params: "profileidx, iptype=0, apn='', username='', password='', authtype=0, cur_simid=None", Doc: "Sets a connection's APN and makes it.", Call: start},
			{Name: "stop", Params: "profileidx, iptype=0, cur_simid=None", Doc: "Ends a connection.", Call: byID(device.DataCall.Deactivate)},
		}, olderFuncs()...),
		New: func(*script.Interp) (any, error) { return &listener{}, nil },
	}
}

func setPDPContext(c *script.Call) (any, error) {
	var id int
	var p device.PDP
	if err := c.Unpack(&id, &p.IPType, &p.APN, &p.User, &p.Password, &p.Auth); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return d.SetPDPContext(ctx, id, settled(p)) })
}

// settled is what the vendor documents of authentication: it follows from the user name.
func settled(p device.PDP) device.PDP {
	switch {
	case p.User == "" && p.Password == "":
		p.Auth = 0
	case p.Auth == 0:
		p.Auth = 2
	}
	return p
}

func getPDPContext(c *script.Call) (any, error) {
	var id int
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	p, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDP, error) { return d.PDPContext(ctx, id) })
	return quectel.Result(c, script.Tuple{p.IPType, p.APN, p.User, p.Password, p.Auth}, err)
}

func onOff(f func(device.DataCall, context.Context, int, bool) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var id, on int
		if err := c.Unpack(&id, &on); err != nil {
			return nil, err
		}
		return quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return f(d, ctx, id, on != 0) })
	}
}

func byID(f func(device.DataCall, context.Context, int) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var id int
		if err := c.Unpack(&id); err != nil {
			return nil, err
		}
		return quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return f(d, ctx, id) })
	}
}

func setDNSServer(c *script.Call) (any, error) {
	var id, slot int
	var first, second string
	if err := c.Unpack(&id, &slot, &first, &second); err != nil {
		return nil, err
	}
	if slot != 0 {
		return quectel.Failed, nil
	}
	return quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return d.SetDNS(ctx, id, first, second) })
}

func getInfo(c *script.Call) (any, error) {
	var id, ipType int
	if err := c.Unpack(&id, &ipType); err != nil {
		return nil, err
	}
	if ipType < 0 || ipType > 2 {
		return quectel.Failed, nil
	}
	info, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDPInfo, error) { return d.PDPInfo(ctx, id) })
	v4, v6 := addressList(info.Active, info.IPv4, "0.0.0.0"), addressList(info.Active, info.IPv6, "::")
	result := script.Tuple{id, ipType, v4}
	switch ipType {
	case 1:
		result[2] = v6
	case 2:
		result = append(result, v6)
	}
	return quectel.Result(c, result, err)
}

// addressList is [state, reconnect, address, dns1, dns2]; a connection without an address of the
// kind is not there for it.
func addressList(active bool, a device.Address, none string) script.List {
	state := 0
	if active && a.Addr != none && a.Addr != "" {
		state = 1
	}
	return script.List{state, 0, a.Addr, a.DNS1, a.DNS2}
}

func start(c *script.Call) (any, error) {
	var id int
	var p device.PDP
	if err := c.Unpack(&id, &p.IPType, &p.APN, &p.User, &p.Password, &p.Auth); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(d device.DataCall, ctx context.Context) error {
		if err := d.SetPDPContext(ctx, id, settled(p)); err != nil {
			return err
		}
		return d.Activate(ctx, id)
	})
}

// listener is the function that the script has registered, as a way to end that.
type listener struct{ stop func() }

// Close forgets it.
func (l *listener) Close() error {
	if l.stop != nil {
		l.stop()
	}
	return nil
}

func setCallback(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	calls, err := quectel.Role[device.DataCall](c)
	if err != nil {
		return nil, err
	}
	l := c.State().(*listener)
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	if fn == nil {
		return quectel.OK, nil
	}
	in := c.Interp
	l.stop, err = quectel.Listen(c, func() func() {
		return calls.OnPDP(func(e device.PDPEvent) {
			state := 0
			if e.Active {
				state = 1
			}
			in.Callback("the data call callback", fn, script.Tuple{e.ID, state})
		})
	})
	return quectel.OK, err
}
