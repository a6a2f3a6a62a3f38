package qth

import (
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// nodesOrBytes reads what came, as TTLV or already as a dict.
func nodesOrBytes(c *script.Call) ([]node, error) {
	if data, ok := object.AsBytes(c.Args[0]); ok {
		nodes, err := decodeTTLV(data)
		if err != nil {
			return nil, script.Raise("ValueError", "%w", err)
		}
		return nodes, nil
	}
	nodes, err := nodesOf(c.Args[0])
	if err != nil {
		return nil, script.Raise("TypeError", "%w", err)
	}
	return nodes, nil
}

func notifyOTA(c *script.Call) (any, error) {
	nodes, err := nodesOrBytes(c)
	if err != nil {
		return nil, err
	}
	shared(c.Interp).notify(nodes)
	return nil, nil
}

func firmwareOTA(c *script.Call) (any, error) {
	nodes, err := nodesOrBytes(c)
	if err != nil {
		return nil, err
	}
	return nil, shared(c.Interp).firmware(c, nodes)
}

// resultOTA hears of a download as the callback of fota.httpDownload does: [state, progress]. A state
// below 0 is its failure, 100 percent its end.
func resultOTA(c *script.Call) (any, error) {
	args, err := c.Ints(0, 2)
	if err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	switch {
	case args[0] < 0:
		_, err = x.report(c, kindModule, "", statusFailedLoad)
	case args[1] == 100:
		_, err = x.report(c, kindModule, "", statusLoaded)
	}
	return nil, err
}

// checkOTA settles the upgrades whose version has come.
func checkOTA(c *script.Call) (any, error) {
	x := shared(c.Interp)
	for _, k := range x.ota.components {
		if k.target != "" && k.target == k.version {
			if err := x.settle(c, k); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// appOTA upgrades the script from an address.
func appOTA(c *script.Call) (any, error) {
	var kind int
	var url string
	if err := c.Unpack(&kind, nil, &url); err != nil {
		return nil, err
	}
	return nil, shared(c.Interp).firmware(c, []node{{idKind, int64(kind)}, {idComponent, []byte(plain(c.Args[1]))}, {idURL, []byte(url)}})
}

// setOTAInfo notes an upgrade that is under way.
func setOTAInfo(c *script.Call) (any, error) {
	var name, version string
	var kind int
	if err := c.Unpack(&name, &version, &kind); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	k := x.ota.component(name)
	if k == nil {
		k = &component{name: name, kind: kind}
		x.ota.components = append(x.ota.components, k)
	}
	k.target = version
	return nil, nil
}
