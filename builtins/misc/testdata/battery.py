import quecstar, utime
from misc import Power

down = [(4176, 100), (3900, 60), (3700, 30), (3246, 0)]
up = [(4178, 98), (3803, 31), (3789, 30), (3375, 0)]
print(Power.batGetSoc(), Power.getVbatt())
try:
    quecstar.battery(2)
except RuntimeError as e:
    print(e)
heard = []
print(Power.batManageInit([], up), Power.batManageInit(down, up), Power.batSetCallback(heard.append), Power.batGetSoc())
quecstar.battery(2)
quecstar.battery(3)
quecstar.battery(1)
while len(heard) < 5:
    utime.sleep_ms(1)
print(heard, Power.batGetSoc())
for wrong in (5, [1], [("a", 2)]):
    try:
        Power.batManageInit(down, wrong)
    except TypeError as e:
        print(e)
