import WDT, machine
print(WDT.feed(), WDT.stop())
dog = machine.WDT(60)
print(WDT.feed(), WDT.stop(), dog.stop())
