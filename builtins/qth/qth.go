// Package qth is the script modules Qth and qth_*: Quectel's IoT platform, the Developer Center of
// Acceleronix.
//
//	import Qth
//	Qth.init()
//	Qth.setProductInfo("p1xxxx", "secret")
//	Qth.setEventCb({"devEvent": lambda event, result: print(event, result),
//	                "recvTsl": lambda value: print(value)})
//	Qth.start()
//	Qth.sendTsl(1, {1: 180.25})       # True
//
// Functions, callbacks and error codes are those of the vendor's documentation ("Product Configuration
// API", "Device Connection API", "Data Interaction API", "OTA Upgrade API"), packets and TSL values
// those of the vendor's SDK in C. The platform is this program: it reads every packet, tells of it on
// the event stream, and sends what a test has it send by qth_tsl, qth_read, qth_service, qth_trans
// and qth_ota. Nothing leaves the machine, also with a real server's address. Upgrades are not
// fetched: the module's and the script's succeed at once.
package qth

import "quecstar/harness/script"

// Modules returns the tables of Qth and its parts.
func Modules() []*script.Module {
	all := []*script.Module{mainModule(), busModule(), configModule(), dmpModule(), fileModule(), initModule(), otaModule(), protocolModule(), certModule()}
	for _, m := range all {
		m.Usr = true
	}
	return all
}

// parts are the functions that Qth gathers from the other modules.
var (
	connecting = []script.Func{
		{Name: "init", Doc: "Prepares the SDK; returns True or False.", Call: initialize},
		{Name: "start", Doc: "Connects the device; returns False without init or a product. devEvent hears how it went.", Call: start},
		{Name: "stop", Doc: "Disconnects the device.", Call: stop},
		{Name: "reset", Doc: "Forgets the device's secret and binding; devEvent hears 3.", Call: reset},
	}
	configuring = []script.Func{
		{Name: "setProductInfo", Params: "pk, ps", Doc: "Sets the product's key and secret; returns True or False.", Call: setProduct},
		{Name: "setServer", Params: "url", Doc: "Sets the platform's address; returns True or False.", Call: setServer},
		{Name: "setLifetime", Params: "lifetime", Doc: "Sets the keep-alive, 21 to 600 seconds; returns True or False.", Call: setLifetime},
		{Name: "setEventCb", Params: "eventlist", Doc: "Sets the callbacks: a dict of devEvent, recvTrans, recvTsl, readTsl, readTslServer, and ota, a dict of otaPlan and fotaResult.", Call: setEvents},
		{Name: "setMcuVer", Params: "comp_no, version, infoCB, resultCB", Doc: "Names an MCU and its version; infoCB hears of firmware for it, resultCB how an upgrade ended.", Call: setMCUVersion},
		{Name: "setAppVer", Params: "version, resultCB", Doc: "Names the script's version; resultCB hears how an upgrade ended.", Call: setAppVersion},
	}
	sending = []script.Func{
		{Name: "sendTrans", Params: "mode, value", Doc: "Sends bytes with QoS 0 or 1; returns True or False.", Call: sendTrans},
		{Name: "sendTsl", Params: "mode, value", Doc: "Reports TSL values, a dict of ids; returns True or False.", Call: sendTSL},
		{Name: "ackTsl", Params: "mode, value, pkgId", Doc: "Answers a question for TSL values; returns True or False.", Call: ackTSL},
		{Name: "ackTslServer", Params: "mode, serverId, value, pkgId", Doc: "Answers the call of a TSL service; returns True or False.", Call: ackService},
		{Name: "sendOutsideLocation", Params: "location", Doc: "Reports the sentences of a receiver, a str or a list; returns True or False.", Call: sendLocation},
		{Name: "sendDevInfo", Params: "idList", Doc: "Reports information of the module; returns True or False.", Call: sendInfo(cmdSendInfo)},
		{Name: "sendDevStatus", Params: "idList", Doc: "Reports the module's status; returns True or False.", Call: sendInfo(cmdSendStatus)},
	}
	upgrading = []script.Func{
		{Name: "otaRequest", Doc: "Asks for upgrade plans; otaPlan hears them. Returns True or False.", Call: requestOTA},
		{Name: "otaAction", Params: "otaAction", Doc: "Accepts the plans (1) or rejects them (0); returns True or False.", Call: actOTA},
	}
)

func join(lists ...[]script.Func) []script.Func {
	var all []script.Func
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func mainModule() *script.Module {
	return &script.Module{Name: "Qth", Simulated: true, Controls: controls(), Doc: "Quectel's IoT platform, played by this program.",
		Funcs: join(connecting, configuring, sending, upgrading, []script.Func{
			{Name: "setApn", Params: "apn, username, password", Doc: "Sets the data connection.", Call: setAPN},
			{Name: "state", Doc: "Returns whether the device is connected.", Call: state},
		})}
}

func initModule() *script.Module {
	return &script.Module{Name: "qth_init", Simulated: true, Doc: "Qth's connection.", Funcs: join(connecting)}
}

func busModule() *script.Module {
	return &script.Module{Name: "qth_bus", Simulated: true, Doc: "Qth's messages.",
		Funcs: join(sending, []script.Func{
			{Name: "getDevInfo", Params: "idList", Doc: "Returns information of the module, a dict of ids 1 to 14.", Call: getValues(cmdSendInfo)},
			{Name: "ackDevInfo", Params: "idList, pkgId", Doc: "Answers a question for information; returns True or False.", Call: sendInfo(cmdAckInfo)},
			{Name: "getDevStatus", Params: "idList", Doc: "Returns the module's status, a dict of ids 1 to 7.", Call: getValues(cmdSendStatus)},
			{Name: "ackDevStatus", Params: "idList, pkgId", Doc: "Answers a question for the status; returns True or False.", Call: sendInfo(cmdAckStatus)},
		})}
}

func configModule() *script.Module {
	return &script.Module{Name: "qth_config", Doc: "Qth's configuration, kept in /usr/qth_config.ini.",
		Funcs: join(configuring, []script.Func{
			{Name: "init", Doc: "Reads the configuration; returns True or False.", Call: initialize},
			{Name: "save", Doc: "Writes the configuration.", Call: saveConfig},
			{Name: "setDevSecret", Params: "ds", Doc: "Sets and keeps the device's secret.", Call: setSecret},
			{Name: "saveBootstrap", Params: "url, mcc", Doc: "Sets and keeps the platform's address and the country.", Call: saveBootstrap},
			{Name: "setOtaInfo", Params: "comp_no, version, comp_type", Doc: "Notes an upgrade that is under way.", Call: setOTAInfo},
			{Name: "setBsEt", Params: "type", Doc: "Sets the security of the connection, tcp, psk, tls or cer; returns True or False.", Call: setSecurity},
			{Name: "getBsEt", Doc: "Returns the security of the connection.", Call: getSecurity},
			{Name: "getMqttCert", Doc: "Not there: returns None.", Call: certificate, Refused: true},
			{Name: "setOtaKey", Params: "key", Doc: "Sets the key of upgrades.", Call: setOTAKey},
			{Name: "getOtaKey", Doc: "Returns the key of upgrades.", Call: getOTAKey},
		})}
}

func dmpModule() *script.Module {
	return &script.Module{Name: "qth_dmp", Simulated: true, Doc: "Qth's connection, step by step.", Funcs: []script.Func{
		{Name: "bootstrap", Params: "et, pk, dk, mcc", Doc: "Returns the platform's address for a country.", Call: bootstrap},
		{Name: "state", Doc: "Returns whether the device is connected.", Call: state},
		{Name: "register", Params: "url, lifetime, pk, ps, dk", Doc: "Fetches the device's secret; returns True or False.", Call: registerDevice},
		{Name: "login", Params: "url, lifetime, pk, ps, dk, ds", Doc: "Connects with the device's secret; returns True or False.", Call: loginDevice},
		{Name: "reset", Params: "url, lifetime, pk, ps, dk, ds", Doc: "Forgets the device's secret and connects anew.", Call: resetDevice},
		{Name: "send", Params: "topic_type, cmd, payload, pkgId=0, qos=0", Doc: "Sends a packet to the topic bus, sys or ota; returns True or False.", Call: sendRaw},
	}}
}

func fileModule() *script.Module {
	return &script.Module{Name: "qth_file", Doc: "Files of JSON with their SHA-256.", Funcs: []script.Func{
		{Name: "read_file", Params: "filename", Doc: "Returns what a file holds, or None when it is not there or not whole.", Call: readJSON},
		{Name: "write_file", Params: "filename, file_json", Doc: "Writes a file; returns True or False.", Call: writeJSON},
	}}
}

func otaModule() *script.Module {
	return &script.Module{Name: "qth_ota", Simulated: true, Doc: "Qth's upgrades, step by step.", Funcs: []script.Func{
		{Name: "notify", Params: "val", Doc: "Takes upgrade plans that came, and shows them to otaPlan.", Call: notifyOTA},
		{Name: "result", Params: "args", Doc: "Takes [state, percentage] of a download.", Call: resultOTA},
		{Name: "fwInfo", Params: "val", Doc: "Takes the address of firmware that came.", Call: firmwareOTA},
		upgrading[0],
		{Name: "report", Params: "comp_type, comp_no, status_code", Doc: "Tells the platform of a step; returns True or False.", Call: reportStep},
		{Name: "otaAction", Params: "action", Doc: upgrading[1].Doc, Call: actOTA},
		{Name: "check", Doc: "Ends the upgrades whose version has come.", Call: checkOTA},
		{Name: "appota", Params: "compo_type, compo_no, url", Doc: "Upgrades the script.", Call: appOTA},
	}}
}

func protocolModule() *script.Module {
	return &script.Module{Name: "qth_protocol", Doc: "The packets and values of the platform.", Funcs: []script.Func{
		{Name: "getPkgId", Doc: "Returns the next packet's number.", Call: getPkgID},
		{Name: "format", Params: "pid, cmd, byte", Doc: "Returns a packet as bytes.", Call: formatPacket},
		{Name: "unformat", Params: "byte", Doc: "Returns (number, command, payload) of a packet, or None.", Call: unformatPacket},
		{Name: "ttlv_format", Params: "dicts", Doc: "Returns TSL values as bytes, or None.", Call: formatTTLV},
		{Name: "ttlv_unformat", Params: "byte", Doc: "Returns TSL values as a dict, or None.", Call: unformatTTLV},
	}}
}

func certModule() *script.Module {
	return &script.Module{Name: "qth_tlsCert", Doc: "The platform's certificate, which the vendor does not publish.", Funcs: []script.Func{
		{Name: "getMqttCert", Doc: "Not there: returns None.", Call: certificate, Refused: true}}}
}
