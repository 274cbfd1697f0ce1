"""What a carrier tells beside scans: proofs of delivery, and where a parcel waits to be collected."""

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
