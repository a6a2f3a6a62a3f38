"""Time."""
# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload

def sleep_ms(ms, /):
    """Sleeps for milliseconds."""
    ...
