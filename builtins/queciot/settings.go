package queciot

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// longestLifetime is the most of the keep-alive in seconds (ql_iotConfig.c, Ql_iotConfigSetLifetime).
const longestLifetime = 65535

// settings are the functions of the configuration; they return False, or None, before init.
func settings() []script.Func {
	return []script.Func{
		{Name: "setProductinfo", Params: "key, secret", Doc: "Sets the product; returns True or False.", Call: ready(func(c *client, call *script.Call) (any, error) {
			return true, call.Unpack(&c.key, &c.secret)
		})},
		{Name: "getProductinfo", Doc: "Returns (key, secret, version).", Call: get(func(c *client) any { return script.Tuple{c.key, c.secret, "V1"} })},
		{Name: "setServer", Params: "type, server", Doc: "Sets the platform's address, type 0 LwM2M or 1 MQTT; returns True or False.", Call: ready(setServer)},
		{Name: "getServer", Doc: "Returns (type, server).", Call: get(func(c *client) any { return script.Tuple{c.protocol, c.server} })},
		{Name: "setLifetime", Params: "lifetime", Doc: "Sets the keep-alive, 1 to 65535 seconds; returns False while connected.", Call: ready(setLifetime)},
		{Name: "getLifetime", Doc: "Returns the keep-alive.", Call: get(func(c *client) any { return c.lifetime })},
		{Name: "setSessionFlag", Params: "flag", Doc: "Sets whether the session is kept, a bool; returns True or False.", Call: ready(setSession)},
		{Name: "getSessionFlag", Doc: "Returns what setSessionFlag set.", Call: get(func(c *client) any { return c.session })},
		{Name: "setPdpContextId", Params: "id", Doc: "Sets the data connection; returns False while connected.", Call: ready(setContext)},
		{Name: "getPdpContextId", Doc: "Returns the data connection.", Call: get(func(c *client) any { return c.context })},
		{Name: "getSoftVersion", Doc: "Returns the module's version.", Call: get(func(*client) any { return "" })},
		{Name: "setMcuVersion", Params: "compno, version", Doc: "Names an MCU and its version; returns True or False.", Call: ready(setMCU)},
		{Name: "getMcuVersion", Doc: "Returns a list of (compno, version).", Call: get(func(c *client) any { return c.mcus })},
		{Name: "setDkDs", Params: "dk, ds", Doc: "Sets the device's key and secret; returns True.", Call: ready(func(c *client, call *script.Call) (any, error) {
			return true, call.Unpack(&c.dk, &c.ds)
		})},
		{Name: "getDkDs", Doc: "Returns (dk, ds), None without them.", Call: get(func(c *client) any {
			if c.dk == "" {
				return nil
			}
			return script.Tuple{c.dk, c.ds}
		})},
	}
}

func setServer(c *client, call *script.Call) (any, error) {
	var protocol int
	var server string
	if err := call.Unpack(&protocol, &server); err != nil {
		return nil, err
	}
	if protocol != 0 && protocol != 1 || server == "" {
		return false, nil
	}
	c.protocol, c.server = protocol, server
	return true, nil
}

func setLifetime(c *client, call *script.Call) (any, error) {
	var n int
	if err := call.Unpack(&n); err != nil {
		return nil, err
	}
	if c.mode != 0 || n < 1 || n > longestLifetime {
		return false, nil
	}
	c.lifetime = n
	return true, nil
}

func setSession(c *client, call *script.Call) (any, error) {
	on, ok := object.AsBool(call.Args[0])
	if !ok {
		return false, nil
	}
	c.session = on
	return true, nil
}

func setContext(c *client, call *script.Call) (any, error) {
	var id int
	if err := call.Unpack(&id); err != nil {
		return nil, err
	}
	if c.mode != 0 || id < 1 {
		return false, nil
	}
	c.context = id
	return true, nil
}

// setMCU keeps one version a component; an empty one forgets it.
func setMCU(c *client, call *script.Call) (any, error) {
	var component, version string
	if err := call.Unpack(&component, &version); err != nil {
		return nil, err
	}
	if component == "" {
		return false, nil
	}
	kept := script.List{}
	for _, m := range c.mcus {
		if m.(script.Tuple)[0] != component {
			kept = append(kept, m)
		}
	}
	if version != "" {
		kept = append(kept, script.Tuple{component, version})
	}
	c.mcus = kept
	return true, nil
}

// isModel reports whether a value is what a report takes: a dict, not empty, whose keys are ids and whose
// values are numbers, text, bytes, lists or such dicts (modquecIot.c, phy_dict_handle).
func isModel(v starlark.Value) bool {
	d, ok := object.Native(v).(starlark.IterableMapping)
	if !ok {
		return false
	}
	items := d.Items()
	for _, kv := range items {
		if _, ok := object.AsInt(kv[0]); !ok || !isValue(kv[1]) {
			return false
		}
	}
	return len(items) > 0
}

func isValue(v starlark.Value) bool {
	if _, ok := object.AsFloat(v); ok {
		return true
	}
	if _, ok := object.AsBool(v); ok || isBytes(v) || isModel(v) {
		return true
	}
	list, ok := object.Native(v).(starlark.Indexable)
	if !ok || list.Len() == 0 {
		return false
	}
	for i := range list.Len() {
		if !isValue(list.Index(i)) {
			return false
		}
	}
	return true
}

// isBytes reports whether a value is text or bytes-like.
func isBytes(v starlark.Value) bool {
	if _, ok := object.AsString(v); ok {
		return true
	}
	_, ok := object.AsBytes(v)
	return ok
}

func isList(v starlark.Value) bool {
	list, ok := object.Native(v).(starlark.Indexable)
	return ok && list.Len() > 0 && !isBytes(v)
}
