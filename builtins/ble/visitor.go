package ble

import (
	"quecstar/harness/gatt"
	"quecstar/harness/script"
)

// visitorFuncs are how a test plays a client that looks at the script's server.
func visitorFuncs() []script.Func {
	return []script.Func{
		{Name: "ble_advert", Reads: true, Doc: "What the script advertises: (name, data, answer to scans), None while it does not.", Call: func(c *script.Call) (any, error) {
			r := shared(c.Interp)
			if !r.advertising {
				return nil, nil
			}
			return script.Tuple{r.own.name, append([]byte{}, r.own.advert...), append([]byte{}, r.own.scan...)}, nil
		}},
		{Name: "ble_handles", Reads: true, Params: "uuid", Doc: "The handles of the attributes of the script's server that have a UUID, a number or 16 bytes.", Call: handlesOf},
		{Name: "ble_read", Params: "handle", Doc: "Has the client read a value; returns it.", Call: clientReads},
		{Name: "ble_mtu", Params: "size", Doc: "Has the client ask for longer messages.", Call: func(c *script.Call) (any, error) {
			var size int
			r, l, err := visit(c, &size)
			if err != nil {
				return nil, err
			}
			if size < firstMTU || size > mostMTU {
				return nil, script.Raise("ValueError", "messages have %d to %d bytes, not %d", firstMTU, mostMTU, size)
			}
			l.mtu = size
			r.tellLink(l, mtuChanged, 0, l.id, size)
			return nil, nil
		}},
		{Name: "ble_notified", Reads: true, Doc: "Takes the list of what the script sent to the client since the last time, each (handle, data).", Call: func(c *script.Call) (any, error) {
			r, out := shared(c.Interp), script.List{}
			for _, s := range r.own.sent {
				out = append(out, script.Tuple{s.handle, s.data})
			}
			r.own.sent = nil
			return out, nil
		}},
	}
}

// visit reads the first arguments and returns the connection of the client.
func visit(c *script.Call, dst ...any) (*radio, *link, error) {
	if err := c.Unpack(dst...); err != nil {
		return nil, nil, err
	}
	r := shared(c.Interp)
	l := r.links[serverLink]
	if l == nil {
		return nil, nil, script.Raise("OSError", "no client is connected")
	}
	return r, l, nil
}

func handlesOf(c *script.Call) (any, error) {
	uuid, err := readUUID(c.Args[0])
	if err != nil {
		return nil, err
	}
	out := script.List{}
	if t := shared(c.Interp).own.table; t != nil {
		for h := 1; t.Type(h) != ""; h++ {
			if t.Type(h) == uuid {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// refusal is what a test sees of a request that the script's server refuses.
func refusal(what string, handle int, err gatt.Error) error {
	return script.Raise("OSError", "the server refuses to have %d %s: attribute error %d", handle, what, int(err))
}

// tellAccess has the script hear that a client read or wrote an attribute.
func (r *radio) tellAccess(l *link, event, handle int, data []byte) {
	uuid := r.own.table.Type(handle)
	long := make([]byte, 16)
	if len(uuid) == 16 {
		long = []byte(uuid)
	}
	r.tellLink(l, event, 0, len(data), byteArray(data), handle, uuid.ShortOf(), byteArray(long))
}

func clientReads(c *script.Call) (any, error) {
	var handle int
	r, l, err := visit(c, &handle)
	if err != nil {
		return nil, err
	}
	if r.own.table == nil {
		return nil, refusal("read", handle, gatt.InvalidHandle)
	}
	data, refused := r.own.table.Read(handle, 0, -1)
	if refused != 0 {
		return nil, refusal("read", handle, refused)
	}
	r.tellAccess(l, read, handle, data)
	return data, nil
}

// clientWrites writes with an answer where the attribute allows that, else without.
func clientWrites(c *script.Call) (any, error) {
	var handle int
	var data []byte
	r, l, err := visit(c, &handle, &data)
	if err != nil {
		return nil, err
	}
	if r.own.table == nil {
		return nil, refusal("written", handle, gatt.InvalidHandle)
	}
	refused := r.own.table.Write(handle, 0, data, true)
	if refused == gatt.WriteNotPermitted {
		refused = r.own.table.Write(handle, 0, data, false)
	}
	if refused != 0 {
		return nil, refusal("written", handle, refused)
	}
	r.tellAccess(l, written, handle, data)
	return nil, nil
}
