"""Check digits: the named rules that carriers' number formats refer to.

Every rule takes the serial (upper-case letters and digits) and its options, and gives the character that must follow.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Options = Mapping[str, object]
DIGITS = "0123456789"
ALPHABET = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
S10_CHECKS = "50987654321"
"""The check digit for each rest modulo 11."""


def mod10(serial: str, options: Options) -> str:
    """Weighted sum to the next ten. `weights` repeat from the left, or from the right where `reverse` is set.

    `offset` is added to the sum. Letters count as UPS counts them: A is 2, B is 3, H is 9, I is 0 again.
    """
    total = _total(serial, mod10_weights(len(serial), options))
    return DIGITS[-(total + _number(options.get("offset", 0))) % 10]


def mod10_weights(length: int, options: Options) -> tuple[int, ...]:
    """The weight of each character of a serial of this length under `mod10`."""
    weights = _repeat(_numbers(options.get("weights", (3, 1))), length)
    return weights[::-1] if options.get("reverse") else weights


def weighted(serial: str, options: Options) -> str:
    """Weighted sum (`weights` repeat from the left), its rest by `modulo` (11), and of that the last digit."""
    weights = _repeat(_numbers(options.get("weights", (1,))), len(serial))
    return DIGITS[_total(serial, weights) % _number(options.get("modulo", 11)) % 10]


def mod7(serial: str, options: Options) -> str:
    """The serial as one integer, modulo 7. `skip` leaves out that many digits at the left."""
    return DIGITS[int(serial[_number(options.get("skip", 0)) :]) % 7]


def luhn(serial: str, options: Options) -> str:  # noqa: ARG001
    """Luhn's rule as on payment cards."""
    total = 0
    for i, digit in enumerate(reversed(serial)):
        doubled = int(digit) * (2 if i % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return DIGITS[-total % 10]


def s10(serial: str, options: Options) -> str:  # noqa: ARG001
    """The rule of the postal S10 standard over eight digits."""
    return S10_CHECKS[sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11]


def mod37_36(serial: str, options: Options) -> str:  # noqa: ARG001
    """ISO 7064 MOD 37,36 over letters and digits."""
    rest = 36
    for character in serial:
        rest = mod37_36_step(rest, ALPHABET.index(character))
    return ALPHABET[(37 - rest) % 36]


def mod37_36_step(rest: int, value: int) -> int:
    """The rest of `mod37_36` after one more character."""
    return ((rest + value) % 36 or 36) * 2 % 37


RULES: dict[str, Callable[[str, Options], str]] = {
    "mod10": mod10,
    "weighted": weighted,
    "mod7": mod7,
    "luhn": luhn,
    "s10": s10,
    "mod37_36": mod37_36,
}


def check_character(rule: str, serial: str, options: Options) -> str | None:
    """What must follow the serial, or `None` where the rule cannot be worked out over it (or does not exist).

    With every rule the option `prepend` is put before a serial that does not begin with it: characters that count
    although they are not printed, or are printed as a letter.
    """
    prepend = str(options.get("prepend", ""))
    try:
        return RULES[rule](serial if serial.startswith(prepend) else prepend + serial, options)
    except (KeyError, ValueError, IndexError, TypeError):
        return None


def value_of(character: str) -> int:
    """What a character counts in a weighted sum."""
    return int(character) if character in DIGITS else (ord(character) - 3) % 10


def _total(serial: str, weights: Sequence[int]) -> int:
    return sum(value_of(c) * weight for c, weight in zip(serial, weights, strict=True))


def _repeat(weights: Sequence[int], length: int) -> tuple[int, ...]:
    return tuple(weights[i % len(weights)] for i in range(length))


def _number(value: Any) -> int:
    return int(value)


def _numbers(value: Any) -> list[int]:
    return [int(one) for one in value]
