// Package tencentyun is the script module TenCentYun: a device of Tencent Cloud's IoT Hub over MQTT
// as QuecPython has it. It is a Python module over umqtt, and reaches what umqtt reaches.
//
//	from TenCentYun import TXyun
//	tx = TXyun(productID, devicename, devicePsk, None)
//	tx.setMqtt()                                   # 0, or -1
//	tx.setCallback(lambda topic, msg: print(topic, msg))
//	tx.subscribe("%s/%s/control" % (productID, devicename))
//	tx.start()
//
// The client id, the user name and the password are those of Tencent's documentation "Device access
// over MQTT on TCP", with HMAC-SHA256. Without a devicePsk the one is taken that /usr/tx_secret.json
// keeps for the device, or got by the ProductSecret over HTTPS (Tencent's documentation "Dynamic
// registration API description" and "Signature algorithm") and kept there. getTXyunsta is 0 while
// connected, 1 while connecting, 2 when the server closed the connection, and -1 otherwise.
package tencentyun

import (
	_ "embed" // for the source

	"quecstar/builtins/mqttdevice"
	"quecstar/harness/script"
)

//go:embed TenCentYun.py
var source string

// Module is the table of TenCentYun.
func Module() *script.Module {
	return &script.Module{Name: "TenCentYun", Lang: script.Python, Doc: "Tencent Cloud's IoT Hub.", Source: mqttdevice.Source + source}
}
