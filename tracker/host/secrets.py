"""Encryption of what is kept: plugins' settings and their tokens."""

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SHORTEST_KEY = 32


class Unreadable(Exception):
    """A sealed text that none of the keys opens."""


class SecretBox:
    """Seals and opens texts under a list of keys: the first seals, all open, so that keys can be rotated.

    Raises `ValueError` for no key, or one shorter than 32 characters.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a secret key of at least {SHORTEST_KEY} characters is needed; `tracker init` makes one")
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in keys])
        # The same few settings are opened for every delivery and every page.
        self._open = lru_cache(maxsize=256)(self._decrypt)

    def seal(self, text: str) -> str:
        """The text, encrypted and authenticated, as ASCII."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises `Unreadable` when it was altered or its key is gone."""
        return self._open(sealed)

    def _decrypt(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unreadable("cannot be decrypted: put the key it was written with back into the key list") from None


def _derive(key: str) -> bytes:
    """A Fernet key. The label keeps it apart from whatever else the same configured secret is used for."""
    return base64.urlsafe_b64encode(hashlib.blake2b(key.encode(), digest_size=32, person=b"tracker-box").digest())
