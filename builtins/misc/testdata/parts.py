from misc import ADC, PWM, PWM_V2, PowerKey, USB
import quecstar, utime

adc = ADC()
print(adc.read(ADC.ADC0), adc.open(), adc.read(ADC.ADC0))
quecstar.adc_voltage(0, 1234)
print(adc.read(ADC.ADC0), adc.read(9), adc.close(), adc.read(0))
p = PWM(PWM.PWM0, PWM.ABOVE_MS, 1, 2)
print(p.open(), p.close(), PWM_V2(PWM_V2.PWM1, 100.0, 50).open())
heard = []
print(PowerKey().powerKeyEventRegister(heard.append), USB().setCallback(lambda s: heard.append(("usb", s))), USB().getStatus())
quecstar.power_key(1)
quecstar.power_key(0)
quecstar.usb_plug(0)
while len(heard) < 3:
    utime.sleep_ms(1)
print(heard)
try:
    PWM(0, 0, 5, 2)
except ValueError as e:
    print(e)
