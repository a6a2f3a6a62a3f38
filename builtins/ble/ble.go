// Package ble is the script module ble: Bluetooth Low Energy, as server and as client.
//
//	import ble
//	ble.serverInit(lambda args: print(args[0], args[1]))
//	ble.gattStart()
//
// The radio is simulated: a test plays the client with ble_connect, ble_write and ble_disconnect, and
// other servers with ble_server: their services, values and pairing; ble_advertise has one be seen
// that nobody can connect to. Numbers of events and the callback's tuples are those of the vendor's
// documentation, "ble - Bluetooth Low Energy", and of its ble_smp_client_demo.py; functions return 0,
// or -1 on failure.
package ble

import (
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// The kinds of event: the script began to advertise, and sent a notification or an indication.
const (
	Advertised event.Kind = "ble.advertise"
	Notified   event.Kind = "ble.notify"
)

// The numbers of the callback's events.
const (
	started              = 0
	stopped              = 1
	connected            = 16
	disconnected         = 17
	scanned              = 19
	mtuChanged           = 20
	written              = 21
	read                 = 22
	notification         = 23
	indication           = 24
	acknowledged         = 25
	discoverable         = 26
	serviceFound         = 27
	characteristicsFound = 28
	descriptorsFound     = 29
	valueWritten         = 30
	valueSent            = 31
	valueRead            = 32
	valuesRead           = 33
	descriptorWritten    = 35
	descriptorRead       = 36
	attributeError       = 37
	pairEnded            = 63
	confirmWanted        = 64
)

// radio is the state. The interpreter lock guards it.
type radio struct {
	tell                      script.Teller
	on, advertising, scanning bool
	server, client            starlark.Callable
	served, used              bool // serverInit, clientInit
	seen                      map[string]bool
	filter                    bool
	links                     map[int]*link
	peers                     []*peer
	pending                   map[string]bool // addresses that the script waits for
	security                  security
	passkey, timeout          int
	paired                    [][]byte
	own                       ownServer
}

func shared(in *script.Interp) *radio {
	return script.Shared(in, func() *radio {
		return &radio{tell: script.Teller{In: in, Name: "the BLE callback"}, seen: map[string]bool{}, filter: true, links: map[int]*link{},
			pending: map[string]bool{}, security: security{noInputOutput, bonding | secureMethod}, passkey: defaultPIN, timeout: 160}
	})
}

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{Name: "ble", Simulated: true, Controls: controls(), Doc: "Bluetooth Low Energy. Functions return 0, or -1 on failure.",
		Funcs: slices.Concat(coreFuncs(), serverFuncs(), scanFuncs(), linkFuncs(), discoverFuncs(), accessFuncs(), pairFuncs())}
}

// change makes a function that alters the radio and returns 0, or -1 where that is not possible.
func change(f func(r *radio) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if f(shared(c.Interp)) {
			return quectel.OK, nil
		}
		return quectel.Failed, nil
	}
}

func coreFuncs() []script.Func {
	return []script.Func{
		{Name: "gattStart", Doc: "Switches BLE on; the callback hears (0, 0).", Call: change((*radio).start)},
		{Name: "gattStop", Doc: "Switches BLE off; the callback hears (1, 0).", Call: change((*radio).stop)},
		{Name: "getStatus", Doc: "Returns 1 while BLE is on, else 0.", Call: status},
		{Name: "getPublicAddr", Doc: "Returns the address, 6 bytes, or -1 while BLE is off.", Call: address},
		{Name: "serverInit", Params: "user_cb", Doc: "Has user_cb(args) called as server.", Call: initServer},
		{Name: "serverRelease", Doc: "Ends being a server.", Call: change(func(r *radio) bool { was := r.served; r.served, r.server, r.own = false, nil, ownServer{}; return was })},
		{Name: "clientInit", Params: "user_cb", Doc: "Has user_cb(args) called as client.", Call: initClient},
		{Name: "clientRelease", Doc: "Ends being a client.", Call: change(func(r *radio) bool { was := r.used; r.used, r.client = false, nil; return was })},
	}
}

func (r *radio) start() bool {
	if r.on || !r.served && !r.used {
		return false
	}
	r.on = true
	r.all(started, 0)
	return true
}

func (r *radio) stop() bool {
	if !r.on {
		return false
	}
	r.on, r.advertising, r.scanning = false, false, false
	clear(r.links)
	clear(r.pending)
	r.all(stopped, 0)
	return true
}

// all tells server and client.
func (r *radio) all(args ...any) {
	r.tell.Tell(r.server, script.Tuple(args))
	r.tell.Tell(r.client, script.Tuple(args))
}

func status(c *script.Call) (any, error) {
	if shared(c.Interp).on {
		return 1, nil
	}
	return 0, nil
}

// publicAddr is one of the range that IEEE leaves for local use.
var publicAddr = []byte{0x02, 0x51, 0x50, 0x59, 0x00, 0x01}

func address(c *script.Call) (any, error) {
	if !shared(c.Interp).on {
		return quectel.Failed, nil
	}
	return byteArray(publicAddr), nil
}

func initServer(c *script.Call) (any, error) {
	r := shared(c.Interp)
	r.served = true
	return quectel.OK, c.Unpack(&r.server)
}

func initClient(c *script.Call) (any, error) {
	r := shared(c.Interp)
	r.used = true
	return quectel.OK, c.Unpack(&r.client)
}

func scanFuncs() []script.Func {
	return []script.Func{
		{Name: "setScanParam", Params: "scan_mode, interval, scan_window, filter_policy, addr_type", Doc: "Sets how to scan.", Call: change(func(r *radio) bool { return r.used })},
		{Name: "scanStart", Doc: "Begins to scan; the callback hears (19, 0, type, name, address type, address, rssi, length, data).", Call: change((*radio).scan)},
		{Name: "scanStop", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.scanning; r.scanning = false; return was })},
		{Name: "setScanFilter", Params: "act", Doc: "Reports each device once (1) or always (0).", Call: setFilter},
	}
}

// scan begins to scan, and sees who is around.
func (r *radio) scan() bool {
	r.scanning = r.on && r.used
	clear(r.seen)
	for _, p := range r.peers {
		r.sees(p)
	}
	return r.scanning
}

// sees reports a device while the script scans, of a filtered scan once.
func (r *radio) sees(p *peer) {
	if !r.scanning || r.filter && r.seen[string(p.addr)] {
		return
	}
	r.seen[string(p.addr)] = true
	r.tell.Tell(r.client, script.Tuple{scanned, 0, 0, p.name, p.addrType, byteArray(p.addr), p.rssi, len(p.data), byteArray(p.data)})
}

func setFilter(c *script.Call) (any, error) {
	var act int
	if err := c.Unpack(&act); err != nil {
		return nil, err
	}
	shared(c.Interp).filter = act != 0
	return quectel.OK, nil
}
