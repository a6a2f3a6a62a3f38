package sim

import (
	"context"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// What profileHandle does with a profile. The vendor's "eSIM LPA" application note has 0; the others
// follow in the order of the card's functions (GSMA SGP.22, section 5.7.16 to 5.7.18).
const (
	enable  = 0
	disable = 1
	remove  = 2
)

// profile is one on the card.
type profile struct {
	iccid, imsi, provider, name string
	enabled                     bool
}

// offer is a profile that a server has ready for an activation code.
type offer struct {
	profile
	confirmation string
}

// card is the eSIM. The interpreter lock guards it.
type card struct {
	tell     script.Teller
	eid      string // "" while the card is no eSIM
	fn       starlark.Callable
	profiles []*profile
	offers   map[string]offer
	removed  []string // what servers have not been told of
}

func cardOf(in *script.Interp) *card {
	return script.Shared(in, func() *card {
		return &card{tell: script.Teller{In: in, Name: "the eSIM callback"}, offers: map[string]offer{}}
	})
}

// changer is a device whose card a test plays.
type changer interface{ SetProfile(iccid, imsi string) }

// esimClass are the functions of sim.esim (vendor's stubs, sim.pyi, and its "eSIM LPA" application
// note). The lists begin with their count, as that note reads them; the vendor does not publish the
// keys of a profile: these are what public guides to AT+QESIM="list" name.
func esimClass() *script.Class {
	return &script.Class{
		Name: "esim", Doc: "Profiles of an eSIM, which quecstar.esim makes of the card; functions return -1 before.",
		Methods: []script.Func{
			{Name: "getEid", Doc: "Returns the number of the eSIM as a str.", Call: onESIM(func(_ *script.Call, k *card) (any, error) { return k.eid, nil })},
			{Name: "setCallback", Params: "usrFun", Doc: "Has usrFun(result) called when profileOTA ends: 0 success, 1 failure; returns None.", Call: func(c *script.Call) (any, error) {
				return nil, c.Unpack(&cardOf(c.Interp).fn)
			}},
			{Name: "getProfileInfo", Params: "mode", Doc: "Returns a list: how many profiles there are, and a dict of each; profileState is 1 for the one in use.", Call: onESIM(profileInfo)},
			{Name: "profileOTA", Params: "activationCode, confirmationCode", Doc: "Begins to fetch a profile; returns 0, and the callback hears how it ends.", Call: onESIM(fetchProfile)},
			{Name: "profileHandle", Params: "profile_tag, iccid", Doc: "Takes a profile into use (0), out of use (1) or removes one that is out of use (2); returns 0 or -1.", Call: onESIM(handleProfile)},
			{Name: "getProfileDelNotification", Doc: "Returns a list: how many removed profiles no server was told of, and a dict with the iccid of each.", Call: onESIM(func(_ *script.Call, k *card) (any, error) { return k.untold(), nil })},
			{Name: "reportProfileDelNotification", Params: "iccid", Doc: "Tells the server; returns the list of the rest, or -1 for another iccid.", Call: onESIM(reportRemoved)},
		},
	}
}

// onESIM makes a function that returns -1 while the card is no eSIM.
func onESIM(do func(c *script.Call, k *card) (any, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		k := cardOf(c.Interp)
		if k.eid == "" {
			return quectel.Failed, nil
		}
		return do(c, k)
	}
}

func profileInfo(_ *script.Call, k *card) (any, error) {
	out := script.List{len(k.profiles)}
	for _, p := range k.profiles {
		state := 0
		if p.enabled {
			state = 1
		}
		// Class 2 is that of profiles to work with.
		out = append(out, script.Dict{{Key: "iccid", Value: p.iccid}, {Key: "profileState", Value: state}, {Key: "profileNickname", Value: ""},
			{Key: "serviceProviderName", Value: p.provider}, {Key: "profileName", Value: p.name}, {Key: "profileClass", Value: 2}})
	}
	return out, nil
}

// activation reports whether a code is one: LPA:1$, a server and what it has (GSMA SGP.22, section 4.1).
func activation(code string) bool {
	parts := strings.Split(code, "$")
	return len(parts) >= 3 && strings.TrimPrefix(parts[0], "LPA:") == "1" && parts[1] != ""
}

func fetchProfile(c *script.Call, k *card) (any, error) {
	var code, confirmation string
	if err := c.Unpack(&code, &confirmation); err != nil {
		return nil, err
	}
	if !activation(code) {
		return quectel.Failed, nil
	}
	result := 1
	o, ok := k.offers[code]
	if ok && o.confirmation == confirmation && k.find(o.iccid) == nil {
		p := o.profile
		k.profiles = append(k.profiles, &p)
		delete(k.offers, code)
		result = 0
	}
	k.tell.Tell(k.fn, result)
	return quectel.OK, nil
}

func (k *card) find(iccid string) *profile {
	for _, p := range k.profiles {
		if p.iccid == iccid {
			return p
		}
	}
	return nil
}

func handleProfile(c *script.Call, k *card) (any, error) {
	var tag int
	var iccid string
	if err := c.Unpack(&tag, &iccid); err != nil {
		return nil, err
	}
	d, err := quectel.Role[changer](c)
	if err != nil {
		return nil, err
	}
	p := k.find(iccid)
	switch {
	case p == nil:
		return quectel.Failed, nil
	case tag == enable && !p.enabled:
		for _, other := range k.profiles {
			other.enabled = other == p
		}
		d.SetProfile(p.iccid, p.imsi)
	case tag == disable && p.enabled:
		p.enabled = false
		d.SetProfile("", "")
	case tag == remove && !p.enabled:
		k.profiles = slices.DeleteFunc(k.profiles, func(q *profile) bool { return q == p })
		k.removed = append(k.removed, p.iccid)
	default:
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

// untold is the list of removed profiles that no server was told of.
func (k *card) untold() script.List {
	out := script.List{len(k.removed)}
	for _, iccid := range k.removed {
		out = append(out, script.Dict{{Key: "iccid", Value: iccid}})
	}
	return out
}

func reportRemoved(c *script.Call, k *card) (any, error) {
	var iccid string
	if err := c.Unpack(&iccid); err != nil {
		return nil, err
	}
	i := slices.Index(k.removed, iccid)
	if i < 0 {
		return quectel.Failed, nil
	}
	k.removed = slices.Delete(k.removed, i, i+1)
	return k.untold(), nil
}

// defaultEID is a number that no manufacturer has.
const defaultEID = "89000000000000000000000000000001"

// eSIMControls are what a test makes an eSIM with.
func eSIMControls() []script.Func {
	return []script.Func{
		{Name: "esim", Params: "eid='" + defaultEID + "'", Doc: "Makes an eSIM of the card, whose one profile is the card's IMSI and ICCID.", Call: makeESIM},
		{Name: "esim_offer", Params: "activation_code, iccid, imsi, provider='', name='', confirmation_code=''", Doc: "Has a server keep a profile ready for an activation code such as 'LPA:1$server$id'.", Call: addOffer},
	}
}

func makeESIM(c *script.Call) (any, error) {
	eid := defaultEID
	if err := c.Unpack(&eid); err != nil {
		return nil, err
	}
	if len(eid) != 32 || strings.Trim(eid, "0123456789") != "" {
		return nil, script.Raise("ValueError", "an EID has 32 digits, not %q", eid)
	}
	p := &profile{enabled: true}
	_, err := quectel.Ask(c, func(s device.SIM, ctx context.Context) (struct{}, error) {
		var err error
		if p.iccid, err = s.ICCID(ctx); err == nil {
			p.imsi, err = s.IMSI(ctx)
		}
		return struct{}{}, err
	})
	if err != nil {
		return nil, script.Raise("OSError", "%w", err)
	}
	k := cardOf(c.Interp)
	k.eid, k.profiles, k.removed = eid, []*profile{p}, nil
	return nil, nil
}

func addOffer(c *script.Call) (any, error) {
	var code string
	var o offer
	if err := c.Unpack(&code, &o.iccid, &o.imsi, &o.provider, &o.name, &o.confirmation); err != nil {
		return nil, err
	}
	if !activation(code) || o.iccid == "" || o.imsi == "" {
		return nil, script.Raise("ValueError", "an activation code such as 'LPA:1$server$id', an ICCID and an IMSI are wanted")
	}
	cardOf(c.Interp).offers[code] = o
	return nil, nil
}
