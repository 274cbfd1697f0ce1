"""A first configuration: fresh keys in a file that its owner alone can read."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

_HEAD = """\
# Settings of this portal, read by every command that starts in the folder above.
# `tracker doctor --settings` lists all there are. Keep a copy of TRACKER_KEYS where it cannot get lost:
# without it tracking links and the plugins' settings are gone.
"""


def new_key(name: str = "k1") -> str:
    """A fresh entry for TRACKER_KEYS."""
    return f"{name}:{secrets.token_urlsafe(32)}"


def write_configuration(path: Path, settings: Mapping[str, str]) -> bool:
    """Writes the settings into a new file, empty ones left out; False when there is one, which stays as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [f"{name}={value}" for name, value in settings.items() if value]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(_HEAD + "\n".join(lines) + "\n")
    return True
