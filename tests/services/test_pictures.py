import io

import pytest
from PIL import Image

from tracker.services import pictures
from tracker.services.refusals import Refused

PLACE = {1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)}
SCRIPT = b"<script>alert(1)</script>"


def draw(kind: str = "JPEG", size: tuple[int, int] = (400, 200), **more: object) -> bytes:
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def from_phone(kind: str = "JPEG", turned: int = 6) -> bytes:
    """As a phone held upright saves it: lying on its side, with the place, the day and who held it."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "Phone of Ada"
    exif.get_ifd(0x8825).update(PLACE)
    return draw(kind, exif=exif.tobytes(), **({"comment": b"at home"} if kind == "JPEG" else {}))


def read(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_s29_a_photo_loses_its_place_and_all_else_that_is_not_to_be_seen(kind: str) -> None:
    before = from_phone(kind)
    assert dict(read(before).getexif().get_ifd(0x8825)) != {}
    _, body = pictures.redraw(before)
    after = read(body)
    assert not dict(after.getexif())
    assert not dict(after.getexif().get_ifd(0x8825))
    assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(after.info)
    assert b"Ada" not in body
    assert b"at home" not in body
    assert b"Exif" not in body


def test_s29_a_photo_stands_upright_without_what_said_so() -> None:
    # Turned by a quarter to the right, the red corner at the top left is at the top right.
    _, body = pictures.redraw(from_phone())
    after = read(body).convert("RGB")
    assert after.size == (200, 400)
    red, white = after.getpixel((180, 10)), after.getpixel((20, 10))
    assert red[0] > 200
    assert max(red[1:]) < 60
    assert min(white) > 200


@pytest.mark.parametrize(
    "body",
    [
        draw() + SCRIPT,
        draw("GIF").replace(b"GIF89a", b"GIF89a", 1) + b"*/=1;" + SCRIPT,
        draw(comment=SCRIPT),
        draw("GIF", comment=SCRIPT),
        draw("PNG") + b"PK\x03\x04" + SCRIPT,
    ],
    ids=["tail", "gif and script", "jpeg comment", "gif comment", "png and zip"],
)
def test_s29_nothing_of_a_second_file_inside_a_picture_is_left(body: bytes) -> None:
    assert SCRIPT in body
    _, after = pictures.redraw(body)
    assert b"script" not in after
    assert b"PK\x03\x04" not in after


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        (b"GIF89a/*<svg/onload=alert(1)>*/=1", "SVG"),
        (b"%PDF-1.7\n" + draw(), "not a picture"),
        (b"GIF89a=1;alert(1)//", "not a picture"),
        (draw("PNG", (4100, 4100)), "pixels"),
        (draw("JPEG", (4100, 4100), progressive=True), "pixels"),
        (draw("JPEG", (9000, 9000)), "pixels"),
        (draw("PNG", (1, 31_000)), "pixels"),
        (b"\xff\xd8\xff" + b"0" * 5_000_000, "5 MB"),
    ],
    ids=[
        "svg",
        "svg in gif",
        "pdf before jpeg",
        "gif script",
        "large png",
        "progressive",
        "large jpeg",
        "narrow",
        "bytes",
    ],
)
def test_s29_what_is_no_picture_or_too_large_a_one_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(Refused) as caught:
        pictures.redraw(body, field="proof")
    assert words in str(caught.value)
    assert caught.value.field == "proof"


def test_what_a_phones_camera_takes_is_taken_and_made_small() -> None:
    kind, body = pictures.redraw(draw("JPEG", (8000, 6000)))
    assert (kind, read(body).size) == ("image/webp", (1600, 1200))


def test_a_picture_of_many_greys_keeps_them() -> None:
    out = io.BytesIO()
    Image.new("I;16", (60, 60), 0x4040).save(out, "PNG")
    assert read(pictures.redraw(out.getvalue())[1]).convert("L").getpixel((9, 9)) == 0x40


def test_s29_whatever_a_camera_notes_a_photo_is_taken_or_refused_and_nothing_else() -> None:
    """Each byte of what is noted is another one: types and lengths that are none, places beyond the end."""
    whole = from_phone()
    begin, taken = whole.index(b"Exif"), 0
    for place in range(begin, begin + 160):
        for byte in (2, 5):
            try:
                pictures.redraw(whole[:place] + bytes([byte]) + whole[place + 1 :])
            except Refused:
                continue
            taken += 1
    assert taken > 250
