from machine import KeyPad
import quecstar, utime
pad = KeyPad(3, 2)
heard = []
try:
    quecstar.key(0, 0)
except OSError as e:
    print(e)
print(pad.init(), pad.set_callback(heard.append))
quecstar.key(2, 1)
quecstar.key(0, 0, 1)
quecstar.key(0, 0, 1)
quecstar.key(0, 0, 0)
while len(heard) < 4:
    utime.sleep_ms(1)
print(heard)
try:
    quecstar.key(0, 2)
except OSError as e:
    print(e)
print(pad.deinit(), pad.deinit(), KeyPad().init(), KeyPad(2).init(), quecstar.key(1, 3))
for rows, cols in ((0, 1), (1, 7)):
    try:
        KeyPad(rows, cols)
    except ValueError as e:
        print(e)
