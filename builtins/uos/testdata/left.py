# A main script has uos without importing it, as the firmware's start leaves it behind.
def folders():
    return [name for name in uos.listdir("/") if name in ("usr", "bak")]

print(folders(), uos.getcwd())

# A module that it imports has not.
try:
    import parts.plain
except NameError as e:
    print(e)
