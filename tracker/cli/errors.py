"""Errors that somebody expected, as sentences."""

from tracker.config import ConfigError
from tracker.host.errors import PluginBug
from tracker.host.registry import UnknownProvider
from tracker.host.secrets import Unreadable
from tracker.sdk import PluginError
from tracker.services.refusals import Refused
from tracker.services.sync import NoCursor
from tracker.store.errors import StoreError

EXPECTED: tuple[type[Exception], ...] = (ConfigError, StoreError, PluginError, PluginBug, Unreadable)


def explain(error: Exception) -> str:
    """A sentence for an error that tells what to do by itself; empty for a bug."""
    if isinstance(error, (*EXPECTED, Refused, NoCursor, UnknownProvider)):
        return str(error).rstrip()
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return ""
