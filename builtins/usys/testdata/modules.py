import sys

# An import looks into sys.modules first, and what is deleted there is imported anew.
class Fake:
    limit = 7
    def __init__(self, v):
        self.v = v
    def get(self):
        return self.v


sys.modules["fake"] = Fake(1)
import fake
print(fake.get(), fake.limit)
sys.modules["fake"] = Fake(2)
from fake import get
print(get(), fake.get())
from fake import *
print(v, limit, get())
print("fake" in sys.modules, "usys" in sys.modules or "sys" in sys.modules)
del sys.modules["fake"]
try:
    import fake
except ImportError:
    print("gone")
print(__import__("sys") is sys, __import__("usys").byteorder)
