package datacall

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// olderFuncs are the names of firmware up to 2022 (vendor's wiki, QuecPythonClasslib, "dataCall").
func olderFuncs() []script.Func {
	return []script.Func{
		{Name: "setApn", Params: "profileIdx, ipType, apn, username, password, authType, flag=0", Doc: "setPDPContext of older firmware; with flag 1 it makes the connection, too.", Call: setApn},
		{Name: "getApn", Params: "simid, profileIdx=1", Doc: "Returns a connection's APN, or -1.", Call: getApn},
		{Name: "poweronAutoDatacall", Params: "enable", Doc: "setAutoActivate(1, enable) of older firmware; returns None.", Call: poweronAutoDatacall},
		{Name: "setDnsserver", Params: "profileIdx, sim_id, priDns, secDns", Doc: "setDNSServer of older firmware.", Call: setDNSServer},
		{Name: "startByUserApns", Params: "apn_dict=None, filename=None", Doc: "Makes a connection by the first of several APNs that works, from a dict of dicts or a JSON file; returns (3, 1), (3, 0) when it is there already, (3, -1) when none works.", Call: startByUserApns},
	}
}

func setApn(c *script.Call) (any, error) {
	var id, flag int
	var p device.PDP
	if err := c.Unpack(&id, &p.IPType, &p.APN, &p.User, &p.Password, &p.Auth, &flag); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(d device.DataCall, ctx context.Context) error {
		if err := d.SetPDPContext(ctx, id, settled(p)); err != nil || flag != 1 {
			return err
		}
		return d.Activate(ctx, id)
	})
}

func getApn(c *script.Call) (any, error) {
	slot, id := 0, 1
	if err := c.Unpack(&slot, &id); err != nil {
		return nil, err
	}
	if slot != 0 {
		return quectel.Failed, nil
	}
	p, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDP, error) { return d.PDPContext(ctx, id) })
	return quectel.Result(c, p.APN, err)
}

func poweronAutoDatacall(c *script.Call) (any, error) {
	enable := 0
	if err := c.Unpack(&enable); err != nil {
		return nil, err
	}
	_, err := quectel.Do(c, func(d device.DataCall, ctx context.Context) error { return d.SetAutoActivate(ctx, 1, enable != 0) })
	return nil, err
}

// userAPN is one of the APNs of startByUserApns, all of whose members must be there.
type userAPN struct {
	ID       int    `json:"profileIdx"`
	IPType   int    `json:"ipType"`
	APN      string `json:"apn"`
	User     string `json:"username"`
	Password string `json:"password"`
	Auth     int    `json:"authType"`
}

func (a userAPN) pdp() device.PDP {
	return settled(device.PDP{IPType: a.IPType, APN: a.APN, User: a.User, Password: a.Password, Auth: a.Auth})
}

func startByUserApns(c *script.Call) (any, error) {
	var given starlark.Value
	var file string
	if err := c.Unpack(&given, &file); err != nil {
		return nil, err
	}
	apns, err := userAPNs(c, given, file)
	if err != nil {
		return nil, err
	}
	// The stage is 3, dialling: the SIM card and the registration come before it.
	sub, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (int, error) {
		for _, a := range apns {
			if info, err := d.PDPInfo(ctx, a.ID); err == nil && info.Active {
				return 0, nil
			}
			if d.SetPDPContext(ctx, a.ID, a.pdp()) == nil && d.Activate(ctx, a.ID) == nil {
				return 1, nil
			}
			if err := ctx.Err(); err != nil {
				return 0, err
			}
		}
		return -1, nil
	})
	if err != nil {
		return nil, err
	}
	return script.Tuple{3, sub}, nil
}

// userAPNs reads the APNs from a dict, or else from a file of the script's tree.
func userAPNs(c *script.Call, given starlark.Value, file string) ([]userAPN, error) {
	if given != nil && given != starlark.None {
		return apnsOf(given)
	}
	text, err := c.Interp.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all map[string]userAPN
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, script.Raise("ValueError", "%s: %w", file, err)
	}
	var out []userAPN
	for _, key := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[key])
	}
	return out, nil
}

// mapping is a dict of Python or of Starlark.
type mapping interface{ Items() []starlark.Tuple }

func apnsOf(v starlark.Value) ([]userAPN, error) {
	all, ok := v.(mapping)
	if !ok {
		return nil, script.Raise("TypeError", "apn_dict should be a dict of dicts, not %s", object.TypeName(v))
	}
	var out []userAPN
	for _, item := range all.Items() {
		one, ok := item[1].(mapping)
		if !ok {
			return nil, script.Raise("TypeError", "apn_dict should be a dict of dicts: one is %s", object.TypeName(item[1]))
		}
		a, err := apnOf(one)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func apnOf(m mapping) (userAPN, error) {
	var a userAPN
	numbers := map[string]*int{"profileIdx": &a.ID, "ipType": &a.IPType, "authType": &a.Auth}
	texts := map[string]*string{"apn": &a.APN, "username": &a.User, "password": &a.Password}
	found := 0
	for _, item := range m.Items() {
		key, _ := object.AsString(item[0])
		if to := texts[key]; to != nil {
			s, ok := object.AsString(item[1])
			if !ok {
				return a, script.Raise("TypeError", "%s of an APN should be str, not %s", key, object.TypeName(item[1]))
			}
			*to = s
			found++
		}
		if to := numbers[key]; to != nil {
			n, ok := object.AsInt(item[1])
			if !ok {
				return a, script.Raise("TypeError", "%s of an APN should be int, not %s", key, object.TypeName(item[1]))
			}
			small, err := starlark.AsInt32(n)
			if err != nil {
				return a, script.Raise("OverflowError", "%s of an APN: %w", key, err)
			}
			*to = small
			found++
		}
	}
	if found < len(numbers)+len(texts) {
		return a, script.Raise("KeyError", "an APN needs profileIdx, ipType, apn, username, password and authType")
	}
	return a, nil
}
