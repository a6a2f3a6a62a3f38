// Package queciot is the script module quecIot: Quectel's IoT platform as firmware before Qth has it.
//
//	import quecIot
//	quecIot.init()
//	quecIot.setEventCB(lambda args: print(args))
//	quecIot.setProductinfo("p11xxx", "c2VjcmV0")
//	quecIot.setConnmode(1)                  # (1, 10200), (2, 10200) and (3, 10200) come
//	quecIot.phymodelReport(1, {1: True})    # (4, 10210) comes
//
// Functions, results and event codes are those of the vendor's SDK in C (quecsdk, modquecIot.c and
// Ql_iotApi.h). The platform is not there: it takes every device and every message, which become events
// of the run, and says what a test has it say with quec_iot_event. Nothing leaves the machine. There
// are no upgrades and no devices behind the module: their functions fail.
package queciot

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Sent is the kind of the events that tell what a script sends to the platform.
const Sent event.Kind = "queciot.send"

// The kinds of the callback's events (Ql_iotApi.h, QIOT_ATEVENT_TYPE).
const (
	authenticated = iota + 1
	connected
	subscribed
	sent
	received
	loggedOut
)

// succeeded is the code of an event of a step that went well.
const succeeded = 10200

// The codes of what was sent (Ql_iotApi.h, QIOT_SEND_SUCC).
const (
	sentData     = 10200
	sentModel    = 10210
	sentLocation = 10220
	sentState    = 10230
	sentInfo     = 10240
)

// The states of getWorkState (Ql_iotApi.h, QIOT_STATE).
const (
	stateNone         = 0
	stateInitialized  = 1
	stateSubscribed   = 8
	stateDisconnected = 11
)

// client is the module's state. The interpreter lock guards it.
type client struct {
	tell     script.Teller
	state    int
	mode     int // of setConnmode: 0 not connected, 1 connected
	callback starlark.Callable

	key, secret, dk, ds string
	protocol, lifetime  int
	server              string
	session             bool
	context             int
	mcus                script.List // of (component, version)
}

// Module returns the table of the module.
func Module() *script.Module {
	funcs := append(connection(), settings()...)
	funcs = append(funcs, messages()...)
	return &script.Module{
		Name: "quecIot", Simulated: true,
		Controls: controls(),
		Doc:      "Quectel's IoT platform, as firmware before Qth has it; the platform takes everything.",
		Funcs:    append(funcs, upgrades()...),
	}
}

// controls are what a test plays the platform with.
func controls() []script.Func {
	return []script.Func{{Name: "quec_iot_event", Params: "event, code, data=None",
		Doc: "Has the callback of quecIot called, as by (5, 10210, {1: True}) when the platform sets a value.", Call: control}}
}

func connection() []script.Func {
	return []script.Func{
		{Name: "init", Doc: "Prepares the module; again, it disconnects. Returns True.", Call: initialize},
		{Name: "setEventCB", Params: "eventCB", Doc: "Has eventCB((event, code)) or eventCB((event, code, data)) called; returns True, or False before init.",
			Call: ready(func(c *client, call *script.Call) (any, error) { return true, call.Unpack(&c.callback) })},
		{Name: "setConnmode", Params: "mode", Doc: "Connects (1) or disconnects (0); returns False without a product.", Call: ready(connect)},
		{Name: "getConnmode", Doc: "Returns the mode, None before init.", Call: get(func(c *client) any { return c.mode })},
		{Name: "getWorkState", Doc: "Returns 0 before init, 1 behind it, 8 connected, 11 disconnected.", Call: func(c *script.Call) (any, error) { return self(c).state, nil }},
	}
}

// messages are what goes to the platform; all return False while the device is not connected.
func messages() []script.Func {
	return []script.Func{
		{Name: "passTransSend", Params: "mode, data", Doc: "Sends bytes with QoS mode; returns True or False.", Call: send("data", sentData, isBytes)},
		{Name: "phymodelReport", Params: "mode, data", Doc: "Reports values, a dict of ids; returns True or False.", Call: send("model", sentModel, isModel)},
		{Name: "phymodelAck", Params: "mode, pkgid, data", Doc: "Answers a question for values, event (5, 10211); returns True or False.", Call: send("answer", sentModel, isModel)},
		{Name: "statusReport", Params: "ids", Doc: "Reports the module's status; returns True or False.", Call: send("status", sentState, isList)},
		{Name: "devInfoReport", Params: "ids", Doc: "Reports information of the module; returns True or False.", Call: send("information", sentInfo, isList)},
		{Name: "locReportInside", Params: "titles", Doc: "Reports what the module's receiver says; returns True or False.", Call: send("location", sentLocation, isList)},
		{Name: "locReportOutside", Params: "nmea", Doc: "Reports sentences of a receiver; returns True or False.", Call: send("location", sentLocation, isList)},
		{Name: "getLocSupList", Doc: "Returns what locReportInside takes: nothing.", Call: func(*script.Call) (any, error) { return script.List{}, nil }},
	}
}

// upgrades are the functions of parts that are not simulated.
func upgrades() []script.Func {
	const why = "no upgrades and no devices behind the module are simulated"
	funcs := quectel.RefusedFuncs(why, "otaRequest(mode)", "otaAction(action)", "mcuFWDataRead(addr, len)", "getDevStatus(ids)", "getDevInfo(ids)",
		"getLocData(titles)", "setHttpOtaProductInfo(key, secret)", "getHttpOtaProductInfo", "setHttpOtaTls(mode)", "getHttpOtaTls",
		"setHttpOtaServer(url)", "getHttpOtaServer", "setHttpOtaUp(*args)", "getHttpOtaUp", "setHttpOtaEventCb(cb)",
		"subDevSetEventCB(cb)", "subDevConn(*args)", "subDevDisconn(*args)", "subDevDeauth(*args)", "subDevPassTransSend(*args)",
		"subDevTslReport(*args)", "subDevTslAck(*args)", "subDevHTB(*args)")
	for i := range funcs {
		var failed any = false
		if len(funcs[i].Name) > 3 && funcs[i].Name[:3] == "get" || funcs[i].Name == "mcuFWDataRead" {
			failed = nil
		}
		funcs[i].Doc = "Not simulated: returns False, or None in place of a value."
		funcs[i].Call = func(c *script.Call) (any, error) { return quectel.Refused(c, failed, why) }
	}
	return funcs
}
