import uio
f = uio.open("/usr/c", "w")
f.write("x")
print(uio.close(f))
try:
    f.write("y")
except ValueError as e:
    print("ValueError")
uio.close(5)
