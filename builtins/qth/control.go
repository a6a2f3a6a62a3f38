package qth

import (
	"fmt"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// controls are what a test plays the platform with.
func controls() []script.Func {
	return []script.Func{
		{Name: "qth_tsl", Params: "values", Doc: "Has the platform set TSL values, a dict of ids; returns the packet's number.", Call: arriveTSL(cmdWriteTSL)},
		{Name: "qth_read", Params: "ids", Doc: "Has the platform ask for TSL values; returns the packet's number.", Call: arriveIDs(cmdReadTSL)},
		{Name: "qth_service", Params: "id, values", Doc: "Has the platform call a TSL service; returns the packet's number.", Call: arriveService},
		{Name: "qth_trans", Params: "data", Doc: "Has the platform send bytes; returns the packet's number.", Call: arriveTrans},
		{Name: "qth_read_info", Params: "ids", Doc: "Has the platform ask for information of the module.", Call: arriveIDs(cmdReadInfo)},
		{Name: "qth_read_status", Params: "ids", Doc: "Has the platform ask for the module's status.", Call: arriveIDs(cmdReadStatus)},
		{Name: "qth_ota", Params: "kind, component, source, target, url='', size=0, md5='', crc='', battery=0, space=0, signal=0",
			Doc: "Makes an upgrade plan for a component of the kind 0 (module), 1 (MCU) or 2 (script), which otaRequest brings.", Call: makePlan},
		{Name: "qth_refuses", Params: "code", Doc: "Has the platform refuse the next attempt to connect with an error code.", Call: refuse},
		{Name: "qth_drops", Params: "code=-17921, again=False", Doc: "Ends the connection with an error code; with again it comes back.", Call: drop},
		{Name: "qth_sent", Doc: "Returns and forgets what the platform was sent: a list of (what, value, number).", Call: sent},
	}
}

func arriveTSL(cmd command) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		nodes, err := nodesOf(c.Args[0])
		if err != nil {
			return nil, script.Raise("TypeError", "%w", err)
		}
		return arriveNodes(c, cmd, nodes)
	}
}

func arriveNodes(c *script.Call, cmd command, nodes []node) (any, error) {
	payload, err := encodeTTLV(nil, nodes)
	if err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	return shared(c.Interp).deliver(c, packet{cmd: cmd, payload: payload})
}

func arriveIDs(cmd command) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		ids, err := idsOf(c, 0)
		if err != nil {
			return nil, err
		}
		return shared(c.Interp).deliver(c, packet{cmd: cmd, payload: encodeIDs(ids)})
	}
}

func arriveService(c *script.Call) (any, error) {
	var id int
	if err := c.Unpack(&id, nil); err != nil {
		return nil, err
	}
	nodes, err := nodesOf(c.Args[1])
	if err != nil {
		return nil, script.Raise("TypeError", "%w", err)
	}
	return arriveNodes(c, cmdService, []node{{id: id, value: nodes}})
}

func arriveTrans(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	return shared(c.Interp).deliver(c, packet{cmd: cmdWriteTrans, payload: data})
}

func makePlan(c *script.Call) (any, error) {
	var p plan
	if err := c.Unpack(&p.kind, &p.component, &p.source, &p.target, &p.url, &p.size, &p.md5, &p.crc, &p.battery, &p.space, &p.signal); err != nil {
		return nil, err
	}
	if p.kind < kindModule || p.kind > kindApp {
		return nil, script.Raise("ValueError", "kind is %d; it must be 0 (module), 1 (MCU) or 2 (script)", p.kind)
	}
	x := shared(c.Interp)
	x.platform.plans = append(x.platform.plans, p)
	return nil, nil
}

func refuse(c *script.Call) (any, error) {
	return nil, c.Unpack(&shared(c.Interp).platform.refusal)
}

func drop(c *script.Call) (any, error) {
	code, again := lostCode, false
	if err := c.Unpack(&code, &again); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	if !x.connected {
		return nil, nil
	}
	x.connected = false
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Disconnect, Device: x.clientID(), Text: fmt.Sprintf("by the test, with %d", code)})
	x.call("devEvent", eventPlatform, code)
	if again {
		x.login(c)
	}
	return nil, nil
}

func sent(c *script.Call) (any, error) {
	x := shared(c.Interp)
	out := script.List{}
	for _, u := range x.platform.sent {
		out = append(out, script.Tuple{u.name, u.value, int(u.id)})
	}
	x.platform.sent = nil
	return out, nil
}
