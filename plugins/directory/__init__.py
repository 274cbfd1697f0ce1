"""The directory: carriers of the world by name, country, numbers and tracking page, all of it data.

Nobody asks them; their parcels are followed by hand, by a vendor that covers them, or on their own page. An entry of
the tables is one line: names by locale, `countries`, and where they are known `url` and `aliases`. In `posts.toml` the
countries are those whose S10 numbers a post issues. `formats.toml` has the other shapes of numbers, by carrier.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tracker.sdk import Carrier, NumberFormat, Plugin, hookimpl

PLUGIN = Plugin("directory", "Directory of carriers", "1.0.0")
HERE = Path(__file__).parent
TABLES = ("world", "europe", "asia", "americas", "south")
S10 = "[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])(?P<country>[A-Z]{2})"
DESCRIBING = {"countries", "url", "aliases"}


class Listed(Carrier):
    """A carrier of the directory. A plugin that brings it takes its place."""

    listed = True


@hookimpl
def tracker_register_carriers() -> list[Carrier]:
    return list(_list_carriers())


@cache
def _list_carriers() -> tuple[Carrier, ...]:
    formats = {carrier: [_make_format(row) for row in rows] for carrier, rows in _read("formats").items()}
    carriers = (*_list_posts(formats), *_list_others(formats))
    if formats:
        raise ValueError(f"formats.toml has formats of carriers that are not listed: {', '.join(formats)}")
    return carriers


def _list_posts(formats: dict[str, list[NumberFormat]]) -> Iterator[Carrier]:
    for carrier, row in _read("posts").items():
        s10 = NumberFormat("S10", S10, "s10", prefix=True, countries=tuple(row["countries"]))
        yield _make_carrier(carrier, row, [s10, *formats.pop(carrier, ())])


def _list_others(formats: dict[str, list[NumberFormat]]) -> Iterator[Carrier]:
    for table in TABLES:
        for carrier, row in _read(table).items():
            yield _make_carrier(carrier, row, formats.pop(carrier, ()))


def _make_carrier(id_: str, row: Mapping[str, Any], formats: Sequence[NumberFormat]) -> Carrier:
    carrier = Listed()
    vars(carrier).update(
        id=id_,
        names={locale: name for locale, name in row.items() if locale not in DESCRIBING},
        countries=tuple(row.get("countries", ())),
        formats=tuple(formats),
        url=row.get("url", ""),
        aliases=tuple(row.get("aliases", ())),
    )
    return carrier


def _make_format(row: Mapping[str, Any]) -> NumberFormat:
    frozen: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return NumberFormat(**frozen)


def _read(table: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{table}.toml").read_text(encoding="utf-8"))
