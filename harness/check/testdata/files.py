import ujson
import uos

with open("/usr/none.json") as f:
    print(ujson.load(f))
print(open("usr/files.py", "rb").read(1), open("/usr/files.py", mode="r").read(1))
print(open("readings.bin", "rb").read(), open("readings.bin").read(), uos.stat("/usr/update.bin"))
with open("/usr/log.txt", "w") as f:
    f.write("x")
print(open("/usr/log.txt").read(), open("/usr/system_config.json").read())
try:
    print(open("/usr/config.json").read())
except OSError:
    pass
