# Runs f(n) of a program in CPython: peer.py PROGRAM N. Prints the nanoseconds that it took.
import sys
import time

space = {}
with open(sys.argv[1]) as program:
    exec(program.read(), space)
start = time.perf_counter_ns()
space["f"](int(sys.argv[2]))
print(time.perf_counter_ns() - start)
