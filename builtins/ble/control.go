package ble

import (
	"bytes"
	"slices"

	"quecstar/harness/event"
	"quecstar/harness/gatt"
	"quecstar/harness/script"
)

// defaultPIN is what a peer shows and enters, as the vendor's default passkey.
const defaultPIN = 123456

// smpParams are what a peer can and wants when it pairs.
const smpParams = "io_cap=3, auth_req=9, pin=123456"

// controls are what a test plays the other side with.
func controls() []script.Func {
	return append(visitorFuncs(), []script.Func{
		{Name: "ble_connect", Params: "addr, " + smpParams, Doc: "Has a client connect that has this address of 6 bytes; the script must advertise.", Call: clientConnects},
		{Name: "ble_write", Params: "handle, data", Doc: "Has the client write a value or descriptor.", Call: clientWrites},
		{Name: "ble_disconnect", Doc: "Has the client go.", Call: clientGoes},
		{Name: "ble_advertise", Params: "name, addr, rssi=-60, data=b''", Doc: "Has a server advertise once; returns whether the script scans.", Call: advertise},
		{Name: "ble_server", Params: "name, addr, services=(), rssi=-60, data=b'', addr_type=0, " + smpParams,
			Doc:  "Puts a server in reach and returns the handles of its values. A service is (uuid, characteristics), a characteristic (uuid, properties, value) or with a list of descriptors (uuid, value); a uuid is a number or 16 bytes, low first. What notifies gets the descriptor 0x2902 by itself.",
			Call: addServer},
		{Name: "ble_server_value", Params: "addr, handle, data=None", Doc: "Returns a value of a server; with data, changes it before.", Call: serverValue},
		{Name: "ble_server_notify", Params: "addr, handle, data, indicate=False", Doc: "Has a server send a value; returns whether the script is connected and asked for it.", Call: serverNotifies},
		{Name: "ble_server_gone", Params: "addr", Doc: "Takes a server away; its connection ends.", Call: serverGone},
	}...)
}

// readSecurity reads smpParams, which begin at an argument.
func readSecurity(c *script.Call, at int) (s security, pin int, err error) {
	s, pin = security{noInputOutput, bonding | secureMethod}, defaultPIN
	err = c.Unpack(append(make([]any, at), &s.ioCap, &s.authReq, &pin)...)
	return s, pin, err
}

func clientConnects(c *script.Call) (any, error) {
	addr, err := addressArg(c, 0)
	if err != nil {
		return nil, err
	}
	s, pin, err := readSecurity(c, 1)
	if err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.advertising || r.links[serverLink] != nil || len(addr) != 6 {
		return nil, script.Raise("OSError", "no client can connect: the script must advertise, without a client yet, and the address have 6 bytes")
	}
	l := &link{id: serverLink, server: true, mtu: firstMTU, peer: &peer{addr: bytes.Clone(addr), security: s, pin: pin}}
	r.links[serverLink], r.advertising = l, false
	r.tellLink(l, connected, 0, l.id, byteArray(addr))
	return nil, nil
}

func clientGoes(c *script.Call) (any, error) {
	r := shared(c.Interp)
	l := r.links[serverLink]
	if l == nil {
		return nil, script.Raise("OSError", "no client is connected")
	}
	r.drop(l)
	return nil, nil
}

func advertise(c *script.Call) (any, error) {
	p := &peer{rssi: -60}
	if err := c.Unpack(&p.name, &p.addr, &p.rssi, &p.data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	r.sees(p)
	return r.scanning, nil
}

func addServer(c *script.Call) (any, error) {
	p := &peer{rssi: -60}
	if err := c.Unpack(&p.name, &p.addr, nil, &p.rssi, &p.data, &p.addrType); err != nil {
		return nil, err
	}
	p.addr, p.data = bytes.Clone(p.addr), bytes.Clone(p.data)
	var err error
	if p.security, p.pin, err = readSecurity(c, 6); err != nil {
		return nil, err
	}
	if len(p.addr) != 6 {
		return nil, script.Raise("ValueError", "an address has 6 bytes, not %d", len(p.addr))
	}
	services, err := readServices(c.Args[2])
	if err != nil {
		return nil, err
	}
	if p.table, err = gatt.New(services); err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	r := shared(c.Interp)
	r.takeAway(p.addr)
	r.peers = append(r.peers, p)
	r.sees(p)
	if r.pending[string(p.addr)] {
		delete(r.pending, string(p.addr))
		r.establish(p)
	}
	handles := script.List{}
	for _, h := range p.table.Values() {
		handles = append(handles, h)
	}
	return handles, nil
}

// takeAway removes a server and ends its connection.
func (r *radio) takeAway(addr []byte) bool {
	if l := r.linkTo(addr); l != nil {
		r.drop(l)
	}
	n := len(r.peers)
	r.peers = slices.DeleteFunc(r.peers, func(p *peer) bool { return bytes.Equal(p.addr, addr) })
	return len(r.peers) < n
}

// serverArg is the server whose address is the first argument.
func serverArg(c *script.Call) (*radio, *peer, error) {
	addr, err := addressArg(c, 0)
	if err != nil {
		return nil, nil, err
	}
	r := shared(c.Interp)
	if p := r.around(addr); p != nil {
		return r, p, nil
	}
	return nil, nil, script.Raise("OSError", "there is no server with the address % x: ble_server puts one there", addr)
}

func serverGone(c *script.Call) (any, error) {
	r, p, err := serverArg(c)
	if err != nil {
		return nil, err
	}
	r.takeAway(p.addr)
	return nil, nil
}

func serverValue(c *script.Call) (any, error) {
	_, p, err := serverArg(c)
	if err != nil {
		return nil, err
	}
	var handle int
	var data []byte
	if err := c.Unpack(nil, &handle, &data); err != nil {
		return nil, err
	}
	if c.Given(2) && p.table.Set(handle, data) != 0 {
		return nil, script.Raise("ValueError", "there is no value with the handle %d", handle)
	}
	value, refused := p.table.Value(handle)
	if refused != 0 {
		return nil, script.Raise("ValueError", "there is no value with the handle %d", handle)
	}
	return value, nil
}

func serverNotifies(c *script.Call) (any, error) {
	r, p, err := serverArg(c)
	if err != nil {
		return nil, err
	}
	var handle int
	var data []byte
	indicate := false
	if err := c.Unpack(nil, &handle, &data, &indicate); err != nil {
		return nil, err
	}
	if p.table.Set(handle, data) != 0 {
		return nil, script.Raise("ValueError", "there is no value with the handle %d", handle)
	}
	l := r.linkTo(p.addr)
	if l == nil || !p.table.Subscribed(handle, indicate) {
		return false, nil
	}
	kind := notification
	if indicate {
		kind = indication
	}
	b := notified(handle, data[:min(len(data), l.mtu-writeHead)])
	r.tellLink(l, kind, 0, len(b), byteArray(b))
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: "a BLE server sends a value", Payload: bytes.Clone(data)})
	return true, nil
}
