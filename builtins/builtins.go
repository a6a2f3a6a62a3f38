// Package builtins lists the modules that scripts see, each a package of its own below this one.
package builtins

import (
	"quecstar/builtins/checknet"
	"quecstar/builtins/datacall"
	"quecstar/builtins/gc"
	"quecstar/builtins/hmac"
	"quecstar/builtins/log"
	"quecstar/builtins/machine"
	"quecstar/builtins/math"
	"quecstar/builtins/misc"
	"quecstar/builtins/modem"
	"quecstar/builtins/mqtt"
	"quecstar/builtins/net"
	"quecstar/builtins/ostimer"
	"quecstar/builtins/queue"
	"quecstar/builtins/sim"
	"quecstar/builtins/sleep"
	"quecstar/builtins/thread"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/ucollections"
	"quecstar/builtins/uhashlib"
	"quecstar/builtins/ujson"
	"quecstar/builtins/umqtt"
	"quecstar/builtins/urandom"
	"quecstar/builtins/ure"
	"quecstar/builtins/ustruct"
	"quecstar/builtins/usys"
	"quecstar/builtins/utime"
	"quecstar/harness/script"
)

// All returns the table of every module.
func All() []*script.Module {
	return []*script.Module{
		checknet.Module(), datacall.Module(), gc.Module(), hmac.Module(), log.Module(), machine.Module(), math.Module(),
		misc.Module(), modem.Module(), mqtt.Module(), net.Module(), ostimer.Module(), queue.Module(), sim.Module(),
		sleep.Module(), thread.Module(), ubinascii.Module(), ucollections.Module(), uhashlib.Module(), ujson.Module(),
		umqtt.Module(), urandom.Module(), ure.Module(), ustruct.Module(), usys.Module(), utime.Module(),
	}
}

// Later are the modules of QuecPython that are not there yet.
func Later() []string {
	return []string{"app_fota", "atcmd", "audio", "aLiYun", "ble", "bt", "camera", "cellLocator", "ethernet",
		"example", "fota", "gnss", "ntptime", "pm", "ql_fs", "qrcode", "Qth", "quecgnss",
		"request", "securedata", "sms", "sys_bus", "system", "TenCentYun", "uasyncio", "ucryptolib", "uio",
		"uos", "uping", "usocket", "ussl", "uwebsocket", "uzlib", "voiceCall", "wakeup", "wifilocator", "wifiScan",
		"os", "io", "socket", "zlib", "cryptolib", "array", "micropython"}
}
