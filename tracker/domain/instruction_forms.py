"""What a customer typed to say what shall happen with a parcel, read and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.sdk import Address, InstructionKind, plain

from .instructions import FARTHEST
from .postcodes import WITH_REGIONS, read_postcode, write_digits

LONG, NAME, PHONE = 300, 80, 30
PARTS = ("", "morning", "afternoon", "evening")
_ADDRESS = ("name", "street", "extra", "postcode", "city", "region")
FIELDS: Mapping[InstructionKind, tuple[str, ...]] = {
    InstructionKind.ANOTHER_DAY: ("day", "part"),
    InstructionKind.AWAY: ("day",),
    InstructionKind.ANOTHER_ADDRESS: (*_ADDRESS, "phone"),
    InstructionKind.CORRECTION: (*_ADDRESS, "phone"),
    InstructionKind.DIRECTIONS: ("text", "phone"),
    InstructionKind.SAFE_PLACE: ("text",),
    InstructionKind.NEIGHBOUR: ("text",),
    InstructionKind.PICKUP_POINT: ("place",),
    InstructionKind.SEND_BACK: ("text",),
    InstructionKind.CANCEL: ("text",),
}
"""What each kind asks for. In a form a field is called by its kind, a hyphen and its own name."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants, with all that its kind needs. `part` is of the day, one of `PARTS`."""

    kind: InstructionKind
    day: date | None = None
    part: str = ""
    address: Address | None = None
    text: str = ""
    phone: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A form: what it says, or what is wrong, by field: a word that `services` has a sentence for."""

    said: Said | None
    errors: Mapping[str, str] = field(default_factory=dict)


def read_form(kind: InstructionKind, typed: Mapping[str, str], today: date, country: str) -> Read:
    """What a form of a kind says. `today` is the day by the shop's clock, `country` where the order goes, or empty."""
    values = {name: typed.get(f"{kind}-{name}", "") for name in FIELDS[kind]}
    errors = {f"{kind}-{name}": word for name, word in _check(kind, values, today, country)}
    return Read(None, errors) if errors else Read(_read(kind, values, country))


def _check(kind: InstructionKind, values: Mapping[str, str], today: date, country: str) -> Iterator[tuple[str, str]]:
    for name in values:
        if len(values[name].strip()) > _longest(name):
            yield name, "long"
    if "day" in values and (word := _check_day(values["day"], today)):
        yield "day", word
    if values.get("part", "") not in PARTS:
        yield "part", "choose"
    if "street" in values:
        yield from _check_address(values, country)
    if values.get("phone", "").strip() and not _read_phone(values["phone"]):
        yield "phone", "phone"
    text = plain(values.get("text", ""))
    if kind in (InstructionKind.SAFE_PLACE, InstructionKind.NEIGHBOUR) and len(text) < 2:
        yield "text", "where" if kind is InstructionKind.SAFE_PLACE else "who"
    if kind is InstructionKind.DIRECTIONS and not text and not values["phone"].strip():
        yield "text", "either"


def _check_day(text: str, today: date) -> str:
    day = _read_day(text)
    if day is None:
        return "day"
    return "past" if day < today else "far" if day > today + FARTHEST else ""


def _check_address(values: Mapping[str, str], country: str) -> Iterator[tuple[str, str]]:
    if len(plain(values["street"])) < 3:
        yield "street", "street"
    if read_postcode(values["postcode"], country) is None:
        yield "postcode", "postcode"
    if len(plain(values["city"])) < 2:
        yield "city", "city"
    if country in WITH_REGIONS and len(plain(values["region"])) < 2:
        yield "region", "region"


def _read(kind: InstructionKind, values: Mapping[str, str], country: str) -> Said:
    texts = {name: plain(value, _longest(name)) for name, value in values.items()}
    said = Said(
        kind, _read_day(texts.get("day", "")), texts.get("part", ""), None, texts.get("text", ""),
        _read_phone(texts.get("phone", "")), texts.get("place", ""),
    )  # fmt: skip
    if "street" not in texts:
        return said
    postcode = read_postcode(texts["postcode"], country) or ""
    address = Address(texts["name"], texts["street"], texts["extra"], postcode, texts["city"], country, texts["region"])
    return replace(said, address=address)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None


def _read_phone(text: str) -> str:
    """A number as it was written, with nothing in it that no number has; empty for what is none."""
    tidy = write_digits(plain(text, PHONE))
    digits = [letter for letter in tidy if letter.isdecimal()]
    known = all(letter.isdecimal() or letter in "+()-./ " for letter in tidy)
    return tidy if known and 6 <= len(digits) <= 15 and tidy.rfind("+") <= 0 else ""


def _longest(name: str) -> int:
    return {"text": LONG, "phone": PHONE, "day": 10, "part": 10, "postcode": 12}.get(name, NAME)
