import uos as os

print(os.getcwd(), os.listdir("/"))
os.mkdir("/usr/d")
os.chdir("/usr/d")
with open("x", "w") as f:
    f.write("12345")
print(os.getcwd(), os.listdir(), [e for e in os.ilistdir("/usr/d")])
print(os.stat("x")[:7], os.stat("/usr/d")[0], len(os.stat("x")))
os.rename("x", "/usr/y")
print(os.listdir("/usr/d"), "y" in os.listdir("/usr"))
for bad in (lambda: os.remove("none"), lambda: os.mkdir("/usr/d"), lambda: os.rmdir("/usr/y"), lambda: os.remove("/usr/d"),
            lambda: os.listdir("/none"), lambda: os.stat("/none"), lambda: os.rmdir("/usr"), lambda: os.urandom(-1)):
    try:
        bad()
        print("no error")
    except (OSError, ValueError) as e:
        print(type(e).__name__, e.args)
os.rmdir("/usr/d")
os.remove("/usr/y")
v = os.statvfs("/usr")
print(v[0], v[2] - v[3], len(os.urandom(5)), len(os.uname()), os.uname()[0], os.uname2()[0])
with open("/usr/system_config.json") as f:  # as the firmware's start leaves it
    print(f.read())
print(os.uname()[5], os.uname2().nodename, os.uname2()[-1])
