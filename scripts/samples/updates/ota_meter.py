"""Version 1.1 of ../ota_meter.py: it tells of leaks, too."""

import modem
from usr.ota_client import OtaClient

VERSION = "1.1"
PROGRAM = "/usr/ota_meter.py"
PRODUCT = "5fbbb784b4ec2202e982e643"
SECRET = "ac4263b86eaf6442997a"

meter = OtaClient(PRODUCT + "_" + modem.getDevImei(), SECRET, PROGRAM, VERSION)
meter.connect()
print("ota_meter", VERSION)
meter.report("WaterMeterControl", {"state": "12 l, no leak"})
meter.serve()
