import helper
from usr.drivers.helper import bump, nothing, count, Box
from helper import hidden, lid
from usr.drivers import helper as again
from usr.drivers import nosuch
import broken

try:
    from helper import gone
except ImportError:
    gone = None

try:
    from math import sin
except ImportError:
    from maths import sin
    import other
