// Package builtins lists the modules that scripts see, each a package of its own below this one.
package builtins

import (
	"quecstar/builtins/checknet"
	"quecstar/builtins/datacall"
	"quecstar/builtins/hmac"
	"quecstar/builtins/log"
	"quecstar/builtins/machine"
	"quecstar/builtins/misc"
	"quecstar/builtins/modem"
	"quecstar/builtins/mqtt"
	"quecstar/builtins/net"
	"quecstar/builtins/sim"
	"quecstar/builtins/sleep"
	"quecstar/builtins/thread"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/ujson"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/urandom"
	"quecstar/builtins/ure"
	"quecstar/builtins/usys"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

// All returns the table of every module.
func All() []*script.Module {
	return []*script.Module{
		checknet.Module(), datacall.Module(), hmac.Module(), log.Module(), machine.Module(), misc.Module(),
		modem.Module(), mqtt.Module(), net.Module(), sim.Module(), sleep.Module(), thread.Module(), ubinascii.Module(),
		uhashlib.Module(), ujson.Module(), umqtt.Module(), urandom.Module(), ure.Module(), usys.Module(),
		utime.Module(),
	}
}

// Later are the modules of QuecPython that are not there yet.
func Later() []string {
	return []string{"app_fota", "atcmd", "audio", "aLiYun", "ble", "bt", "camera", "cellLocator", "ethernet",
		"example", "fota", "gc", "gnss", "math", "ntptime", "osTimer", "pm", "ql_fs", "qrcode", "Qth", "quecgnss", "queue",
		"request", "securedata", "sms", "sys_bus", "system", "TenCentYun", "uasyncio", "ucollections", "ucryptolib", "uio",
		"uos", "uping", "usocket", "ussl", "ustruct", "uwebsocket", "uzlib", "voiceCall", "wakeup", "wifilocator", "wifiScan",
		"os", "io", "struct", "collections", "socket", "zlib", "cryptolib", "array", "micropython"}
}
