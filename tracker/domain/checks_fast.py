"""The same rules as `checks`, made ready for one place in numbers of one length: a hundred thousand of them a second.

Numbers come as bytes of upper-case letters and digits. `checks` stays the authority: a test compares the two.
"""

from collections.abc import Callable
from functools import reduce
from operator import getitem, mul
from typing import Any

from .checks import ALPHABET, RULES, S10_CHECKS, S10_WEIGHTS, Options, mod10_weights, mod37_36_step

Holds = Callable[[bytes], bool]
"""Whether a number's check character is the right one."""
ZERO = ord("0")
_VALUES = bytes((c - 3) % 10 + ZERO if chr(c) in ALPHABET[10:] else c for c in range(256))
_LUHN = bytes(2 * (c - ZERO) - 9 * (c - ZERO > 4) if ZERO <= c <= ZERO + 9 else c for c in range(256))
_S10 = tuple(map(ord, S10_CHECKS))


def make_check(rule: str, options: Options, begin: int, end: int, at: int) -> Holds:
    """Whether a number whose serial stands from `begin` to `end` has the right check character at `at`.

    An unknown rule is never fulfilled.
    """
    if rule not in RULES:
        return lambda _: False
    rest = dict(options)
    head = str(rest.pop("prepend", "")).encode()
    plain = _MAKERS[rule](rest, begin, end, at)
    if not head:
        return plain
    last = len(head) + end - begin
    whole = _MAKERS[rule](rest, 0, last, last)
    return lambda raw: plain(raw) if raw.startswith(head, begin) else whole(head + raw[begin:end] + raw[at : at + 1])


def _mod10(options: Options, begin: int, end: int, at: int) -> Holds:
    weights = mod10_weights(end - begin, options)
    extra = int(str(options.get("offset", 0))) - ZERO * sum(weights)
    if len(weights) < 2 or weights != tuple(weights[i % 2] for i in range(len(weights))):
        return lambda raw: -(sum(map(mul, weights, raw[begin:end].translate(_VALUES))) + extra) % 10 == raw[at] - ZERO
    first, second, odd = weights[0], weights[1], begin + 1

    def holds(raw: bytes) -> bool:
        plain = raw if raw.isdigit() else raw.translate(_VALUES)
        return -(first * sum(plain[begin:end:2]) + second * sum(plain[odd:end:2]) + extra) % 10 == raw[at] - ZERO

    return holds


def _weighted(options: Options, begin: int, end: int, at: int) -> Holds:
    given: Any = options.get("weights", (1,))
    weights = [int(given[i % len(given)]) for i in range(end - begin)]
    modulo, extra = int(str(options.get("modulo", 11))), ZERO * sum(weights)

    def holds(raw: bytes) -> bool:
        total = sum(map(mul, weights, raw[begin:end].translate(_VALUES))) - extra
        return bool(total % modulo % 10 == raw[at] - ZERO)

    return holds


def _mod7(options: Options, begin: int, end: int, at: int) -> Holds:
    begin += int(str(options.get("skip", 0)))
    return lambda raw: raw[begin:end].isdigit() and int(raw[begin:end]) % 7 == raw[at] - ZERO


def _luhn(options: Options, begin: int, end: int, at: int) -> Holds:  # noqa: ARG001
    doubled, single = end - 1 - (end - 1 - begin) // 2 * 2, end - 2 - (end - 2 - begin) // 2 * 2
    extra = -ZERO * len(range(single, end, 2))
    return lambda raw: (
        raw[begin:end].isdigit()
        and -(sum(raw[doubled:end:2].translate(_LUHN)) + sum(raw[single:end:2]) + extra) % 10 == raw[at] - ZERO
    )


def _s10(options: Options, begin: int, end: int, at: int) -> Holds:  # noqa: ARG001
    if end - begin != len(S10_WEIGHTS):
        return lambda _: False
    extra = ZERO * sum(S10_WEIGHTS)
    return lambda raw: (
        raw[begin:end].isdigit() and _S10[(sum(map(mul, S10_WEIGHTS, raw[begin:end])) - extra) % 11] == raw[at]
    )


class _Rest(dict[int, "_Rest"]):
    """A rest of `mod37_36`: the next one by character, and the check character that it calls for."""

    check: int


def _chain() -> _Rest:
    rests = [_Rest() for _ in range(37)]
    for rest, node in enumerate(rests):
        node.check = ord(ALPHABET[(37 - rest) % 36])
        for value, character in enumerate(ALPHABET):
            node[ord(character)] = rests[mod37_36_step(rest, value)]
    return rests[36]


_FIRST = _chain()


def _mod37_36(options: Options, begin: int, end: int, at: int) -> Holds:  # noqa: ARG001
    def holds(raw: bytes) -> bool:
        rest: Any = reduce(getitem, raw[begin:end], _FIRST)
        return bool(rest.check == raw[at])

    return holds


_MAKERS: dict[str, Callable[[Options, int, int, int], Holds]] = {
    "mod10": _mod10, "weighted": _weighted, "mod7": _mod7, "luhn": _luhn, "s10": _s10, "mod37_36": _mod37_36,
}  # fmt: skip
