package ble

import (
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Control returns what a test plays the other side with.
func Control() []script.Func {
	return []script.Func{
		{Name: "ble_connect", Params: "addr", Doc: "Has a client connect that has this address of 6 bytes; the script must advertise.", Call: connect},
		{Name: "ble_write", Params: "handle, data, uuid=0", Doc: "Has the client write a characteristic.", Call: write},
		{Name: "ble_disconnect", Doc: "Has the client go.", Call: disconnect},
		{Name: "ble_advertise", Params: "name, addr, rssi=-60, data=b''", Doc: "Has a server advertise once; returns whether the script scans.", Call: advertise},
	}
}

func connect(c *script.Call) (any, error) {
	var addr []byte
	if err := c.Unpack(&addr); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.advertising || r.linked || len(addr) != 6 {
		return nil, script.Raise("OSError", "no client can connect: the script must advertise, without a client yet, and the address have 6 bytes")
	}
	r.linked, r.advertising, r.peer = true, false, append([]byte(nil), addr...)
	r.tell.Tell(r.server, script.Tuple{connected, 0, 0, object.NewBytearray(r.peer)})
	return nil, nil
}

func disconnect(c *script.Call) (any, error) {
	r := shared(c.Interp)
	if !r.linked {
		return nil, script.Raise("OSError", "no client is connected")
	}
	r.linked = false
	r.tell.Tell(r.server, script.Tuple{disconnected, 0, 0, object.NewBytearray(r.peer)})
	return nil, nil
}

func write(c *script.Call) (any, error) {
	var handle, uuid int
	var data []byte
	if err := c.Unpack(&handle, &data, &uuid); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.linked {
		return nil, script.Raise("OSError", "no client is connected")
	}
	data = append([]byte(nil), data...)
	r.tell.Tell(r.server, script.Tuple{written, 0, len(data), object.NewBytearray(data), handle, uuid, object.NewBytearray(make([]byte, 16))})
	return nil, nil
}

func advertise(c *script.Call) (any, error) {
	var name string
	var addr, data []byte
	rssi := -60
	if err := c.Unpack(&name, &addr, &rssi, &data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.scanning {
		return false, nil
	}
	if r.filter && r.seen[string(addr)] {
		return true, nil
	}
	r.seen[string(addr)] = true
	addr, data = append([]byte(nil), addr...), append([]byte(nil), data...)
	r.tell.Tell(r.client, script.Tuple{scanned, 0, 0, name, 0, object.NewBytearray(addr), rssi, len(data), object.NewBytearray(data)})
	return true, nil
}
