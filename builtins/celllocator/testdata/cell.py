import cellLocator, quecstar
def locate(server="www.queclocator.com", token="1" * 16, timeout=8, profile=1):
    return cellLocator.getLocation(server, 80, token, timeout, profile)
print(locate())
quecstar.cell_location(31.82, 117.11, 150)
print(locate(), locate(profile=2), locate(token="x"), locate(timeout=301), locate(server="s" * 256))
print(cellLocator.getLocation("www.queclocator.com", 80, "1" * 16, 8))
quecstar.cell_location()
print(locate())
