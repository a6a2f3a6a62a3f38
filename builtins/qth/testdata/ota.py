# Upgrades of the module, of an MCU and of the script.
import Qth
import qth_ota
import quecstar
import utime


heard = []


def settle(calls):
    # Waits until so many callbacks have run, and prints what they heard.
    while len(heard) < calls:
        utime.sleep_ms(1)
    while heard:
        print(' ', *heard.pop(0))


def drain():
    for what, value, _ in quecstar.qth_sent():
        print(' sent', what, value)


def on_plan(plans):
    heard.append(('otaPlan', plans))


def on_result(comp, ok):
    heard.append(('result', comp, ok))


def info5(comp_no, version, url, md5, crc):
    heard.append(('info', comp_no, version, url, md5, crc))


class App:
    def info6(self, comp_no, version, url, size, md5, crc):
        heard.append(('info', comp_no, version, url, size, md5, crc))


app = App()
Qth.init()
Qth.setProductInfo('p11pUv', 'MUYxbkpu')
Qth.setEventCb({'ota': {'otaPlan': on_plan, 'fotaResult': on_result}})
Qth.setAppVer('V1.0.1', on_result)
Qth.setMcuVer('MCU1', 'V1.1', info5, on_result)
Qth.setMcuVer('MCU2', 'V2.1', app.info6, on_result)
print(Qth.otaRequest(), Qth.otaAction(1))
Qth.start()
settle(0)
print('nothing planned', Qth.otaRequest(), Qth.otaAction(1), Qth.otaAction(2))
drain()

quecstar.qth_ota(0, 'EC200U', 'R01', 'R02', 'http://example.org/fota.bin', 1000, battery=20, space=4000, signal=-100)
print(Qth.otaRequest())
settle(1)
print('accept', Qth.otaAction(1))
settle(1)
drain()

quecstar.qth_ota(1, 'MCU1', 'V1.1', 'V1.2', 'http://example.org/mcu.bin', 512, 'd41d8cd98f00b204e9800998ecf8427e', '1a2b3c4d')
quecstar.qth_ota(1, 'MCU2', 'V2.1', 'V2.2', 'http://example.org/mcu2.bin', 99, 'd41d8cd98f00b204e9800998ecf8427e', '00000000')
Qth.otaRequest()
settle(1)
print(Qth.otaAction(1))
settle(2)
drain()
Qth.setMcuVer('MCU1', 'V1.2', info5, on_result)
Qth.setMcuVer('MCU2', 'V2.1', app.info6, on_result)
settle(2)
drain()

quecstar.qth_ota(2, 'APP', 'V1.0.1', 'V1.0.2', 'http://example.org/app.tar')
Qth.otaRequest()
settle(1)
print('reject', Qth.otaAction(0))
settle(0)
drain()
print('again', Qth.otaRequest(), Qth.otaAction(1))
quecstar.qth_ota(2, 'APP', 'V1.0.1', 'V1.0.2', 'http://example.org/app.tar')
Qth.otaRequest()
settle(1)
print(Qth.otaAction(1))
settle(1)
drain()

print('by hand')
quecstar.qth_ota(1, 'MCU9', '', 'V9')
Qth.otaRequest()
qth_ota.otaAction(action=1)
settle(1)
drain()
print(qth_ota.report(1, 'MCU1', 5), qth_ota.result([-1, 0]), qth_ota.result((2, 100)), qth_ota.check())
print(qth_ota.appota(2, 'APP', 'http://example.org/app.tar'))
settle(1)
drain()
