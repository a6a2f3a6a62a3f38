package ble

import (
	"bytes"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/gatt"
	"quecstar/harness/script"
)

// ownServer is the script's own server.
type ownServer struct {
	name         string
	advert, scan []byte // what it advertises, and answers to scans
	services     []*ownService
	table        *gatt.Table // nil until addOrClearService takes the services into use
	sent         []sending
}

// ownService is a service, with its characteristics.
type ownService struct {
	id     int
	uuid   gatt.UUID
	second bool
	charas []*ownChara
}

// ownChara is a characteristic.
type ownChara struct {
	id int
	gatt.Characteristic
	handle int // of its value, once in use
}

// sending is a notification or an indication of the script.
type sending struct {
	handle int
	data   []byte
}

// mostSendings is how many of them are remembered, the newest.
const mostSendings = 1000

// The permissions of a value (vendor's documentation, ble.addCharaValue).
const mayRead, mayWrite = 0x0001, 0x0002

// longestAdvert is how many bytes an advertisement has.
const longestAdvert = 31

func serverFuncs() []script.Func {
	return []script.Func{
		{Name: "setLocalName", Params: "code, name", Doc: "Sets the name, up to 29 bytes; code is 0 UTF-8, 1 GBK.", Call: bytesFunc(29, func(r *radio, b []byte) { r.own.name = string(b) })},
		{Name: "setAdvParam", Params: "min_adv, max_adv, adv_type, addr_type, channel, filter_policy, discov_mode, no_br_edr, enable_adv", Doc: "Sets how to advertise.", Call: change(func(r *radio) bool { return r.served })},
		{Name: "setAdvData", Params: "data", Doc: "Sets what to advertise, up to 31 bytes.", Call: bytesFunc(longestAdvert, func(r *radio, b []byte) { r.own.advert = bytes.Clone(b) })},
		{Name: "setAdvRspData", Params: "data", Doc: "Sets the answer to scans, up to 31 bytes.", Call: bytesFunc(longestAdvert, func(r *radio, b []byte) { r.own.scan = bytes.Clone(b) })},
		{Name: "addService", Params: "primary, server_id, " + uuidParams, Doc: "Adds a service; returns 0, or -1 for a number that is taken.", Call: addService},
		{Name: "addChara", Params: "server_id, chara_id, chara_prop, " + uuidParams, Doc: "Adds a characteristic to a service.", Call: addChara},
		{Name: "addCharaValue", Params: "server_id, chara_id, permission, " + uuidParams + ", value", Doc: "Sets the value of a characteristic.", Call: addCharaValue},
		{Name: "changeCharaValue", Params: "server_id, chara_id, value", Doc: "Changes the value of a characteristic.", Call: changeCharaValue},
		{Name: "addCharaDesc", Params: "server_id, chara_id, permission, " + uuidParams + ", value", Doc: "Adds a descriptor to a characteristic.", Call: addCharaDesc},
		{Name: "addOrClearService", Params: "option, mode", Doc: "Takes the services into use (1) or clears them (0); mode 1 keeps those of every device, 0x1800 and 0x1801, in front.", Call: useServices},
		{Name: "sendNotification", Params: "connect_id, attr_handle, value", Doc: "Sends a value to the client; the callback hears (25, 0).", Call: notify},
		{Name: "sendIndication", Params: "connect_id, attr_handle, value", Doc: "Sends a value to the client, which acknowledges it; the callback hears (25, 0).", Call: notify},
		{Name: "advStart", Doc: "Begins to advertise.", Call: advStart},
		{Name: "advStop", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.advertising; r.advertising = false; return was })},
	}
}

// bytesFunc makes a function whose last argument is bytes, of which there may be up to most.
func bytesFunc(most int, set func(r *radio, b []byte)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var data []byte
		if err := c.Unpack(append(make([]any, len(c.Args)-1), &data)...); err != nil {
			return nil, err
		}
		r := shared(c.Interp)
		if !r.served || len(data) > most {
			return quectel.Failed, nil
		}
		set(r, data)
		return quectel.OK, nil
	}
}

func (o *ownServer) service(id int) *ownService {
	for _, s := range o.services {
		if s.id == id {
			return s
		}
	}
	return nil
}

func (o *ownServer) chara(service, id int) *ownChara {
	s := o.service(service)
	if s == nil {
		return nil
	}
	for _, ch := range s.charas {
		if ch.id == id {
			return ch
		}
	}
	return nil
}

func addService(c *script.Call) (any, error) {
	var primary, id int
	if err := c.Unpack(&primary, &id); err != nil {
		return nil, err
	}
	uuid, ok, err := uuidArgs(c, 2)
	r := shared(c.Interp)
	if err != nil || !ok || !r.served || r.own.service(id) != nil {
		return quectel.Failed, err
	}
	r.own.services = append(r.own.services, &ownService{id: id, uuid: uuid, second: primary != 1})
	return quectel.OK, nil
}

func addChara(c *script.Call) (any, error) {
	var service, id, properties int
	if err := c.Unpack(&service, &id, &properties); err != nil {
		return nil, err
	}
	uuid, ok, err := uuidArgs(c, 3)
	r := shared(c.Interp)
	s := r.own.service(service)
	if err != nil || !ok || s == nil || r.own.chara(service, id) != nil || properties < 0 || properties > 0xff {
		return quectel.Failed, err
	}
	s.charas = append(s.charas, &ownChara{id: id, Characteristic: gatt.Characteristic{UUID: uuid, Properties: byte(properties)}})
	return quectel.OK, nil
}

// charaArg is the characteristic that the first two arguments name, nil for none.
func charaArg(c *script.Call) (*radio, *ownChara, error) {
	var service, id int
	if err := c.Unpack(&service, &id); err != nil {
		return nil, nil, err
	}
	r := shared(c.Interp)
	return r, r.own.chara(service, id), nil
}

func addCharaValue(c *script.Call) (any, error) {
	_, ch, err := charaArg(c)
	if err != nil {
		return nil, err
	}
	var permission int
	var value []byte
	if err := c.Unpack(nil, nil, &permission, nil, nil, nil, &value); err != nil {
		return nil, err
	}
	uuid, ok, err := uuidArgs(c, 3)
	if err != nil || !ok || ch == nil || uuid != ch.UUID {
		return quectel.Failed, err
	}
	ch.Value, ch.Denied = bytes.Clone(value), 0
	if permission&mayRead == 0 {
		ch.Denied |= gatt.PropertyRead
	}
	if permission&mayWrite == 0 {
		ch.Denied |= gatt.PropertyWrite | gatt.PropertyWriteNoResponse
	}
	return quectel.OK, nil
}

func changeCharaValue(c *script.Call) (any, error) {
	r, ch, err := charaArg(c)
	if err != nil {
		return nil, err
	}
	var value []byte
	if err := c.Unpack(nil, nil, &value); err != nil {
		return nil, err
	}
	if ch == nil {
		return quectel.Failed, nil
	}
	ch.Value = bytes.Clone(value)
	if ch.handle != 0 && r.own.table.Set(ch.handle, value) != 0 {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func addCharaDesc(c *script.Call) (any, error) {
	_, ch, err := charaArg(c)
	if err != nil {
		return nil, err
	}
	var value []byte
	if err := c.Unpack(nil, nil, nil, nil, nil, nil, &value); err != nil {
		return nil, err
	}
	uuid, ok, err := uuidArgs(c, 3)
	if err != nil || !ok || ch == nil {
		return quectel.Failed, err
	}
	ch.Descriptors = append(ch.Descriptors, gatt.Descriptor{UUID: uuid, Value: bytes.Clone(value)})
	return quectel.OK, nil
}

// everyDevice are the services that mode 1 keeps: that of a device's name and appearance, and that of its
// table (Bluetooth Core Specification 5.3, volume 3, part C, section 12, and part G, section 7).
func (o *ownServer) everyDevice() []gatt.Service {
	return []gatt.Service{
		{UUID: gatt.Short(0x1800), Characteristics: []gatt.Characteristic{{UUID: gatt.Short(0x2a00), Properties: gatt.PropertyRead, Value: []byte(o.name)},
			{UUID: gatt.Short(0x2a01), Properties: gatt.PropertyRead, Value: []byte{0, 0}}}},
		{UUID: gatt.Short(0x1801), Characteristics: []gatt.Characteristic{withConfiguration(gatt.Characteristic{UUID: gatt.Short(0x2a05), Properties: gatt.PropertyIndicate, Value: make([]byte, 4)})}},
	}
}

func useServices(c *script.Call) (any, error) {
	var option, mode int
	if err := c.Unpack(&option, &mode); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.served || option&^1 != 0 || mode&^1 != 0 {
		return quectel.Failed, nil
	}
	if option == 0 {
		r.own.services, r.own.table = nil, nil
		return quectel.OK, nil
	}
	if err := r.own.build(mode == 1); err != nil {
		return nil, err
	}
	return quectel.OK, nil
}

// build makes the table and gives the values their handles.
func (o *ownServer) build(keep bool) (err error) {
	var all []gatt.Service
	if keep {
		all = o.everyDevice()
	}
	skip := 0
	for _, s := range all {
		skip += len(s.Characteristics)
	}
	for _, s := range o.services {
		described := gatt.Service{UUID: s.uuid, Secondary: s.second}
		for _, ch := range s.charas {
			described.Characteristics = append(described.Characteristics, ch.Characteristic)
		}
		all = append(all, described)
	}
	if o.table, err = gatt.New(all); err != nil {
		return err
	}
	handles := o.table.Values()[skip:]
	for _, s := range o.services {
		for i, ch := range s.charas {
			ch.handle = handles[i]
		}
		handles = handles[len(s.charas):]
	}
	return nil
}

func advStart(c *script.Call) (any, error) {
	r := shared(c.Interp)
	if !r.on || !r.served {
		return quectel.Failed, nil
	}
	r.advertising = true
	c.Emit(event.Event{Layer: event.Builtin, Kind: Advertised, Payload: bytes.Clone(r.own.advert)})
	return quectel.OK, nil
}

func notify(c *script.Call) (any, error) {
	var data []byte
	var id, handle int
	if err := c.Unpack(&id, &handle, &data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	l := r.links[id]
	if l == nil || !l.server || len(data) > l.mtu-writeHead {
		return quectel.Failed, nil
	}
	if t := r.own.table; t != nil {
		// Handles are the module's: a script that knows those of its firmware may send one that is none here.
		_ = t.Set(handle, data)
	}
	r.own.sent = append(r.own.sent, sending{handle, bytes.Clone(data)})
	r.own.sent = r.own.sent[max(0, len(r.own.sent)-mostSendings):]
	c.Emit(event.Event{Layer: event.Builtin, Kind: Notified, Text: c.Name(), Payload: bytes.Clone(data)})
	r.tellLink(l, acknowledged, 0)
	return quectel.OK, nil
}
