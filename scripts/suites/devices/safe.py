"""Keeps its settings twice, so that a file that a power cut broke is put back at the next start; and breaks it then."""

import backup_restore  # which puts back what is broken
import ujson
import utime

try:
    with open("/usr/settings.json") as f:
        print("settings", ujson.load(f)["limit"])
except (OSError, ValueError):
    with open("/bak/backup_restore.json", "w") as f:
        f.write('{"enable": 1}')
    backup_restore.bak_update("/usr/settings.json", {"limit": 100})
    print("factory settings")
while True:  # a careless way to write a file: whenever the power goes, half of it is there
    with open("/usr/settings.json", "w") as f:
        f.write('{"limit": ')
    utime.sleep(1)
    with open("/usr/settings.json", "a") as f:
        f.write("100}")
