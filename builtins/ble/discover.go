package ble

import (
	"encoding/binary"

	"quecstar/builtins/quectel"
	"quecstar/harness/gatt"
	"quecstar/harness/script"
)

const uuidParams = "uuid_type, uuid_s, uuid_l"

// discoverFuncs look for what a server has. As on a module the callback gets the bytes that came over
// the air, and an attribute error, 10, where there is nothing (more); the vendor's
// ble_smp_client_demo.py shows how they are read.
func discoverFuncs() []script.Func {
	return []script.Func{
		{Name: "discoverAllService", Params: "connect_id", Doc: "Looks for services; the callback hears (27, 0, start, end, uuid) of each, uuid 0 for a long one.", Call: asClient(func(c *script.Call, r *radio, l *link) (any, error) {
			return r.tellServices(l, l.peer.table.Services(""))
		})},
		{Name: "discoverByUUID", Params: "connect_id, " + uuidParams, Doc: "Looks for the services of a UUID; the callback hears as of discoverAllService.", Call: asClient(discoverByUUID)},
		{Name: "discoverAllIncludes", Params: "connect_id, start_handle, end_handle", Doc: "Looks for included services; the callback hears (28, 0, length, data) and (37, 0, 10).", Call: discoverRange((*gatt.Table).Includes, characteristicsFound, true)},
		{Name: "discoverAllChara", Params: "connect_id, start_handle, end_handle", Doc: "Looks for characteristics; the callback hears (28, 0, length, data) and (37, 0, 10).", Call: discoverRange((*gatt.Table).Characteristics, characteristicsFound, true)},
		{Name: "discoverAllCharaDesc", Params: "connect_id, start_handle, end_handle", Doc: "Looks for descriptors; the callback hears (29, 0, length, data), or (37, 0, 10).", Call: discoverRange((*gatt.Table).Descriptors, descriptorsFound, false)},
	}
}

func (r *radio) tellServices(l *link, groups []gatt.Group) (any, error) {
	for _, g := range groups {
		r.tellLink(l, serviceFound, 0, g.Start, g.End, g.UUID.ShortOf())
	}
	if len(groups) == 0 {
		r.tellLink(l, attributeError, 0, int(gatt.NotFound))
	}
	return quectel.OK, nil
}

func discoverByUUID(c *script.Call, r *radio, l *link) (any, error) {
	uuid, ok, err := uuidArgs(c, 1)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	return r.tellServices(l, l.peer.table.Services(uuid))
}

// uuidArgs reads uuid_type, uuid_s and uuid_l; ok is false when they are no UUID.
func uuidArgs(c *script.Call, at int) (uuid gatt.UUID, ok bool, err error) {
	var kind, short int
	var long []byte
	if err := c.Unpack(append(make([]any, at), &kind, &short, &long)...); err != nil {
		return "", false, err
	}
	switch {
	case kind == 1 && short > 0 && short <= 0xffff:
		return gatt.Short(uint16(short)), true, nil
	case kind == 0 && len(long) == 16:
		return gatt.UUID(long), true, nil
	}
	return "", false, nil
}

// discoverRange makes a function that looks for something between two handles; end says that an error
// tells the end.
func discoverRange(look func(t *gatt.Table, start, end, mtu int) ([][]byte, gatt.Error), event int, end bool) func(*script.Call) (any, error) {
	return asClient(func(c *script.Call, r *radio, l *link) (any, error) {
		var from, to int
		if err := c.Unpack(nil, &from, &to); err != nil {
			return nil, err
		}
		if from < 1 || to > 0xffff {
			return quectel.Failed, nil
		}
		if from > to {
			// A server refuses that (Bluetooth Core Specification 5.3, volume 3, part F, section 3.4.4.1).
			r.tellLink(l, attributeError, 0, int(gatt.InvalidHandle))
			return quectel.OK, nil
		}
		responses, _ := look(l.peer.table, from, to, l.mtu) // that there are none is told below
		for _, b := range responses {
			r.tellLink(l, event, 0, len(b), byteArray(b))
		}
		if end || len(responses) == 0 {
			r.tellLink(l, attributeError, 0, int(gatt.NotFound))
		}
		return quectel.OK, nil
	})
}

// accessFuncs read and write values.
func accessFuncs() []script.Func {
	return []script.Func{
		{Name: "readCharaByUUID", Params: "connect_id, start_handle, end_handle, " + uuidParams, Doc: "Reads the values of a UUID; the callback hears (33, 0, length, data): the length of an entry, then handle and value.", Call: asClient(readByUUID)},
		{Name: "readCharaByHandle", Params: "connect_id, handle, offset, is_long", Doc: "Reads a value; the callback hears (32, 0, length, data).", Call: asClient(func(c *script.Call, r *radio, l *link) (any, error) {
			var handle, offset int
			long := false
			if err := c.Unpack(nil, &handle, &offset, &long); err != nil {
				return nil, err
			}
			return r.read(l, handle, offset, long, valueRead)
		})},
		{Name: "readCharaDesc", Params: "connect_id, handle, is_long", Doc: "Reads a descriptor; the callback hears (36, 0, length, data).", Call: asClient(func(c *script.Call, r *radio, l *link) (any, error) {
			var handle int
			long := false
			if err := c.Unpack(nil, &handle, &long); err != nil {
				return nil, err
			}
			return r.read(l, handle, 0, long, descriptorRead)
		})},
		{Name: "writeChara", Params: "connect_id, handle, offset, is_long, data", Doc: "Writes a value; the callback hears (30, 0).", Call: asClient(func(c *script.Call, r *radio, l *link) (any, error) {
			var handle, offset int
			long := false
			var data []byte
			if err := c.Unpack(nil, &handle, &offset, &long, &data); err != nil {
				return nil, err
			}
			return r.write(l, write{handle, offset, long, data, true, valueWritten})
		})},
		{Name: "writeCharaNoRsp", Params: "connect_id, handle, data", Doc: "Writes a value without an answer; the callback hears (31, 0).", Call: writeShort(false, valueSent)},
		{Name: "writeCharaDesc", Params: "connect_id, handle, data", Doc: "Writes a descriptor; the callback hears (35, 0).", Call: writeShort(true, descriptorWritten)},
	}
}

func readByUUID(c *script.Call, r *radio, l *link) (any, error) {
	var from, to int
	if err := c.Unpack(nil, &from, &to); err != nil {
		return nil, err
	}
	uuid, ok, err := uuidArgs(c, 3)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	b, _, refused := l.peer.table.ReadByType(uuid, from, to, l.mtu)
	r.answer(l, valuesRead, b, refused)
	return quectel.OK, nil
}

// answer tells what a read brought.
func (r *radio) answer(l *link, event int, data []byte, refused gatt.Error) {
	if refused != 0 {
		r.tellLink(l, attributeError, 0, int(refused))
		return
	}
	r.tellLink(l, event, 0, len(data), byteArray(data))
}

// read reads a value; what is not long is read as far as one message holds.
func (r *radio) read(l *link, handle, offset int, long bool, event int) (any, error) {
	most := l.mtu - 1
	if long {
		most = -1
	}
	data, refused := l.peer.table.Read(handle, offset, most)
	r.answer(l, event, data, refused)
	return quectel.OK, nil
}

// write is one write of the script.
type write struct {
	handle, offset int
	long           bool
	data           []byte
	response       bool
	event          int
}

// writeHead is how many bytes of a message that writes are not the value's.
const writeHead = 3

func writeShort(response bool, event int) func(*script.Call) (any, error) {
	return asClient(func(c *script.Call, r *radio, l *link) (any, error) {
		w := write{response: response, event: event}
		if err := c.Unpack(nil, &w.handle, &w.data); err != nil {
			return nil, err
		}
		return r.write(l, w)
	})
}

// write returns -1 for what is longer than a message and not said to be long. A server is silent about
// a write without response that it refuses.
func (r *radio) write(l *link, w write) (any, error) {
	if !w.long && len(w.data) > l.mtu-writeHead {
		return quectel.Failed, nil
	}
	refused := l.peer.table.Write(w.handle, w.offset, w.data, w.response)
	if refused != 0 && w.response {
		r.tellLink(l, attributeError, 0, int(refused))
		return quectel.OK, nil
	}
	r.tellLink(l, w.event, 0)
	return quectel.OK, nil
}

// notified is what a client hears of a notification or an indication: the handle, low byte first, and
// the value.
func notified(handle int, data []byte) []byte {
	return append(binary.LittleEndian.AppendUint16(nil, uint16(handle)), data...)
}
