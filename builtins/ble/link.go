package ble

import (
	"bytes"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/gatt"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The sizes of the attribute protocol's messages: before a client asks for more, and what peers take
// (Bluetooth Core Specification 5.3, volume 3, part G, section 5.2.1).
const (
	firstMTU = 23
	peerMTU  = 247
	mostMTU  = 517
)

// peer is a device that is around.
type peer struct {
	addr     []byte
	name     string
	addrType int
	rssi     int
	data     []byte
	table    *gatt.Table
	security security
	pin      int // what it shows, and what its user enters
}

// link is a connection. The script is the client of all but the server's.
type link struct {
	id     int
	peer   *peer
	mtu    int
	server bool
	pair   *pairing // nil unless one is going on
}

// serverLink is the number of the connection to the script's own server.
const serverLink = 0

// hears is the callback of a connection's events.
func (r *radio) hears(l *link) starlark.Callable {
	if l.server {
		return r.server
	}
	return r.client
}

func (r *radio) tellLink(l *link, args ...any) { r.tell.Tell(r.hears(l), script.Tuple(args)) }

// byteArray is bytes as callbacks get them.
func byteArray(b []byte) *object.Bytearray { return object.NewBytearray(bytes.Clone(b)) }

// around returns the peer with an address, nil when there is none.
func (r *radio) around(addr []byte) *peer {
	for _, p := range r.peers {
		if bytes.Equal(p.addr, addr) {
			return p
		}
	}
	return nil
}

// linkTo returns the client's connection to an address, nil when there is none.
func (r *radio) linkTo(addr []byte) *link {
	for _, l := range r.links {
		if !l.server && bytes.Equal(l.peer.addr, addr) {
			return l
		}
	}
	return nil
}

// establish connects to a peer: the callback hears of the connection, and then that services can be
// looked for.
func (r *radio) establish(p *peer) {
	l := &link{id: serverLink + 1, peer: p, mtu: firstMTU}
	for r.links[l.id] != nil {
		l.id++
	}
	r.links[l.id] = l
	r.tellLink(l, connected, 0, l.id, byteArray(p.addr))
	r.tellLink(l, discoverable, 0)
}

// drop ends a connection.
func (r *radio) drop(l *link) {
	delete(r.links, l.id)
	r.tellLink(l, disconnected, 0, l.id, byteArray(l.peer.addr))
}

func linkFuncs() []script.Func {
	return []script.Func{
		{Name: "connect", Params: "addr_type, addr", Doc: "Connects to a server; the callback hears (16, 0, connect_id, addr) and (26, 0), once the server is around.", Call: connectTo},
		{Name: "cancelConnect", Params: "addr", Doc: "Ends the attempt to connect to a server that is not around.", Call: cancelConnect},
		{Name: "disconnect", Params: "connect_id", Doc: "Ends a connection; the callback hears (17, 0, connect_id, addr).", Call: onLink(func(c *script.Call, r *radio, l *link) (any, error) {
			r.drop(l)
			return quectel.OK, nil
		})},
		{Name: "exchangeMtu", Params: "connect_id, mtu_size", Doc: "Asks for longer messages, 23 to 517 bytes; the callback hears (20, 0, connect_id, size).", Call: onLink(exchangeMTU)},
	}
}

// address is the one argument that is an address, with its place in the arguments.
func addressArg(c *script.Call, i int) ([]byte, error) {
	var addr []byte
	if err := c.Unpack(append(make([]any, i), &addr)...); err != nil {
		return nil, err
	}
	return addr, nil
}

func connectTo(c *script.Call) (any, error) {
	addr, err := addressArg(c, 1)
	if err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.on || !r.used || len(addr) != 6 || r.linkTo(addr) != nil {
		return quectel.Failed, nil
	}
	if p := r.around(addr); p != nil {
		r.establish(p)
	} else {
		r.pending[string(addr)] = true
	}
	return quectel.OK, nil
}

func cancelConnect(c *script.Call) (any, error) {
	addr, err := addressArg(c, 0)
	if err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.pending[string(addr)] {
		return quectel.Failed, nil
	}
	delete(r.pending, string(addr))
	return quectel.OK, nil
}

// onLink makes a function whose first argument is the number of a connection; it returns -1 for one
// that there is not.
func onLink(do func(c *script.Call, r *radio, l *link) (any, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var id int
		if err := c.Unpack(&id); err != nil {
			return nil, err
		}
		r := shared(c.Interp)
		l := r.links[id]
		if l == nil {
			return quectel.Failed, nil
		}
		return do(c, r, l)
	}
}

// asClient is onLink for what only a client can do.
func asClient(do func(c *script.Call, r *radio, l *link) (any, error)) func(*script.Call) (any, error) {
	return onLink(func(c *script.Call, r *radio, l *link) (any, error) {
		if l.server {
			return quectel.Failed, nil
		}
		return do(c, r, l)
	})
}

func exchangeMTU(c *script.Call, r *radio, l *link) (any, error) {
	var size int
	if err := c.Unpack(nil, &size); err != nil {
		return nil, err
	}
	if size < firstMTU || size > mostMTU {
		return quectel.Failed, nil
	}
	l.mtu = min(size, peerMTU)
	r.tellLink(l, mtuChanged, 0, l.id, l.mtu)
	return quectel.OK, nil
}
