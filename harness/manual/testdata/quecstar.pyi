"""The simulated parts from outside: what arrives, what is pressed, what a sensor sees."""
# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload

def led_burnt(pin: int):
    """Burns a light out.

    pin: the light that burns out"""
    ...
