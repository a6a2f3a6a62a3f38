# The objects as a script sees them.
import dlms
from dlms import AssociationLogicalName, Clock, Conformance, Data, DLMSContext, IecHdlcSetup, Register, SecurityPolicy, SecuritySetup, Unit

print(Conformance.READ | Conformance.WRITE, Conformance.ACTION, Unit.VOLTAGE, Unit.NO_UNIT, SecurityPolicy.AUTHENTICATED_ENCRYPTED, Clock.BASE_RADIO)
print(dlms.get_all_objects(), dlms.get_serial_number(), repr(dlms.get_flag_id()))

d = Data('1.0.1.8.0.255')
print(d, d.logical_name, d.value)
for v in (42, -1, b'\x01\x02', 'hello', True, None):
    d.value = v
    print(repr(d.value), end=' ')
print()
r = Register('1.0.1.8.1.255', 5)
print(r.value, r.unit, r.scaler, r.logical_name)
r.value, r.unit, r.scaler = 42, Unit.VOLTAGE, 10
print(r.value, r.unit, r.scaler, r.reset(), r.value)
r2 = Register(logical_name='1.0.1.8.2.255', default_value=1, unit=30, scaler=-3)
print(r2.unit, r2.scaler, r == r2, r == dlms.get_all_objects()[1], len(dlms.get_all_objects()))
s = SecuritySetup('0.0.43.0.1.255')
s.security_policy, s.security_suite, s.min_invocation_counter = SecurityPolicy.ENCRYPTED, 1, 1000
print(s.security_policy, s.security_suite, s.min_invocation_counter)
c = Clock('0.0.1.0.0.255')
print(c.begin, c.end, c.time_zone, c.deviation, c.base, c.status, c.enabled, len(c.time))
c.time = (2025, 8, 8, 12, 0, 0)
c.time_zone, c.enabled, c.begin, c.status = -480, 1, (2025, 3, 9, 2, 0, 0), 8
print(c.enabled, c.begin, c.status, c.time_zone)
h = IecHdlcSetup('0.0.22.0.0.255')
print(h.commSpeed, h.windowSizeRx, h.windowSizeTx, h.maxInfoLenTx, h.maxInfoLenRx, h.timeout, h.deviceAddr)
h.commSpeed, h.deviceAddr = 19200, 0x20
print(h.commSpeed, h.deviceAddr, IecHdlcSetup('0.0.22.0.1.255', 300, 2, 3, 64, 65, 10, 17).maxInfoLenRx)
ctx = DLMSContext(dlmsVersionNumber=6, conformance=Conformance.GET)
print(ctx.conformance, ctx.maxReceivePduSize, ctx.dlmsVersionNumber, ctx.qualityOfService, ctx)
a = AssociationLogicalName('0.0.40.0.1.255')
print(a.app_context_name, a.secret, a.auth_mechanism, a.objects, a.clientSAP, a.security_setup, a.context)
a.objects, a.security_setup, a.context, a.secret, a.auth_mechanism, a.clientSAP = [r, d], s, ctx, b'pw', 'Low', 1
print(a.objects == [r, d], a.security_setup is s, a.security_setup == s, a.context == ctx, a.secret, a.auth_mechanism)
a.secret, a.security_setup = None, None
print(a.secret, a.security_setup)
dlms.print_all_objects()
Data('1.0.1.8.0.255').value = 9
print(len([o for o in dlms.get_all_objects() if o.logical_name == b'\x01\x00\x01\x08\x00\xff']))

print(dlms.set_default_clock(c), dlms.set_hdlc(h), dlms.set_serial_number(serial=12345), dlms.get_serial_number(), dlms.set_flag_id('ABC'), dlms.get_flag_id())
for f in (lambda: Data('1.2.3'), lambda: Data('1.0.1.8.0.256'), lambda: Data(5), lambda: Data(), lambda: Register('1.0.1.8.0.255'), lambda: Register('1.0.1.8.0.255', 'x'),
          lambda: DLMSContext(5), lambda: DLMSContext(size=1), lambda: setattr(d, 'value', 1.5), lambda: setattr(d, 'value', []), lambda: setattr(d, 'nothing', 1),
          lambda: setattr(d, 'logical_name', 1), lambda: setattr(d, 'value', 1 << 70), lambda: setattr(r, 'unit', 256), lambda: setattr(c, 'time', (2025, 2, 30, 0, 0, 0)),
          lambda: setattr(c, 'time', 5), lambda: setattr(a, 'objects', [1]), lambda: setattr(a, 'context', s), lambda: setattr(a, 'security_setup', 1), lambda: d.nothing,
          lambda: IecHdlcSetup('0.0.22.0.0.255', maxInfoLenTx=5), lambda: Unit(), lambda: dlms.set_hdlc(c), lambda: dlms.set_default_clock(1), lambda: dlms.set_flag_id('AB'),
          lambda: dlms.set_serial_number(-1), lambda: dlms.uart_open(9), lambda: dlms.uart_open('x')):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(dlms.uart_open(), dlms.uart_open(1), dlms.uart_close(), dlms.uart_close())
