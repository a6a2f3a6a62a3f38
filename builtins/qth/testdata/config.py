# What is kept over a restart, and the parts of Qth by themselves.
import Qth
import qth_bus
import qth_config
import qth_dmp
import qth_file
import qth_init
import qth_tlsCert
import quecstar
import utime

print(qth_file.read_file('/usr/none.json'))
print(qth_file.write_file('/usr/a.json', {'n': 1, 'f': 1.5, 's': 'x', 'l': [1, None, True], 'd': {'k': 2}}))
a = qth_file.read_file('/usr/a.json')
print([(k, a[k]) for k in sorted(a)])
with open('/usr/a.json') as f:
    text = f.read()
with open('/usr/a.json', 'w') as f:
    f.write(text.replace('1.5', '2.5'))
print(qth_file.read_file('/usr/a.json'), qth_file.write_file('/none/a.json', {}))
try:
    qth_file.write_file('/usr/b.json', {1: print})
except TypeError as e:
    print('TypeError', e)

print(qth_config.init(), qth_config.setProductInfo(pk='p1', ps='secret'))
print(qth_config.setDevSecret('ds'), qth_config.saveBootstrap('mqtt://h:1883', 460), qth_config.save())
kept = qth_file.read_file('/usr/qth_config.ini')
print(kept == qth_file.read_file('/usr/qth_config_bak.ini'), kept['pk'], kept['ds'], kept['svr'], kept['mcc'])
print(qth_config.getBsEt(), qth_config.setBsEt('tls'), qth_config.getBsEt(), qth_config.setBsEt('none'))
print(qth_config.setOtaKey('k'), qth_config.getOtaKey(), qth_config.getMqttCert(), qth_tlsCert.getMqttCert())

heard = []


def settle(calls):
    while len(heard) < calls:
        utime.sleep_ms(1)
    print(heard)
    del heard[:]


# A secret that is not the platform's is refused.
qth_config.setEventCb({'devEvent': lambda event, result: heard.append((event, result))})
print(qth_init.start(), qth_dmp.state())
settle(2)
print(qth_init.reset(), qth_init.start(), qth_dmp.state())
settle(3)

info = qth_bus.getDevInfo([1, 2, 3, 11, 13, 14, 99])
print(sorted(info), info[11], info[13], info[14])
print(sorted(qth_bus.getDevStatus([1, 2, 3, 4, 5, 6, 7])))
print(qth_bus.sendDevInfo([11]), qth_bus.ackDevInfo([13], 7), qth_bus.sendDevStatus([1]), qth_bus.ackDevStatus(idList=[1], pkgId=8))
quecstar.qth_read_info([11, 14])
quecstar.qth_read_status([99])
print(qth_dmp.send('bus', 0x24, b'abc'), qth_dmp.send('ota', 0x24, b'abc'), qth_dmp.send('bus', 0x24, b'x', 500, 1))
for m in quecstar.qth_sent():
    print(m)
qth_init.stop()

print(qth_dmp.bootstrap('tcp', 'p1', 'dk', '460'), qth_dmp.bootstrap('tcp', 'p1', 'dk', 262))
print(qth_dmp.register('mqtt://h:1883', 120, 'p2', 's2', '860000000000001'), qth_dmp.state())
ds = qth_config.save() or qth_file.read_file('/usr/qth_config.ini')['ds']
print(qth_dmp.login('mqtt://h:1883', 120, 'p2', 's2', '860000000000001', 'wrong'), qth_dmp.state())
print(qth_dmp.login('mqtt://h:1883', 120, 'p2', 's2', '860000000000001', ds), qth_dmp.state())
print(qth_dmp.reset('mqtt://h:1883', 120, 'p2', 's2', '860000000000001', ds), qth_dmp.state())
settle(4)
for bad in (lambda: Qth.sendTsl(1), lambda: Qth.setLifetime('x'), lambda: Qth.ackTsl(1, {1: 1}, None)):
    try:
        bad()
    except TypeError as e:
        print('TypeError', e)
