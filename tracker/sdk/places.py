"""Places, as carriers tell them."""

from .reading import plain, word


def read_place(row: object, *names: str) -> str:
    """What these fields of an object say of a place, the nearest first, with commas between them."""
    return ", ".join([told for name in names if (told := word(row, name, limit=80))])


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
