"""An application that closes every meter's valve by the cloud's API, and says what each answered."""

import request
import ujson

API = "https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/0"


def call(method, path, body=None):
    answer = request.request(method, API + path, json=body)
    return answer.status_code, ujson.loads("".join(list(answer.text)))


_, devices = call("GET", "/devices")
for device in devices["devices"]:
    status, answer = call("POST", "/devices/" + device["device_id"] + "/commands",
                          {"service_id": "Meter", "command_name": "valve", "paras": {"open": False}})
    print(device["device_id"], status, answer.get("response", answer))
