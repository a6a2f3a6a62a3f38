// Package aliyun is the script module aLiYun: a device of Alibaba Cloud's IoT platform over MQTT as
// QuecPython has it. It is a Python module over umqtt, and reaches what umqtt reaches.
//
//	from aLiYun import aLiYun
//	ali = aLiYun(productKey, None, DeviceName, DeviceSecret)
//	ali.setMqtt("client", clean_session=False, keepAlive=300)   # 0, or -1
//	ali.setCallback(lambda topic, msg: print(topic, msg))
//	ali.subscribe("/%s/%s/user/get" % (productKey, DeviceName))
//	ali.start()
//
// The client id, the user name and the password are those of Alibaba's documentation "Establish MQTT
// connections over TCP", with HMAC-SHA256 and no time stamp. Without a DeviceSecret the one is
// taken that /usr/secret.json keeps for the device, or got by the productSecret over HTTPS (Alibaba's
// documentation "HTTPS-based dynamic registration of devices") and kept there.
// getAliyunSta is 0 while connected, 1 while connecting, 2 when the server closed the connection, and
// -1 otherwise.
package aliyun

import (
	_ "embed" // for the source

	"quecstar/builtins/mqttdevice"
	"quecstar/harness/script"
)

//go:embed aLiYun.py
var source string

// Module is the table of aLiYun.
func Module() *script.Module {
	return &script.Module{Name: "aLiYun", Lang: script.Python, Doc: "Alibaba Cloud's IoT platform.", Source: mqttdevice.Source + source}
}
