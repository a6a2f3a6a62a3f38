package qth

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// config is what a script sets up and what a module keeps.
type config struct {
	pk, ps, ds, url, mcc     string
	lifetime                 int
	security, otaKey         string
	apn, apnUser, apnPasword string
}

// The keep-alive of the MQTT connection in seconds ("Product Configuration API", setLifetime).
const shortestLife, defaultLife, longestLife = 21, 120, 600

func defaultConfig() config { return config{lifetime: defaultLife, security: defaultSecurity} }

// homeCountry is the mobile country code of China, whose server is the default.
const homeCountry = "460"

// serverFor is the platform's server for a country ("Product Configuration API", setServer).
func serverFor(mcc string) string {
	if mcc == homeCountry {
		return "mqtts://iot-south.quectelcn.com:8883"
	}
	return "mqtts://iot-south.acceleronix.io:8883"
}

func setProduct(c *script.Call) (any, error) {
	var pk, ps string
	if err := c.Unpack(&pk, &ps); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	if pk == "" || ps == "" {
		return x.fail(c, "the product's key or secret is empty"), nil
	}
	if x.cfg.pk != pk {
		// A secret belongs to a device of one product.
		x.cfg.ds = ""
	}
	x.cfg.pk, x.cfg.ps = pk, ps
	return true, nil
}

func setServer(c *script.Call) (any, error) {
	var url string
	if err := c.Unpack(&url); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	if !strings.HasPrefix(url, "mqtt://") && !strings.HasPrefix(url, "mqtts://") {
		return x.fail(c, "a server is mqtt:// or mqtts:// and its host"), nil
	}
	x.cfg.url = url
	return true, nil
}

func setLifetime(c *script.Call) (any, error) {
	var seconds int
	if err := c.Unpack(&seconds); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	if seconds < shortestLife || seconds > longestLife {
		return x.fail(c, "a lifetime is 21 to 600 seconds"), nil
	}
	x.cfg.lifetime = seconds
	return true, nil
}

func setAPN(c *script.Call) (any, error) {
	x := shared(c.Interp)
	return nil, c.Unpack(&x.cfg.apn, &x.cfg.apnUser, &x.cfg.apnPasword)
}

func setSecret(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if err := c.Unpack(&x.cfg.ds); err != nil {
		return nil, err
	}
	return true, x.save(c.Interp)
}

func saveBootstrap(c *script.Call) (any, error) {
	x := shared(c.Interp)
	if err := c.Unpack(&x.cfg.url, nil); err != nil {
		return nil, err
	}
	x.cfg.mcc = plain(c.Args[1])
	return true, x.save(c.Interp)
}

func setSecurity(c *script.Call) (any, error) {
	x := shared(c.Interp)
	var kind string
	if err := c.Unpack(&kind); err != nil {
		return nil, err
	}
	switch kind {
	case "tcp", "psk", "tls", "cer":
		x.cfg.security = kind
		return true, nil
	}
	return x.fail(c, "the security is tcp, psk, tls or cer"), nil
}

func getSecurity(c *script.Call) (any, error) { return shared(c.Interp).cfg.security, nil }

func setOTAKey(c *script.Call) (any, error) {
	return nil, c.Unpack(&shared(c.Interp).cfg.otaKey)
}

func getOTAKey(c *script.Call) (any, error) { return shared(c.Interp).cfg.otaKey, nil }

// certificate refuses: the platform's certificate is the vendor's alone.
func certificate(c *script.Call) (any, error) {
	return quectel.Refused(c, nil, "the certificate of the vendor's platform comes with its firmware only")
}

// eventNames are the keys of the dict that setEventCb takes.
var eventNames = []string{"devEvent", "recvTrans", "recvTsl", "readTsl", "readTslServer"}

// otaNames are the keys of the dict "ota" in it.
var otaNames = []string{"otaPlan", "fotaResult"}

func setEvents(c *script.Call) (any, error) {
	list, ok := object.Native(c.Args[0]).(starlark.Mapping)
	if !ok {
		return nil, script.Raise("TypeError", "eventlist is a dict of functions, not %s", object.TypeName(c.Args[0]))
	}
	x := shared(c.Interp)
	if err := x.take(c, list, eventNames); err != nil {
		return nil, err
	}
	inner, ok := object.Native(entry(c, list, "ota")).(starlark.Mapping)
	if !ok {
		inner = starlark.NewDict(0)
	}
	return nil, x.take(c, inner, otaNames)
}

// entry is a value of a dict, None where there is none; Python's dicts fail then.
func entry(c *script.Call, m starlark.Mapping, name string) starlark.Value {
	v, found, err := m.Get(c.Interp.Value(name))
	if err != nil || !found {
		return starlark.None
	}
	return v
}

func (x *client) take(c *script.Call, list starlark.Mapping, names []string) error {
	for _, name := range names {
		delete(x.callbacks, name)
		v := entry(c, list, name)
		if v == starlark.None {
			continue
		}
		fn, ok := v.(starlark.Callable)
		if !ok || !object.IsCallable(v) {
			return script.Raise("TypeError", "%s should be a function, not %s", name, object.TypeName(v))
		}
		x.callbacks[name] = fn
	}
	return nil
}

// plain is a value as text: a str itself, anything else as it is printed.
func plain(v starlark.Value) string {
	if s, ok := object.AsString(v); ok {
		return s
	}
	return object.Repr(v)
}
