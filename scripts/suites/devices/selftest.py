"""What a factory asks of a module before it is packed: one line for each, and the verdict."""

import modem
import net
import sim


def luhn(imei):
    return sum(sum(divmod(int(c) * (1 + i % 2), 10)) for i, c in enumerate(imei)) % 10 == 0


checks = [
    ("imei", len(modem.getDevImei()) == 15 and luhn(modem.getDevImei())),
    ("model", modem.getDevModel() != ""),
    ("firmware", modem.getDevFwVersion() != ""),
    ("card", sim.getStatus() == 1),
    ("signal", 0 < net.csqQueryPoll() <= 31),
]
for name, good in checks:
    print(name, "good" if good else "bad")
print("pass" if all(good for _, good in checks) else "fail")
