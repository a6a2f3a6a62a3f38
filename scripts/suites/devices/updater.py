"""Fetches new files, and restarts with them once all are there."""

import app_fota
import uos
import usys
import utime
from misc import Power

FILES = [
    {"url": "http://files.example/main.py", "file_name": "/usr/main.py"},
    {"url": "http://files.example/lib.py", "file_name": "/usr/lib.py"},
]

try:
    uos.stat("/usr/lib.py")
    print("updated")
    usys.exit()
except OSError:
    pass
utime.sleep(5)  # the network first
upgrade = app_fota.new()
print("update")
failed = upgrade.bulk_download(FILES)
if failed:
    print("failed:", ", ".join(f["file_name"] for f in failed))
else:
    upgrade.set_update_flag()
    print("restart")
    Power.powerRestart()
