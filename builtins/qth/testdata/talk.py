# A device's conversation with the platform.
import Qth
import quecstar
import utime

heard = []


def settle(calls):
    # Waits until so many callbacks have run, and prints what they heard.
    while len(heard) < calls:
        utime.sleep_ms(1)
    while heard:
        print(' ', *heard.pop(0))


def on_event(event, result):
    heard.append(('event', event, result))


def on_trans(value):
    heard.append(('recvTrans', value, Qth.sendTrans(1, value)))


def on_tsl(value):
    heard.append(('recvTsl', value, Qth.sendTsl(1, value)))


class Device:
    def on_read(self, ids, pkg):
        heard.append(('readTsl', ids, pkg, Qth.ackTsl(1, {i: i * 10 for i in ids}, pkg)))

    def on_service(self, server, value, pkg):
        heard.append(('readTslServer', server, value, pkg, Qth.ackTslServer(1, server, value, pkg)))


device = Device()
print('before init', Qth.start(), Qth.state(), Qth.sendTsl(1, {1: 1}))
print(Qth.init(), Qth.init(), Qth.start())
print(Qth.setProductInfo('', 'x'), Qth.setProductInfo('p11pUv', 'MUYxbkpu'))
print(Qth.setServer('iot'), Qth.setServer('mqtt://iot-south.acceleronix.io:1883'))
print(Qth.setLifetime(20), Qth.setLifetime(601), Qth.setLifetime(120), Qth.setApn('internet', '', ''))
print(Qth.setEventCb({'devEvent': on_event, 'recvTrans': on_trans, 'recvTsl': on_tsl, 'readTsl': device.on_read,
                      'readTslServer': device.on_service}))
print('start', Qth.start(), Qth.state())
settle(2)
print(Qth.sendTsl(1, {1: 180.25, 2: 'on', 7: {8: True, 9: [1, 2]}}), Qth.sendTsl(0, {3: False}))
print('refused', Qth.sendTsl(1, {}), Qth.sendTsl(2, {1: 1}), Qth.sendTsl(1, {'a': 1}), Qth.sendTsl(1, 5), Qth.sendTrans(0, ''))
print(Qth.sendTrans(0, 'hello'), Qth.sendTrans(mode=1, value=b'\x00\xff'))
for m in quecstar.qth_sent():
    print(m)

for arrive in (lambda: quecstar.qth_trans(b'\x01\x02'), lambda: quecstar.qth_tsl({4: True, 5: {6: 'x'}}), lambda: quecstar.qth_read([1, 2]),
               lambda: quecstar.qth_service(9, {10: 3})):
    number = arrive()
    settle(1)
    print(number)
for m in quecstar.qth_sent():
    print(m)

print(Qth.sendOutsideLocation('$GPGGA,1'), Qth.sendOutsideLocation(['$A', '$B']), Qth.sendOutsideLocation([]))
for m in quecstar.qth_sent():
    print(m)

print('drop')
quecstar.qth_drops()
settle(1)
print(Qth.state(), Qth.sendTsl(1, {1: 1}))
print(Qth.start(), Qth.state())
quecstar.qth_drops(-5904, True)
settle(4)
print(Qth.state())
print('stop', Qth.stop(), Qth.state(), Qth.stop())
quecstar.qth_refuses(-5892)
print(Qth.start(), Qth.state())
settle(2)
print(Qth.start(), Qth.state())
settle(2)
print('reset', Qth.reset(), Qth.state())
settle(2)
Qth.stop()
try:
    quecstar.qth_tsl({1: 1})
except OSError as e:
    print('OSError', e)
for bad in (5, {'devEvent': 5}):
    try:
        Qth.setEventCb(bad)
    except TypeError as e:
        print('TypeError', e)
Qth.setEventCb({})
print(Qth.start())
print(quecstar.qth_tsl({1: 1}) > 0)
