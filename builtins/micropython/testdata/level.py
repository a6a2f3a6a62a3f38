import micropython

print(micropython.opt_level(), __debug__)
exec("assert __debug__")
micropython.opt_level(1)
exec("assert 0\nprint(__debug__)")
print(micropython.opt_level(), eval("__debug__"))
micropython.opt_level(3)
exec("""
def f():
    try:
        1 / 0
    except ZeroDivisionError as e:
        import sys
        sys.print_exception(e)
f()
""")
