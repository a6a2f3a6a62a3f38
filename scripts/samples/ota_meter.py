"""A water meter that upgrades itself:

    quecstar run --upgrade 1.1=scripts/samples/updates/ota_meter.py scripts/samples/ota_meter.py

The platform offers version 1.1, which comes to run in the place of this file, and reports itself. On a module this
file is /usr/main.py, which the firmware starts, and PROGRAM says so.
"""

import modem
from usr.ota_client import OtaClient

VERSION = "1.0"
PROGRAM = "/usr/ota_meter.py"
PRODUCT = "5fbbb784b4ec2202e982e643"
SECRET = "ac4263b86eaf6442997a"

meter = OtaClient(PRODUCT + "_" + modem.getDevImei(), SECRET, PROGRAM, VERSION)
meter.connect()
print("ota_meter", VERSION)
meter.report("WaterMeterControl", {"state": "12 l"})
meter.serve()
