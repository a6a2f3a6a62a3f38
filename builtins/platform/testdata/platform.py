import platform

print(platform.platform())
print(repr(platform.python_compiler()), platform.libc_ver())
