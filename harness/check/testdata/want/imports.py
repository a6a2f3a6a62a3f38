import typing  # want: error: no module typing on a module: it is CPython's; leave annotations out
import functools, itertools  # want: no module functools | no module itertools
from dataclasses import dataclass  # want: no module dataclasses
import os.path  # want: no module os.path on a module: it is CPython's; use uos.stat and slices
import utimer  # want: error: no module utimer, and no such file beside the script; did you mean utime?
import lvgl  # want: error: module lvgl of QuecPython is not there yet
import usr.neighbour, usr
from usr.neighbour import twice, thrice, Box  # want: error: neighbour.py binds no thrice; did you mean twice?
from neighbour import Box as Container, nothing  # want: neighbour.py binds no nothing
from usr import neighbour as n
from utime import sleep, sleepy  # want: error: module utime has no sleepy; did you mean sleep?

try:
    import threading  # want: note: no module threading
except ImportError:
    threading = None
try:
    import requests  # want: note: no module requests
except (OSError, ImportError):
    import request as requests
try:
    import ujson as json
except ImportError:
    import json
try:
    import logging  # want: error: no module logging
except ValueError:
    pass
try:
    pass
except ImportError:
    import asyncore  # want: error: no module asyncore


def late():
    import datetime  # want: error: no module datetime
    from queue import Queue, PriorityQueue  # want: module queue has no PriorityQueue
    return datetime, Queue()


n.twice(1), n.thrice(2)  # want: neighbour.py binds no thrice
n.later = 1
n.later
requests.get("x")
json.dumps({}), json.dumbs({})  # want: error: module ujson has no dumbs; did you mean dumps?
threading.Thread
dataclass, Container, PriorityQueue, sleepy, nothing, thrice
