# A str that is evaluated may hold a NUL in a literal or comment, not elsewhere.
print(eval("b'\x07\x00\x01'"), eval("len('a\x00b')"))
exec("x = 1 # a\x00b\nprint(x)")
for bad in ("1\x00+1", "\x00"):
    try:
        eval(bad)
    except SyntaxError:
        print("SyntaxError")
