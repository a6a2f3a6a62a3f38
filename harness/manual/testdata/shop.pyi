"""A module in Python."""
# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload
OPEN: int

class Till:
    """Where one pays."""
    coins: int
    def __init__(self, coins: Any = ...) -> None:
        """Where one pays."""
        ...
    def pay(self, amount, *, tip: Any = 0.5):
        """Takes money."""
        ...
