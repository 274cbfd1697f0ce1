"""What a carrier tells beside scans: proofs of delivery, and where a parcel waits to be collected."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of delivery. `kind` is `photo` or `signature`.

    Either `body` holds the picture's bytes (PNG, JPEG, WebP or GIF), or `url` is an https address where the worker may
    get it. The portal draws every picture anew, without what cameras write into it, before anybody sees it.
    """

    kind: str
    body: bytes = b""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where a parcel waits to be collected. `until` is the wall clock there at which it goes back, `hours` are lines.

    `code` is what the customer shows or types in to get it; it is shown to nobody but the customer.
    """

    name: str
    address: str = ""
    hours: tuple[str, ...] = ()
    until: datetime | None = None
    code: str = ""
    point: tuple[float, float] | None = None


_SIGNS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_LONGEST = 7_000_000


def read_proof(kind: str, told: object) -> Proof | None:
    """A proof from what an answer holds: a picture in base64 (a data URL too), or an https address; else `None`.

    What is there but no picture (an empty text, a PDF, a page) is `None` as well.
    """
    if not isinstance(told, str) or not 0 < len(told) <= _LONGEST:
        return None
    if told.startswith("https://"):
        return Proof(kind, url=told)
    try:
        body = b64decode(told.partition(",")[2] if told.startswith("data:") else told)
    except ValueError:
        return None
    return Proof(kind, body) if body.startswith(_SIGNS) else None
