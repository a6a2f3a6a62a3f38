import uos, quecstar, utime
from uos import VfsSd
from machine import Pin

card = VfsSd("sd_fs")
print(uos.mount(card, "/sd"), uos.listdir("/sd"), uos.listdir("/"))
with open("/sd/a.txt", "w+") as f:
    f.write("on the card")
uos.mkdir("/sd/d")
print(sorted(uos.listdir("/sd")), open("/sd/a.txt").read(), uos.stat("/sd/a.txt")[6])

heard = []
print(card.set_det(card.GPIO10, 0), uos.set_callback(heard.append), card.set_det(99, 0), uos.set_det(10, 2))
pin = Pin(Pin.GPIO10, Pin.IN)
print(pin.read())
quecstar.sd_card(0)
print(pin.read())
for bad in (lambda: open("/sd/a.txt"), lambda: open("/sd/new", "w"), lambda: uos.listdir("/sd"), lambda: VfsSd("sd_fs"), lambda: uos.VfsFat(1, 0, 4, 1)):
    try:
        bad()
        print("no error")
    except OSError as e:
        print(e.args[0])
quecstar.sd_card(1)
quecstar.sd_card(1)
while len(heard) < 2:
    utime.sleep_ms(1)
print(heard, open("/sd/a.txt").read(), card.set_det(10, 1), pin.read())

flash = uos.VfsLfs1(32, 32, 32, "ext_fs", 1, 0)
uos.mount(flash, "/ext")
uos.mount(uos.VfsEmmc("x"), "/emmc")
open("/ext/b", "w").close()
print(uos.listdir("/ext"), uos.listdir("/emmc"), uos.listdir("/"))
uos.chdir("/sd")
print(uos.getcwd(), sorted(uos.listdir()), uos.umount("/ext"), uos.listdir("/"))
uos.mount(uos.VfsFat(1, 0, 4, 1), "/fat")
print(sorted(uos.listdir("/fat")))
for bad in (lambda: uos.umount("/ext"), lambda: uos.mount(flash, "/sd"), lambda: uos.mount(flash, "/a/b"), lambda: uos.mount(5, "/x"), lambda: uos.mount(pin, "/x"), lambda: uos.VfsLfs1(1, 1, 1, "other", 0, 0), lambda: uos.rmdir("/sd"), lambda: uos.listdir("/.volumes")):
    try:
        bad()
        print("no error")
    except OSError as e:
        print(e.args[0])
