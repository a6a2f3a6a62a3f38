package qth

import "quecstar/harness/script"

// bootstrap returns the address of the platform for a country.
func bootstrap(c *script.Call) (any, error) {
	if err := c.Unpack(nil, nil, nil, nil); err != nil {
		return nil, err
	}
	return serverFor(plain(c.Args[3])), nil
}

// adopt takes what the functions of qth_dmp are given: url, lifetime, pk, ps, dk and, where there is
// one, ds.
func (x *client) adopt(c *script.Call) error {
	dst := []any{&x.cfg.url, &x.cfg.lifetime, &x.cfg.pk, &x.cfg.ps, &x.imei}
	if len(c.Args) > len(dst) {
		dst = append(dst, &x.cfg.ds)
	}
	return c.Unpack(dst...)
}

func registerDevice(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if err := x.adopt(c); err != nil {
		return nil, err
	}
	return x.register(c), nil
}

func loginDevice(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if err := x.adopt(c); err != nil {
		return nil, err
	}
	return x.login(c), nil
}

func resetDevice(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if err := x.adopt(c); err != nil {
		return nil, err
	}
	if _, err := reset(c); err != nil {
		return nil, err
	}
	return true, nil
}
