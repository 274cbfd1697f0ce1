"""Photos that customers send with a concern: drawn anew, shown to them and to staff, and let go in time."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.concerns import KEEP_PHOTOS, MOST_PHOTOS, PHOTO_BYTES, PHOTOS_AT_ONCE
from tracker.i18n import gettext as _
from tracker.i18n import ngettext
from tracker.store import concerns as rows
from tracker.store.concerns import Photo

from .pictures import redraw
from .portal import Portal
from .refusals import Refused

FIELD = "photos"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A photo as it is kept."""

    content_type: str
    body: bytes


def redraw_all(bodies: Sequence[bytes]) -> list[Drawn]:
    """Uploaded pictures as they are kept. Raises `Refused` for too many, and where one is too large or no picture."""
    if len(bodies) > PHOTOS_AT_ONCE:
        told = ngettext("Send %(count)s photo at a time.", "Send at most %(count)s photos at a time.", PHOTOS_AT_ONCE)
        raise Refused(told % {"count": PHOTOS_AT_ONCE}, FIELD)
    return [Drawn(*redraw(body, most_bytes=PHOTO_BYTES, field=FIELD)) for body in bodies]


def keep(portal: Portal, shop: int, concern: int, remark: int, photos: Sequence[Drawn]) -> None:
    """Keeps the photos that came with a remark. Raises `Refused` where the concern has too many by now."""
    if not photos:
        return
    if rows.count_photos(shop, concern) + len(photos) > MOST_PHOTOS:
        told = _("There are %(count)s photos already, which is as many as we keep. Describe the rest in words.")
        raise Refused(told % {"count": MOST_PHOTOS}, FIELD)
    for one in photos:
        rows.add_photo(shop, concern, remark, portal.now(), content_type=one.content_type, body=one.body)


def find(shop: int, concern: int, photo: int) -> Photo | None:
    """One photo of a concern of this shop, with its bytes."""
    return rows.find_photo(shop, concern, photo) if photo < 2**31 else None


def let_go(portal: Portal, shop: int) -> int:
    """Deletes some photos of concerns that have long been settled; how many. Call it until there are none."""
    return rows.purge_photos(shop, portal.now() - KEEP_PHOTOS)
