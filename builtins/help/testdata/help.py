import gc, modem, umqtt, uasyncio, usocket
from utime import ticks_diff
print("- a module"); help(gc)
print("- a function"); help(ticks_diff)
print("- a class"); help(umqtt.MQTTClient)
c = umqtt.MQTTClient("a", "b")
print("- a method of an instance"); help(c.publish)
print("- a function of a module in Python"); help(uasyncio.gather)
print("- names"); help("open"); help("umqtt.MQTTClient.pubish"); help("hlep")
print("- itself"); help(help)
print("- other values"); help(1)
print("- a method of a class"); help(umqtt.MQTTClient.ping); print(umqtt.MQTTClient.ping is umqtt.MQTTClient.ping)
