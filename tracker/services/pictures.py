"""Pictures from elsewhere (logos, customers' photos, carriers' proofs): drawn anew before anybody sees them."""

import io
import struct
import threading
import warnings
from urllib.parse import urljoin

from PIL import Image, UnidentifiedImageError

from tracker.i18n import gettext as _
from tracker.sdk import Http, PluginError, RateLimited, Upstream, check

from .refusals import Refused

MOST_BYTES = 5_000_000
MOST_PIXELS = 16_000_000
LARGEST_CAMERA = 60_000_000
"""Pixels of a plain JPEG: it is read at a fraction of its size, where all others must be held whole."""
LONGEST_EDGE = 30_000
"""Every row costs memory of its own, however narrow it is."""
SMALL = 60_000
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What turns a picture upright, by what a camera says of how it was held."""
_SHRINKS = ("RGB", "RGBA", "L", "LA", "CMYK")
MOST_HOPS = 4
_MOVED = (301, 302, 303, 307, 308)
_DRAWN = 512
"""Up to this edge a picture may be a drawing, which PNG keeps sharp and small."""
# One picture at a time: a large one takes some 100 MB while it is being read.
_reading = threading.BoundedSemaphore(1)


def redraw(body: bytes, *, edge: int = 1600, most_bytes: int = MOST_BYTES, field: str = "photo") -> tuple[str, bytes]:
    """A picture as we send it: upright, at most `edge` pixels wide and high, and nothing but its pixels.

    Answers the content type (PNG or WebP) and the bytes. What cameras and programs write beside the pixels (the place,
    the day, a thumbnail, a script) is gone. Raises `Refused` about `field` for what is no picture, or too large a one.
    """
    if len(body) > most_bytes:
        text = _("This picture is larger than %(size)s MB. Save it smaller.")
        raise Refused(text % {"size": most_bytes // 1_000_000}, field)
    if b"<svg" in body[:4096].lower():
        raise Refused(_("SVG files can hold programs. Save the picture as PNG and upload that."), field)
    with _reading, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _encode(_read(body, edge))
        except Image.DecompressionBombError:
            text = _("This picture has too many pixels. Save it at most 4,000 pixels wide and high.")
            raise Refused(text, field) from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
            raise Refused(_("This is not a picture. Upload a PNG, JPEG, WebP or GIF file."), field) from None


def get(http: Http, url: str) -> bytes | None:
    """What lies at an address; `None` where nothing does, and another try would not help.

    Raises `Upstream` and `RateLimited` where it might. Follows a few redirects, each checked like the first address.
    """
    try:
        for _hop in range(MOST_HOPS):
            answer = http.request("GET", url, headers={"Accept": "image/*"})
            if answer.status not in _MOVED or "location" not in answer.headers:
                return check(answer).body
            url = urljoin(url, answer.headers["location"])
            if not url.startswith("https://"):
                return None
    except (Upstream, RateLimited):
        raise
    except PluginError:
        return None
    return None


def _read(body: bytes, edge: int) -> Image.Image:
    picture: Image.Image = Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP", "GIF"))
    plain_jpeg = picture.format in ("JPEG", "MPO") and not picture.info.get("progressive")
    most = LARGEST_CAMERA if plain_jpeg else MOST_PIXELS
    if picture.width * picture.height > most or max(picture.size) > LONGEST_EDGE:
        raise Image.DecompressionBombError
    picture.draft("RGB", (edge * 3 // 2, edge * 3 // 2))
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    picture.load()
    if picture.mode in _SHRINKS and "transparency" not in picture.info:
        # Before it is held several times over.
        picture.thumbnail((edge, edge))
    turned = _turn(_lessen(picture))
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    plain_copy = Image.new("RGBA" if has_alpha else "RGB", turned.size)
    plain_copy.paste(turned.convert(plain_copy.mode))
    plain_copy.thumbnail((edge, edge))
    return plain_copy


def _lessen(picture: Image.Image) -> Image.Image:
    """A picture of 65,536 greys in 256 of them; Pillow's own way makes all but the darkest white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point([grey // 256 for grey in range(65536)], "L")


def _turn(picture: Image.Image) -> Image.Image:
    """The picture as its camera was held. Pillow's own way writes anew all that the camera noted, and trips over it."""
    try:
        held = picture.getexif().get(_ORIENTATION)
    except (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, struct.error):
        return picture
    way = _TURNS.get(held) if isinstance(held, int) else None
    return picture if way is None else picture.transpose(way)


def _encode(picture: Image.Image) -> tuple[str, bytes]:
    if max(picture.size) <= _DRAWN:
        png = io.BytesIO()
        picture.save(png, "PNG", optimize=True)
        if png.tell() <= SMALL:
            return "image/png", png.getvalue()
    webp = io.BytesIO()
    picture.save(webp, "WEBP", quality=88)
    return "image/webp", webp.getvalue()
