package qth

import (
	"encoding/json"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

func sendTrans(c *script.Call) (any, error) {
	var mode int
	var data []byte
	if err := c.Unpack(&mode, &data); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	if len(data) == 0 {
		return x.fail(c, "there is nothing to send"), nil
	}
	return x.send(c, packet{cmd: cmdSendTrans, payload: data}, mode)
}

func sendTSL(c *script.Call) (any, error) {
	var mode int
	if err := c.Unpack(&mode, nil); err != nil {
		return nil, err
	}
	return shared(c.Interp).sendTTLV(c, packet{cmd: cmdSendTSL}, mode, c.Args[1])
}

func ackTSL(c *script.Call) (any, error) {
	var mode, id int
	if err := c.Unpack(&mode, nil, &id); err != nil {
		return nil, err
	}
	return shared(c.Interp).sendTTLV(c, packet{cmd: cmdAckTSL, id: uint16(id)}, mode, c.Args[1])
}

// ackService answers a service with a structure of its id.
func ackService(c *script.Call) (any, error) {
	var mode, service, id int
	if err := c.Unpack(&mode, &service, nil, &id); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	value, err := nodesOf(c.Args[2])
	if err != nil {
		return x.fail(c, err.Error()), nil
	}
	return x.sendNodes(c, packet{cmd: cmdAckTSL, id: uint16(id)}, mode, []node{{id: service, value: value}})
}

// sendTTLV sends a script's dict.
func (x *client) sendTTLV(c *script.Call, p packet, mode int, data starlark.Value) (any, error) {
	nodes, err := nodesOf(data)
	if err != nil {
		return x.fail(c, err.Error()), nil
	}
	if len(nodes) == 0 {
		return x.fail(c, "there is no value to send"), nil
	}
	return x.sendNodes(c, p, mode, nodes)
}

func (x *client) sendNodes(c *script.Call, p packet, mode int, nodes []node) (bool, error) {
	payload, err := encodeTTLV(nil, nodes)
	if err != nil {
		return x.fail(c, err.Error()), nil
	}
	p.payload = payload
	return x.send(c, p, mode)
}

// sendLocation reports sentences of NMEA, one or a list, as the JSON text that is the value 2
// (ql_iotCmdLoc.c).
func sendLocation(c *script.Call) (any, error) {
	x := shared(c.Interp)
	var lines []string
	if text, ok := object.AsString(c.Args[0]); ok {
		lines = []string{text}
	} else if seq, ok := object.Native(c.Args[0]).(starlark.Indexable); ok {
		for i := range seq.Len() {
			lines = append(lines, plain(seq.Index(i)))
		}
	}
	if len(lines) == 0 || lines[0] == "" {
		return x.fail(c, "the location is empty"), nil
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return nil, err
	}
	return x.sendNodes(c, packet{cmd: cmdLocation}, 1, []node{{id: 2, value: text}})
}

// sendRaw is qth_dmp.send: a command of the caller's.
func sendRaw(c *script.Call) (any, error) {
	var topic string
	var cmd, id, qos int
	var payload []byte
	if err := c.Unpack(&topic, &cmd, &payload, &id, &qos); err != nil {
		return nil, err
	}
	if topic != command(cmd).topic() {
		return shared(c.Interp).fail(c, "the command goes to the topic "+command(cmd).topic()), nil
	}
	return shared(c.Interp).send(c, packet{id: uint16(id), cmd: command(cmd), payload: payload}, qos)
}
