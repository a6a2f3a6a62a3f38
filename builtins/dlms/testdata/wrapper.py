# A client that speaks through the wrapper of TCP and UDP: associations, get, set, action, and blocks.
import dlms


def obis(text):
    return bytes(int(x) for x in text.split('.'))


def show(b):
    return ' '.join('%02x' % x for x in b)


def talk(apdu, client=16):
    frame = bytes([0, 1, 0, client, 0, 1, len(apdu) >> 8, len(apdu) & 255]) + apdu
    answer = dlms.handle_request(frame, len(frame))
    if not answer:
        return b''
    assert answer[:6] == bytes([0, 1, 0, 1, 0, client]) and len(answer) == 8 + (answer[6] << 8 | answer[7]), show(answer)
    return bytes(answer[8:])


ALL = b'\x00\x18\x1d' # get, set, action, selective access, event notification
CONTEXT = b'\xa1\x09\x06\x07\x60\x85\x74\x05\x08\x01\x01'


def aarq(password=None, conformance=b'\x00\x50\x1f', pdu=b'\x04\x00', context=CONTEXT, mechanism=1, version=6):
    body = context
    if password is not None:
        body += b'\x8a\x02\x07\x80\x8b\x07\x60\x85\x74\x05\x08\x02' + bytes([mechanism])
        body += bytes([0xac, len(password) + 2, 0x80, len(password)]) + password
    initiate = b'\x01\x00\x00\x00' + bytes([version]) + b'\x5f\x1f\x04\x00' + conformance + pdu
    body += bytes([0xbe, len(initiate) + 2, 4, len(initiate)]) + initiate
    return bytes([0x60, len(body)]) + body


def get(cls, ln, attr, select=b'\x00'):
    return talk(b'\xc0\x01\xc1' + bytes([cls >> 8, cls & 255]) + obis(ln) + bytes([attr]) + select)


def put(cls, ln, attr, data):
    return show(talk(b'\xc1\x01\xc1' + bytes([cls >> 8, cls & 255]) + obis(ln) + bytes([attr, 0]) + data))


def act(cls, ln, method, data=None):
    return show(talk(b'\xc3\x01\xc1' + bytes([cls >> 8, cls & 255]) + obis(ln) + bytes([method]) + (b'\x00' if data is None else b'\x01' + data)))


energy = dlms.Register('1.0.1.8.0.255', 1000, unit=dlms.Unit.ACTIVE_ENERGY, scaler=-2)
data = dlms.Data('0.0.96.1.0.255')
clock = dlms.Clock(logical_name='0.0.1.0.0.255', time_zone=60, base=dlms.Clock.BASE_GPS)
clock.time = (2026, 1, 2, 3, 4, 5)
setup = dlms.SecuritySetup('0.0.43.0.0.255')
public = dlms.AssociationLogicalName('0.0.40.0.1.255')
public.context = dlms.DLMSContext(conformance=dlms.Conformance.GET | dlms.Conformance.BLOCK_TRANSFER_WITH_GET_OR_READ, maxSendPduSize=64)
private = dlms.AssociationLogicalName('0.0.40.0.2.255')
private.clientSAP = 32
private.auth_mechanism = 'Low'
private.secret = b'password'
private.objects = [energy, data, clock]
private.security_setup = setup
dlms.set_flag_id('ABC')
dlms.set_serial_number(42)

print('before', show(get(3, '1.0.1.8.0.255', 2)), show(talk(b'\x62\x00')), show(talk(b'\x99')), show(talk(b'')))
print('public', show(talk(aarq())))
print(show(get(3, '1.0.1.8.0.255', 2)), '/', show(get(3, '1.0.1.8.0.255', 3)), '/', show(get(3, '1.0.1.8.0.255', 1)))
print('wrong', show(get(3, '1.0.1.8.0.255', 9)), '/', show(get(1, '1.0.1.8.0.255', 2)), '/', show(get(1, '9.9.9.9.9.9', 2)), '/',
      show(get(15, '0.0.40.0.1.255', 7)), '/', show(get(3, '1.0.1.8.0.255', 2, b'\x01\x01\x00')))
print('not negotiated', put(1, '0.0.96.1.0.255', 2, b'\x00'), act(3, '1.0.1.8.0.255', 1))
print('name', get(1, '0.0.42.0.0.255', 2)[6:])
for value in (0, -5, 1 << 40, b'\x01\x02', 'text', 'h\u00e9', True, False, None):
    data.value = value
    print(repr(value), show(get(1, '0.0.96.1.0.255', 2)))
data.value = bytes(range(100))
block, got = get(1, '0.0.96.1.0.255', 2), b''
while True:
    print('block', show(block[:10]), len(block))
    got += block[10:]
    if block[3]:
        break
    block = talk(b'\xc0\x02\xc1' + block[4:8])
print(got == b'\x09\x64' + bytes(range(100)), show(talk(b'\xc0\x02\xc1\x00\x00\x00\x07')))
get(1, '0.0.96.1.0.255', 2)
print('wrong block', show(talk(b'\xc0\x02\xc1\x00\x00\x00\x07')))
print('release', show(talk(b'\x62\x00')), show(get(3, '1.0.1.8.0.255', 2)))


def private_talk(f):
    global talk
    old = talk
    talk = lambda apdu: old(apdu, 32)
    try:
        f()
    finally:
        talk = old


def session():
    for request in (aarq(), aarq(b'wrong'), aarq(b'password', mechanism=2), aarq(b'password', context=CONTEXT[:-1] + b'\x03'),
                    aarq(b'password', version=5), aarq(b'password', conformance=b'\x18\x00\x00'), b'\x60\x02\xa1\x09'):
        print('refused', show(talk(request)))
    print('private', show(talk(aarq(b'password', conformance=b'\x00\x52\x1f'))))
    print('list', show(talk(b'\xc0\x03\xc1\x02\x00\x03' + obis('1.0.1.8.0.255') + b'\x03\x00\x00\x01' + obis('0.0.96.1.0.255') + b'\x09\x00')))
    print(put(1, '0.0.96.1.0.255', 2, b'\x05\x00\x00\x00\x2a'), data.value, put(1, '0.0.96.1.0.255', 2, b'\x0a\x02hi'), data.value,
          put(1, '0.0.96.1.0.255', 2, b'\x09\x02hi'), data.value, put(1, '0.0.96.1.0.255', 2, b'\x03\x01'), data.value,
          put(1, '0.0.96.1.0.255', 2, b'\x00'), data.value, put(1, '0.0.96.1.0.255', 2, b'\x12\x01\x00'), data.value)
    print(put(1, '0.0.96.1.0.255', 2, b'\x17\x00\x00\x00\x00'), put(1, '0.0.96.1.0.255', 1, b'\x00'), put(3, '1.0.1.8.0.255', 2, b'\x10\xff\xff'), energy.value)
    print('set list', show(talk(b'\xc1\x04\xc1\x02\x00\x01' + obis('0.0.96.1.0.255') + b'\x02\x00\x00\x03' + obis('1.0.1.8.0.255') + b'\x03\x00\x02\x11\x07\x00')), data.value)
    print('reset', act(3, '1.0.1.8.0.255', 1, b'\x0f\x00'), energy.value, act(3, '1.0.1.8.0.255', 2), act(1, '0.0.96.1.0.255', 1))
    print('clock', show(get(8, '0.0.1.0.0.255', 2)[4:11]), show(get(8, '0.0.1.0.0.255', 3)), show(get(8, '0.0.1.0.0.255', 9)), show(get(8, '0.0.1.0.0.255', 5)))
    print(act(8, '0.0.1.0.0.255', 1), clock.time[:5], act(8, '0.0.1.0.0.255', 6, b'\x10\x00\x64'), clock.time[:4], act(8, '0.0.1.0.0.255', 3), clock.time[:5])
    moment = b'\x07\xe7\x0c\x1f\x07\x17\x3b\x00\x00\x80\x00\x00'
    print(put(8, '0.0.1.0.0.255', 2, b'\x09\x0c' + moment), clock.time[:5], put(8, '0.0.1.0.0.255', 2, b'\x09\x01x'), put(8, '0.0.1.0.0.255', 5, b'\x09\x0c' + b'\xff' * 12), clock.begin)
    print(act(8, '0.0.1.0.0.255', 5, b'\x02\x03\x09\x0c' + moment + b'\x09\x00\x09\x00'), act(8, '0.0.1.0.0.255', 4), clock.time[:5], put(8, '0.0.1.0.0.255', 8, b'\x03\x01'), clock.enabled)
    for attr in range(1, 10):
        print('association', attr, show(get(15, '0.0.40.0.0.255', attr)))
    print('short', show(talk(b'\xc0\x01\xc1\x00')), show(talk(b'\xc1\x01\xc1')), show(talk(b'\xc1\x02\xc1')), show(talk(b'\xc3\x01\xc1\x00\x03')))


private_talk(session)
frame = bytes([0, 1, 0, 16, 0, 1, 0, 2, 0x62, 0])
print(dlms.handle_request(frame, 4), dlms.handle_request(b'junk', 4), dlms.handle_request(b'xx' + frame, len(frame) + 2), type(dlms.handle_request(b'', 0)))
try:
    dlms.handle_request(b'', 1)
except ValueError as e:
    print('ValueError', e)
