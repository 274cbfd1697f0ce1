"""Deprecations: what a plugin still may do and a later API version will not know, told with the plugin's own line."""

import inspect
import warnings
from collections.abc import Callable
from typing import Any


class Deprecated(FutureWarning):
    """A plugin is written in an older way. Shown by default; `-W error::tracker.sdk.Deprecated` makes it an error."""


def deprecated(function: Callable[..., Any], message: str) -> None:
    """Warns about one function of a plugin, at its own file and line: `message` says what to write instead."""
    plain = inspect.unwrap(function)
    code = plain.__code__ if inspect.isfunction(plain) else getattr(plain, "__func__", plain).__code__
    warnings.warn_explicit(message, Deprecated, code.co_filename, code.co_firstlineno, plain.__module__)
