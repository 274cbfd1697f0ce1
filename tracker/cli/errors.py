"""Errors that somebody expected, as sentences."""

from tracker.config import ConfigError
from tracker.host.errors import PluginBug
from tracker.host.secrets import Unreadable
from tracker.sdk import PluginError
from tracker.store.errors import StoreError

EXPECTED: tuple[type[Exception], ...] = (ConfigError, StoreError, PluginError, PluginBug, Unreadable)


def explain(error: Exception) -> str:
    """A sentence for an error that tells what to do by itself; empty for a bug.

    Services name their refusals `Refused`; their text is written for people.
    """
    if isinstance(error, EXPECTED) or any(base.__name__ == "Refused" for base in type(error).__mro__):
        return str(error).rstrip()
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return ""
