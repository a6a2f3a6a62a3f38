import net
print(net.getApn(1, 0), net.setApn("3gnet", 0), net.getApn(0), net.getApn(1, 0))
print(net.setApn(2, 1, "iot", "me", "123", 2, 0), net.getApn(2, 0), net.getApn(0))
print(net.getApn(1), net.setApn("3gnet", 1), net.getApn(99, 0))
for wrong in (("3gnet",), (1, 0), (1.5, 0, "a", "", "", 0, 0)):
    try:
        net.setApn(*wrong)
    except TypeError as e:
        print(e)
