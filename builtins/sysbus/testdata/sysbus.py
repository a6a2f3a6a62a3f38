import utime


def wait(got, n):
    while len(got) < n:
        utime.sleep_ms(1)
    return got


import sys_bus
got = []
def a(topic, msg):
    got.append(("a", topic, msg))
def b(topic, msg):
    got.append(("b", topic, msg))
print(sys_bus.subscribe("t", a), sys_bus.subscribe("t", a), sys_bus.subscribe("t", b), sys_bus.subscribe(1, a))
print(sys_bus.publish("t", {"x": 1}), sorted(wait(got, 2)))
print(sys_bus.publish(1, None), wait(got, 3)[2], sys_bus.publish("none", 1))
print(list(sys_bus.sub_table()), sys_bus.sub_table("t") == [a, b], sys_bus.sub_table("x"))
print(sys_bus.unsubscribe("t", a), sys_bus.unsubscribe("t", a), sys_bus.unsubscribe("t"), sys_bus.unsubscribe("t"), list(sys_bus.sub_table()))
sys_bus.subscribe(1.5, a)
