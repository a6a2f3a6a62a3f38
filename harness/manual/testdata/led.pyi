"""The lights of the board. There are three."""
# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload
RED: int
"""A light."""
NAME: str
"""What it is called."""

class Strip:
    """Lights in a row."""
    L1: int
    """A light."""
    L2: int
    """A light."""
    L3: int
    """A light."""
    count: int
    """How many lights it has."""
    def __init__(self, count: int = 8) -> None:
        """A strip of so many.

        count: how many lights it has"""
        ...
    @overload
    def color(self) -> tuple:
        """Returns the color, or sets it."""
        ...
    @overload
    def color(self, rgb: tuple) -> None:
        """Returns the color, or sets it."""
        ...
    def __enter__(self) -> Self:
        """The strip, for with."""
        ...

def on(pin: int, brightness: int = 100, /) -> int:
    """Switches a light on; returns 0 or -1.

    pin: the number of the light
    brightness: per cent; more than 100 is 100, and what is less than 1 switches it off"""
    ...

def state(pin: int, *rest) -> tuple | Any:
    """Returns (on, brightness), or -1.

    pin: the number of the light
    Nothing is raised."""
    ...

def strip() -> Strip:
    """Returns the strip of lights."""
    ...

def blink(pin: int):
    """Not simulated: returns -1.

    pin: the number of the light"""
    ...
