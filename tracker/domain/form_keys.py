"""Form keys: the name that a form carries, so that two presses of its button are one deed."""

import re
import secrets

_KEY = re.compile(r"[0-9a-f]{32}")


def make_key() -> str:
    """A key for a form that is being shown."""
    return secrets.token_hex(16)


def is_key(text: str) -> bool:
    """Whether a form's key is one that we made."""
    return _KEY.fullmatch(text) is not None
