package qth

import (
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func getPkgID(c *script.Call) (any, error) { return int(shared(c.Interp).nextID()), nil }

func formatPacket(c *script.Call) (any, error) {
	var id, cmd int
	var payload []byte
	if err := c.Unpack(&id, &cmd, &payload); err != nil {
		return nil, err
	}
	frame, err := packet{id: uint16(id), cmd: command(cmd), payload: payload}.encode()
	if err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	return frame, nil
}

// unformatPacket returns (number, command, payload), or None for what is no packet.
func unformatPacket(c *script.Call) (any, error) {
	var frame []byte
	if err := c.Unpack(&frame); err != nil {
		return nil, err
	}
	p, err := decodePacket(frame)
	if err != nil {
		return none(c, err), nil
	}
	return script.Tuple{int(p.id), int(p.cmd), append([]byte{}, p.payload...)}, nil
}

func formatTTLV(c *script.Call) (any, error) {
	nodes, err := nodesOf(c.Args[0])
	if err != nil {
		return none(c, err), nil
	}
	data, err := encodeTTLV([]byte{}, nodes)
	if err != nil {
		return none(c, err), nil
	}
	return data, nil
}

func unformatTTLV(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	nodes, err := decodeTTLV(data)
	if err != nil {
		return none(c, err), nil
	}
	return dictOf(nodes), nil
}

// none is the result None; an event says why.
func none(c *script.Call, err error) any {
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: c.Name() + "() returns None: " + err.Error()})
	return nil
}
