import example
value = 1
print(example.exec("/usr/parts/other.py"), value)
try:
    example.exec("/usr/parts/none.py")
except OSError as e:
    print("OSError")
example.exec("/usr/parts/raises.py")
