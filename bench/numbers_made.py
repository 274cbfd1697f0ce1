"""Made-up tracking numbers of the public formats, right ones and wrong ones, by rules written down a second time.

Nothing here reads the formats that the portal has: what both agree on was said twice.
"""

import random
import string
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

LETTERS, DIGITS = string.ascii_uppercase, string.digits
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
POSTS = {
    "US": "usps", "CA": "canadapost", "GB": "royalmail", "KR": "koreapost", "JP": "japan_post", "CN": "china_post",
    "AU": "australiapost", "BR": "correios", "IN": "india_post", "NL": "postnl", "SE": "postnord",
    "TW": "chunghwa_post", "PL": "poczta_polska", "IE": "an_post", "FO": "posta_faroe", "GG": "guernsey_post",
    "ZW": "zimpost",
}  # fmt: skip


class Made(NamedTuple):
    """A number and whose it is, by id; `checked` where a check character says so."""

    number: str
    carrier: str
    checked: bool


def _mod10(evens: int, odds: int, head: str = "") -> Callable[[str], str]:
    def check(serial: str) -> str:
        whole = serial if serial.startswith(head) else head + serial
        values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in whole]
        total = evens * sum(values[0::2]) + odds * sum(values[1::2])
        return str((10 - total % 10) % 10)

    return check


def _sum_of_products(*weights: int) -> Callable[[str], str]:
    return lambda serial: str(sum(int(c) * w for c, w in zip(serial, weights, strict=True)) % 11 % 10)


def _luhn(serial: str) -> str:
    total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(reversed(serial)))
    return str((10 - total % 10) % 10)


def _mod7(serial: str) -> str:
    return str(int(serial) % 7)


def _s10(serial: str) -> str:
    rest = 11 - sum(int(c) * w for c, w in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest) or str(rest)


def _mod37_36(serial: str) -> str:
    alphabet, carry = DIGITS + LETTERS, 36
    for c in serial:
        carry = (carry + alphabet.index(c)) % 36 or 36
        carry = carry * 2 % 37
    return alphabet[(37 - carry) % 36]


EXPRESS_12 = _sum_of_products(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
EXPRESS_13 = _sum_of_products(1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
USPS, UPS = _mod10(3, 1), _mod10(1, 2)
Check = Callable[[str], str] | None
# In a template `#` is any digit, `@` any letter, `*` either, `(` and `)` enclose the serial, and `!` is the check
# character; the rest stands for itself.
PUBLIC: Sequence[tuple[str, str, Check]] = (
    ("amazon", "TBA############", None),
    ("amazon", "A##########", None),
    ("canadapost", "(###############)!", USPS),
    ("canpar", "D#####################", None),
    ("mydhl", "(#########)!", _mod7),
    ("mydhl", "(##########)!", _mod7),
    ("mydhl", "JJD#########", None),
    ("dhl_universal", "GM####################", None),
    ("dhl_universal", "##############", None),
    ("dpd", "(###########################)!", _mod37_36),
    ("dpd", "(##############)!", _mod37_36),
    ("fedex", "(###########)!", EXPRESS_12),
    ("fedex", "1###################(#############)!", EXPRESS_13),
    ("fedex", "3###############(###########)!####", EXPRESS_12),
    ("fedex", "(##############)!", _mod10(1, 3)),
    ("fedex", "00(###############)!", USPS),
    ("fedex", "96#####(##############)!", _mod10(1, 3)),
    ("fedex", "9622################(#############)!", EXPRESS_13),
    ("gofo", "GFUS##############", None),
    ("landmark", "LTN########N1", None),
    ("lasership", "LX1#######", None),
    ("lasership", "1LS71##########", None),
    ("lasership", "1LS72##011######1", None),
    ("lasership", "1LSCX**********", None),
    ("old_dominion", "(777#######)!", _luhn),
    ("old_dominion", "(80########)!", _luhn),
    ("ontrac", "C(#############)!", _mod10(1, 2, "4")),
    ("ontrac", "D(#############)!", _mod10(1, 2, "5")),
    ("purolator", "(3##########)!", _luhn),
    ("purolator", "@@@#########", None),
    ("speedee", "SP##################", None),
    ("ups", "1Z(***************)!", UPS),
    ("ups", "K(#########)!", UPS),
    ("usps", "(03#################)!", USPS),
    ("usps", "(91###################)!", USPS),
    ("usps", "420#####(94###9###############)!", USPS),
    ("usps", "(92###9###############)!", USPS),
    ("usps", "420#########(93###5###############)!", USPS),
    ("usps", "(9500115##############)!", USPS),
    ("yodel", "JJD################", None),
    ("yunexpress", "YT################", None),
)


def make_numbers(count: int, seed: int = 7) -> list[Made]:
    """So many right numbers, the formats one after the other, all different."""
    made: dict[str, Made] = {}
    source = _stream(random.Random(seed))
    while len(made) < count:
        one = next(source)
        made.setdefault(one.number, one)
    return list(made.values())


def spoil(made: Sequence[Made], seed: int = 7) -> list[Made]:
    """The checked ones among them with the check character replaced by another of its kind."""
    dice = random.Random(seed)
    return [_spoil_one(one, dice) for one in made if one.checked]


def retype(number: str, dice: random.Random) -> Iterator[str]:
    """The eight ways in which people retype a number."""
    yield number.lower()
    yield " ".join(number)
    yield "-".join((number[:3], number[3:7], number[7:]))
    yield "".join(chr(ord(c) + 0xFEE0) for c in number)
    yield "\u200b".join(number) + "\ufeff"
    yield f"#{number}"
    yield f"\t{number[:4]}\u00a0{number[4:]}\n"
    yield ".".join((number[:2], number[2:])) if dice.random() < 0.5 else f'="{number}"'


def _stream(dice: random.Random) -> Iterator[Made]:
    while True:
        for carrier, template, check in PUBLIC:
            yield Made(_fill(template, check, dice), carrier, check is not None)
        for country, carrier in POSTS.items():
            serial = "".join(dice.choices(DIGITS, k=8))
            letters = "".join(dice.choices("ABEILRSUVZ", k=1) + dice.choices(LETTERS, k=1))
            yield Made(f"{letters}{serial}{_s10(serial)}{country}", carrier, True)


def _fill(template: str, check: Check, dice: random.Random) -> str:
    kinds = {"#": DIGITS, "@": LETTERS, "*": DIGITS + LETTERS}
    filled = "".join(dice.choice(kinds[c]) if c in kinds else c for c in template)
    if check is None:
        return filled
    begin, end = filled.index("(") if "(" in filled else 0, filled.index(")")
    serial = filled[begin + 1 : end]
    return filled.replace("(", "").replace(")", "").replace("!", check(serial))


def _spoil_one(one: Made, dice: random.Random) -> Made:
    at = _check_place(one)
    kind = DIGITS if one.number[at].isdigit() else LETTERS
    wrong = dice.choice(kind.replace(one.number[at], ""))
    return Made(one.number[:at] + wrong + one.number[at + 1 :], one.carrier, True)


def _check_place(one: Made) -> int:
    if len(one.number) == 32:
        return 27
    return 10 if len(one.number) == 13 and one.number[-1].isalpha() else len(one.number) - 1
