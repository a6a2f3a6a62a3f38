# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload

def const(x): ...
def load(file: str, /, *names: str, **renamed: str) -> None: ...
def fail(*args: Any, sep: str = " ") -> Any: ...

class struct:
    def __init__(self, **fields: Any) -> None: ...
    def __getattr__(self, name: str) -> Any: ...

class sys:
    argv: list[str]

class led:
    """The lights of the board. There are three."""
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
    @staticmethod
    def on(pin: int, brightness: int = 100, /) -> int:
        """Switches a light on; returns 0 or -1.

        pin: the number of the light
        brightness: per cent; more than 100 is 100, and what is less than 1 switches it off"""
        ...
    @staticmethod
    def state(pin: int, *rest) -> tuple | Any:
        """Returns (on, brightness), or -1.

        pin: the number of the light
        Nothing is raised."""
        ...
    @staticmethod
    def strip() -> led.Strip:
        """Returns the strip of lights."""
        ...
    @staticmethod
    def blink(pin: int):
        """Not simulated: returns -1.

        pin: the number of the light"""
        ...

uled = led

class quecstar:
    """The simulated parts from outside: what arrives, what is pressed, what a sensor sees."""
    @staticmethod
    def led_burnt(pin: int):
        """Burns a light out.

        pin: the light that burns out"""
        ...

def sleep_ms(ms):
    """Sleeps."""
    ...
