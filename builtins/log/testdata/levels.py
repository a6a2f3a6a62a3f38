import log


class Lines:
    def __init__(self):
        self.all = []

    def write(self, s):
        self.all.append(s)


lines = Lines()
log.basicConfig(level=log.WARNING, stream=lines)
a, b = log.getLogger("a"), log.getLogger("b")
a.setLevel(log.DEBUG)
a.debug("shown")
b.debug("not shown")
print(a.isEnabledFor(log.DEBUG), b.isEnabledFor(log.DEBUG), b.isEnabledFor(log.ERROR))
a.setLevel(log.NOTSET)
a.info("not shown")
b.log(log.ERROR, "%s of %d", "one", 2)
b.log(35, "between")
b.log(5, "not shown")
print(lines.all)
try:
    log.basicConfig(filename="/usr/x.log")
except NotImplementedError as e:
    print(e)
