# Written by 'quecstar stubs'.
from typing import Any, Awaitable, Callable, Iterable, Iterator, Literal, Self, Sequence, overload
from led import *
