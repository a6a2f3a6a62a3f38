import utime


def twice(x):
    return 2 * x


class Box:
    pass


if utime:
    level = 1
