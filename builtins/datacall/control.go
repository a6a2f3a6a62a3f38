package datacall

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// controls are what a test plays the network's side of data connections with.
func controls() []script.Func {
	return []script.Func{{Name: "network_apns", Params: "apns", Doc: "Sets the APNs that the network knows, a dict of " +
		"name to (user, password), or to None where nobody is asked; with {} it takes any.", Call: knownAPNs}, {Name: "pdp_active", Params: "active, id=1",
		Doc: "Has the network end a data connection, or make it again.", Call: func(c *script.Call) (any, error) {
			on, id := false, 1
			if err := c.Unpack(&on, &id); err != nil {
				return nil, err
			}
			d, err := quectel.Controlled[interface{ SetPDP(int, bool) error }](c)
			if err != nil {
				return nil, err
			}
			if err := d.SetPDP(id, on); err != nil {
				return nil, script.Raise("ValueError", "%w", err)
			}
			return nil, nil
		}}}
}

// knownAPNs has the network know some APNs and no other.
func knownAPNs(c *script.Call) (any, error) {
	known, ok := c.Args[0].(starlark.IterableMapping)
	if !ok {
		return nil, script.Raise("TypeError", "network_apns should be given a dict, not %s", object.TypeName(c.Args[0]))
	}
	apns := map[string]device.PDP{}
	for _, pair := range known.Items() {
		p := device.PDP{}
		var named bool
		if p.APN, named = object.AsString(pair[0]); !named {
			return nil, script.Raise("TypeError", "network_apns: an APN should be a str, not %s", object.TypeName(pair[0]))
		}
		if pair[1] != starlark.None {
			who, ok := pair[1].(starlark.Indexable)
			if !ok || who.Len() != 2 {
				return nil, script.Raise("TypeError", "network_apns: %s should be (user, password) or None", p.APN)
			}
			user, ok1 := object.AsString(who.Index(0))
			password, ok2 := object.AsString(who.Index(1))
			if !ok1 || !ok2 {
				return nil, script.Raise("TypeError", "network_apns: %s should be (user, password) or None", p.APN)
			}
			p.User, p.Password, p.Auth = user, password, 1
		}
		apns[p.APN] = p
	}
	d, err := quectel.Controlled[interface{ SetAPNs(map[string]device.PDP) }](c)
	if err != nil {
		return nil, err
	}
	d.SetAPNs(apns)
	return nil, nil
}
