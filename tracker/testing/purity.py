"""Purity: whether a call looks at the clock, at chance, at files or at the network."""

import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from socket import socket
from types import FrameType, ModuleType
from typing import Any

_BY_NAME = {
    "time": "the clock", "time_ns": "the clock", "now": "the clock", "utcnow": "the clock", "today": "the clock",
    "localtime": "the clock", "gmtime": "the clock", "urandom": "chance", "random": "chance", "getrandbits": "chance",
    "open": "a file", "open_code": "a file", "connect": "the network", "connect_ex": "the network",
    "getaddrinfo": "the network", "sendto": "the network", "fork_exec": "another program", "sleep": "the clock",
}  # fmt: skip
_OWNERS = {
    "time", "datetime", "date", "posix", "nt", "_random", "Random", "SystemRandom", "io", "_io", "socket", "_socket",
    "_posixsubprocess",
}  # fmt: skip
_STDLIB = sysconfig.get_path("stdlib")


@contextmanager
def watched(found: list[str]) -> Iterator[None]:
    """Adds to `found` what the block reaches for, with the place: `the clock (now at acme/__init__.py:40)`."""

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and (what := _BY_NAME.get(getattr(arg, "__name__", ""))) and _owner(arg) in _OWNERS:
            found.append(f"{what} ({arg.__name__} at {_place(frame)})")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def impurities(function: Callable[[], object]) -> list[str]:
    """What a second run of a function reaches for; the first may still import and load what it needs."""
    function()
    found: list[str] = []
    with watched(found):
        function()
    return list(dict.fromkeys(found))


def _place(frame: FrameType) -> str:
    """The line outside of the standard library that led here."""
    at: FrameType | None = frame
    while at and at.f_code.co_filename.startswith(_STDLIB):
        at = at.f_back
    return f"{(at or frame).f_code.co_filename}:{(at or frame).f_lineno}"


def _owner(function: Any) -> str:
    """The module or class that a built-in belongs to; of objects, only sources of chance and sockets are told."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type | ModuleType):
        return owner.__name__.rpartition(".")[2]
    return type(owner).__name__ if isinstance(owner, Random | socket) else ""
