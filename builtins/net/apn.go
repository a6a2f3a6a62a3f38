package net

import (
	"context"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// apnFuncs are the names of firmware up to 2022 for what dataCall sets now (vendor's wiki,
// QuecPythonClasslib, "net").
func apnFuncs() []script.Func {
	return []script.Func{
		{Name: "setApn", Params: "*args", Doc: "setApn(apn, simid) or setApn(pid, iptype, apn, usrname, password, authtype, simid): sets an APN; returns 0 or -1.", Call: setApn},
		{Name: "getApn", Params: "pid, simid=None", Doc: "getApn(simid) returns the first connection's APN, getApn(pid, simid) (iptype, apn, usrname, password, authtype); -1 on failure.", Call: getApn},
	}
}

func setApn(c *script.Call) (any, error) {
	id, slot := 1, 0
	var p device.PDP
	var to []any
	switch len(c.Rest) {
	case 2:
		to = []any{&p.APN, &slot}
	case 7:
		to = []any{&id, &p.IPType, &p.APN, &p.User, &p.Password, &p.Auth, &slot}
	default:
		return nil, script.Raise("TypeError", "setApn takes 2 or 7 arguments but %d were given", len(c.Rest))
	}
	for i, dst := range to {
		if err := storeArg(dst, c.Rest[i]); err != nil {
			return nil, err
		}
	}
	if slot != 0 {
		return quectel.Failed, nil
	}
	return quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return d.SetPDPContext(ctx, id, p) })
}

// storeArg stores an argument of a function that takes any number.
func storeArg(dst any, v starlark.Value) error {
	switch d := dst.(type) {
	case *string:
		s, ok := object.AsString(v)
		if !ok {
			return script.Raise("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(v))
		}
		*d = s
	case *int:
		n, ok := object.AsInt(v)
		if !ok {
			return script.Raise("TypeError", "can't convert %s to int", object.TypeName(v))
		}
		small, err := starlark.AsInt32(n)
		if err != nil {
			return script.Raise("OverflowError", "%w", err)
		}
		*d = small
	}
	return nil
}

func getApn(c *script.Call) (any, error) {
	var first, slot int
	if err := c.Unpack(&first, &slot); err != nil {
		return nil, err
	}
	id, whole := 1, c.Given(1)
	if whole {
		id = first
	} else {
		slot = first
	}
	if slot != 0 {
		return quectel.Failed, nil
	}
	p, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDP, error) { return d.PDPContext(ctx, id) })
	if !whole {
		return quectel.Result(c, p.APN, err)
	}
	return quectel.Result(c, script.Tuple{p.IPType, p.APN, p.User, p.Password, p.Auth}, err)
}
