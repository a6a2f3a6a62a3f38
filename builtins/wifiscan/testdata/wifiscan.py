import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import wifiScan, quecstar
got = []
print(wifiScan.getState(), wifiScan.start(), wifiScan.control(2), wifiScan.control(1), wifiScan.getState(), wifiScan.start())
quecstar.wifi_stations([("34:CE:00:09:E5:A%d" % i, -40 - i) for i in range(5)] + [("00:00:00:00:00:01", -20)])
print(wifiScan.getCfgParam(), wifiScan.setCfgParam(5, 2, 4), wifiScan.getCfgParam(), wifiScan.setCfgParam(3, 2, 4, 0))
print(wifiScan.start())
print(wifiScan.asyncStart(), wifiScan.setCallback(got.append), wifiScan.asyncStart(), wait(got, 1)[0][0])
print(wifiScan.support(), wifiScan.getConfig(), wifiScan.setConfig(5, 2, 6, 3, 0), wifiScan.getConfig(), wifiScan.setConfig(5, 2, 6, 0, 0), wifiScan.getCfgParam())
