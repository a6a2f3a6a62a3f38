import uerrno, errno
print(uerrno.ENOENT, errno.ETIMEDOUT, uerrno.errorcode[111])
try:
    open("/usr/none")
except OSError as e:
    print(e.args[0] == errno.ENOENT, uerrno.errorcode[e.errno])
