// Package ble is the script module ble: Bluetooth Low Energy, as server and as scanner.
//
//	import ble
//	ble.serverInit(lambda args: print(args[0], args[1]))
//	ble.gattStart()
//
// The radio is simulated: a test plays the client with ble_connect, ble_write and ble_disconnect,
// and other servers with ble_advertise. Connecting to a server is not simulated. Numbers of events
// and the callback's tuples are those of the vendor's documentation, "ble - Bluetooth Low Energy";
// functions return 0, or -1 on failure.
package ble

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/vendor"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The kinds of event: the script began to advertise, and sent a notification or an indication.
const (
	Advertised event.Kind = "ble.advertise"
	Notified   event.Kind = "ble.notify"
)

// The numbers of the callback's events.
const (
	started      = 0
	stopped      = 1
	connected    = 16
	disconnected = 17
	scanned      = 19
	written      = 21
	acknowledged = 25
)

// noPeer is why the client's functions fail.
const noPeer = "no BLE server to connect to is simulated"

// radio is the state. The interpreter lock guards it.
type radio struct {
	tell                              script.Teller
	on, advertising, scanning, linked bool
	server, client                    starlark.Callable
	served, used                      bool // serverInit, clientInit
	peer                              []byte
	seen                              map[string]bool
	filter                            bool
}

func shared(in *script.Interp) *radio {
	return script.Shared(in, func() *radio {
		return &radio{tell: script.Teller{In: in, Name: "the BLE callback"}, seen: map[string]bool{}, filter: true}
	})
}

// Module returns the table of the module.
func Module() *script.Module {
	funcs := append(coreFuncs(), serverFuncs()...)
	funcs = append(funcs, scanFuncs()...)
	return &script.Module{Name: "ble", Simulated: true, Doc: "Bluetooth Low Energy. Functions return 0, or -1 on failure.", Funcs: append(funcs, clientFuncs()...)}
}

// change makes a function that alters the radio and returns 0, or -1 where that is not possible.
func change(f func(r *radio) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if f(shared(c.Interp)) {
			return vendor.OK, nil
		}
		return vendor.Failed, nil
	}
}

func coreFuncs() []script.Func {
	return []script.Func{
		{Name: "gattStart", Doc: "Switches BLE on; the callback hears (0, 0).", Call: change((*radio).start)},
		{Name: "gattStop", Doc: "Switches BLE off; the callback hears (1, 0).", Call: change((*radio).stop)},
		{Name: "getStatus", Doc: "Returns 1 while BLE is on, else 0.", Call: status},
		{Name: "getPublicAddr", Doc: "Returns the address, 6 bytes, or -1 while BLE is off.", Call: address},
		{Name: "serverInit", Params: "user_cb", Doc: "Has user_cb(args) called as server.", Call: initServer},
		{Name: "serverRelease", Doc: "Ends being a server.", Call: change(func(r *radio) bool { was := r.served; r.served, r.server = false, nil; return was })},
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
	r.on, r.advertising, r.scanning, r.linked = false, false, false, false
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
		return vendor.Failed, nil
	}
	return object.NewBytearray(append([]byte(nil), publicAddr...)), nil
}

func initServer(c *script.Call) (any, error) {
	r := shared(c.Interp)
	r.served = true
	return vendor.OK, c.Unpack(&r.server)
}

func initClient(c *script.Call) (any, error) {
	r := shared(c.Interp)
	r.used = true
	return vendor.OK, c.Unpack(&r.client)
}

// longestAdvert is how many bytes an advertisement has.
const longestAdvert = 31

// bytesFunc makes a function whose last argument is bytes, of which there may be up to most.
func bytesFunc(most int) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var data []byte
		if err := c.Unpack(append(make([]any, len(c.Args)-1), &data)...); err != nil {
			return nil, err
		}
		if !shared(c.Interp).served || len(data) > most {
			return vendor.Failed, nil
		}
		return vendor.OK, nil
	}
}

func serverFuncs() []script.Func {
	serving := change(func(r *radio) bool { return r.served })
	uuid := "uuid_type, uuid_s, uuid_l"
	return []script.Func{
		{Name: "setLocalName", Params: "code, name", Doc: "Sets the name, up to 29 bytes; code is 0 UTF-8, 1 GBK.", Call: bytesFunc(29)},
		{Name: "setAdvParam", Params: "min_adv, max_adv, adv_type, addr_type, channel, filter_policy, discov_mode, no_br_edr, enable_adv", Doc: "Sets how to advertise.", Call: serving},
		{Name: "setAdvData", Params: "data", Doc: "Sets what to advertise, up to 31 bytes.", Call: bytesFunc(longestAdvert)},
		{Name: "setAdvRspData", Params: "data", Doc: "Sets the answer to scans, up to 31 bytes.", Call: bytesFunc(longestAdvert)},
		{Name: "addService", Params: "primary, server_id, " + uuid, Doc: "Adds a service.", Call: serving},
		{Name: "addChara", Params: "server_id, chara_id, chara_prop, " + uuid, Doc: "Adds a characteristic.", Call: serving},
		{Name: "addCharaValue", Params: "server_id, chara_id, permission, " + uuid + ", value", Doc: "Adds its value.", Call: serving},
		{Name: "changeCharaValue", Params: "server_id, chara_id, value", Doc: "Changes its value.", Call: serving},
		{Name: "addCharaDesc", Params: "server_id, chara_id, permission, " + uuid + ", value", Doc: "Adds a description.", Call: serving},
		{Name: "addOrClearService", Params: "option, mode", Doc: "Takes the services into use (1) or clears them (0).", Call: serving},
		{Name: "sendNotification", Params: "connect_id, attr_handle, value", Doc: "Sends a value to the client.", Call: notify},
		{Name: "sendIndication", Params: "connect_id, attr_handle, value", Doc: "Sends a value to the client, which acknowledges it.", Call: notify},
		{Name: "advStart", Doc: "Begins to advertise.", Call: advStart},
		{Name: "advStop", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.advertising; r.advertising = false; return was })},
	}
}

func advStart(c *script.Call) (any, error) {
	r := shared(c.Interp)
	if !r.on || !r.served {
		return vendor.Failed, nil
	}
	r.advertising = true
	c.Emit(event.Event{Layer: event.Builtin, Kind: Advertised})
	return vendor.OK, nil
}

func notify(c *script.Call) (any, error) {
	var data []byte
	var id, handle int
	if err := c.Unpack(&id, &handle, &data); err != nil {
		return nil, err
	}
	r := shared(c.Interp)
	if !r.linked || id != 0 {
		return vendor.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Notified, Text: c.Name(), Payload: append([]byte(nil), data...)})
	r.tell.Tell(r.server, script.Tuple{acknowledged, 0})
	return vendor.OK, nil
}

func scanFuncs() []script.Func {
	return []script.Func{
		{Name: "setScanParam", Params: "scan_mode, interval, scan_window, filter_policy, addr_type", Doc: "Sets how to scan.", Call: change(func(r *radio) bool { return r.used })},
		{Name: "scanStart", Doc: "Begins to scan; the callback hears (19, 0, type, name, address type, address, rssi, length, data).", Call: change(func(r *radio) bool {
			r.scanning = r.on && r.used
			clear(r.seen)
			return r.scanning
		})},
		{Name: "scanStop", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.scanning; r.scanning = false; return was })},
		{Name: "setScanFilter", Params: "act", Doc: "Reports each device once (1) or always (0).", Call: setFilter},
	}
}

func setFilter(c *script.Call) (any, error) {
	var act int
	if err := c.Unpack(&act); err != nil {
		return nil, err
	}
	shared(c.Interp).filter = act != 0
	return vendor.OK, nil
}

func clientFuncs() []script.Func {
	return vendor.RefusedFuncs(noPeer, "connect(addr_type, addr)", "cancelConnect(addr)", "disconnect(connect_id)", "discoverAllService(connect_id)",
		"discoverByUUID(connect_id, uuid_type, uuid_s, uuid_l)", "discoverAllIncludes(connect_id, start_handle, end_handle)",
		"discoverAllChara(connect_id, start_handle, end_handle)", "discoverAllCharaDesc(connect_id, start_handle, end_handle)",
		"readCharaByUUID(connect_id, start_handle, end_handle, uuid_type, uuid_s, uuid_l)", "readCharaByHandle(connect_id, handle, offset, is_long)",
		"readCharaDesc(connect_id, handle, is_long)", "writeChara(connect_id, handle, offset, is_long, data)",
		"writeCharaNoRsp(connect_id, handle, data)", "writeCharaDesc(connect_id, handle, data)", "exchangeMtu(connect_id, mtu_size)",
		"smpSetConfig(io_cap, auth_req, passkey, timeout)", "smpGetConfig", "smpStartPair(connect_id)",
		"smpUserConfirm(connect_id, pair_operation, pin)", "smpGetPairedDevInfo", "smpRemovePairedDev(addr)", "smpCleanPairedDev")
}
