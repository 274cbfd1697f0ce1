"""Places, as carriers tell them."""

from string import capwords

from .reading import plain


def read_place(row: object, *names: str, shouted: bool = False) -> str:
    """What these fields of an object say of a place, the nearest first, with commas between them.

    With `shouted`, a first field in capitals (a city) is written as names are.
    """
    get = row.get if type(row) is dict else {}.get
    told = [plain(get(name), 80) for name in names]
    if shouted and told[0].isupper():
        told[0] = capwords(told[0])
    return ", ".join([piece for piece in told if piece])


def read_point(latitude: object, longitude: object) -> tuple[float, float] | None:
    """A point on earth from degrees as numbers or texts; `None` where they are none, and for 0, 0 of lazy forms."""
    try:
        point = (float(_degrees(latitude)), float(_degrees(longitude)))
    except ValueError:
        return None
    on_earth = -90 <= point[0] <= 90 and -180 <= point[1] <= 180
    return point if on_earth and point != (0.0, 0.0) else None


def _degrees(value: object) -> "float | str":
    return value if isinstance(value, float) else plain(value, 24)
