import uio
f = uio.open("/usr/c", "w")
f.write("x")
print(uio.close(f))
try:
    f.write("y")
except OSError as e:
    print("OSError")
uio.close(5)
