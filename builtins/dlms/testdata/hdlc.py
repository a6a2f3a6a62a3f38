# A client on a serial line: frames of HDLC, their numbers, and messages in several frames.
import dlms


def crc(data):
    # X-25, by division.
    reg = 0xFFFF
    for byte in data:
        reg ^= byte
        for _ in range(8):
            reg = (reg >> 1) ^ (0x8408 if reg & 1 else 0)
    reg ^= 0xFFFF
    return bytes([reg & 255, reg >> 8])


def frame(control, info=b'', to=b'\x21', sap=16, segmented=False):
    head = to + bytes([sap * 2 + 1, control])
    size = 2 + len(head) + 2 + (len(info) + 2 if info else 0)
    body = bytes([0xA0 | (8 if segmented else 0) | size >> 8, size & 255]) + head
    if info:
        body += crc(body) + info
    return b'\x7e' + body + crc(body) + b'\x7e'


def show(b):
    return ' '.join('%02x' % x for x in b)


def send(data):
    answer = bytes(dlms.handle_request(data, len(data)))
    if answer:
        assert answer[0] == answer[-1] == 0x7e and crc(answer[1:-3]) == answer[-3:-1], show(answer)
    return answer


def parts(answer, skip=0):
    # The control field and the information of an answer.
    at = 3 + skip + 1 + 1
    return '%02x' % answer[at - 1 + 0], show(answer[at + 2:-3])


reg = dlms.Register('1.0.1.8.0.255', 7)
big = dlms.Data('0.0.96.1.0.255')
big.value = bytes(range(200))
dlms.AssociationLogicalName('0.0.40.0.1.255')
AARQ = b'\xe6\xe6\x00\x60\x1d\xa1\x09\x06\x07\x60\x85\x74\x05\x08\x01\x01\xbe\x10\x04\x0e\x01\x00\x00\x00\x06\x5f\x1f\x04\x00\x00\x10\x1f\x04\x00'
GET = b'\xe6\xe6\x00\xc0\x01\xc1\x00\x03\x01\x00\x01\x08\x00\xff\x02\x00'
LONG = b'\xe6\xe6\x00\xc0\x01\xc1\x00\x01\x00\x00\x60\x01\x00\xff\x02\x00'

print('not connected', show(send(frame(0x10, AARQ))), show(send(frame(0x53))), show(send(frame(0x11))))
print('snrm', show(send(frame(0x93))))
print(parts(send(frame(0x10, AARQ))))
print(parts(send(frame(0x32, GET))))
print('again', parts(send(frame(0x32, GET))))
print('segments', parts(send(frame(0x54, GET[:9], segmented=True))), parts(send(frame(0x56, GET[9:]))))
first = send(frame(0x78, LONG))
print(show(first[:3]), parts(first)[0])
second = send(frame(0x91))
print(show(second[:3]), parts(second)[0], first[8:-3] + second[8:-3] == b'\xe6\xe7\x00\xc4\x01\xc1\x00\x09\x81\xc8' + bytes(range(200)))
print('ready', show(send(frame(0xb1))), 'unknown', show(send(frame(0x97))))

cfg = dlms.IecHdlcSetup('0.0.22.0.0.255', maxInfoLenTx=64, maxInfoLenRx=300, windowSizeTx=2, deviceAddr=0x20)
dlms.set_hdlc(cfg)
print('others', send(frame(0x93)), send(frame(0x93, to=b'\x02\x21')), send(frame(0x93, to=b'\x02\x21\x02\x23')))
proposal = b'\x81\x80\x0e\x05\x02\x01\x00\x06\x02\x01\x00\x07\x01\x07\x08\x01\x07'
print('negotiated', show(send(frame(0x93, proposal, to=b'\x02\x41'))))
print('long address', show(send(frame(0x93, to=b'\x00\x02\x00\x41')))[:26], 'all', show(send(frame(0x93, to=b'\xff')))[:17])
print('disc', show(send(frame(0x53, to=b'\x41'))), show(send(frame(0x53, to=b'\x41'))))

# Two frames at once, with one flag between them, behind junk, and broken ones.
two = b'\x00\xff' + frame(0x93, to=b'\x41')[:-1] + frame(0x53, to=b'\x41')
print('two', show(bytes(dlms.handle_request(two, len(two)))))
good = frame(0x93, to=b'\x41')
for bad in (good[:-3] + b'\x00\x00\x7e', good[:-1], good[:5], b'\x7e\x7e\x7e', b'\x7e\xa0\x00\x7e', good[:1] + b'\xb0' + good[2:]):
    print(show(bytes(dlms.handle_request(bad, len(bad)))))
print(dlms.run(), dlms.run(), dlms.stop(), dlms.stop(), dlms.run())
