"""Watches the network: says what is missing, and makes the data connection again when it is lost."""

import checkNet
import dataCall
import utime

online = None
while True:
    stage, code = checkNet.waitNetworkReady(5)
    now = "no card" if stage == 1 else "no network %d" % code if stage == 2 else "online" if code == 1 else "no connection"
    if now == "no connection":
        dataCall.activate(1)
    if now != online:
        online = now
        print(now)
    utime.sleep(5)
