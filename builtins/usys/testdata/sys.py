import usys, sys
print(sys.byteorder, sys.platform, sys.version_info[0], sys.maxsize, sys.implementation[0], len(sys.argv))
sys.stdout.write("direct\n")
try:
    raise ValueError("shown")
except ValueError as e:
    sys.print_exception(e, sys.stdout)
print("usys" in sys.modules, sys.path[0] == "")
try:
    sys.exit("why")
except SystemExit as e:
    print("exit", e.args)
try:
    sys.print_exception(5)
except TypeError as e:
    print(e)
sys.exit(4)
