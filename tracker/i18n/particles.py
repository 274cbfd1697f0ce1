"""Korean particles: 은 or 는, 을 or 를, 이 or 가, 와 or 과, 로 or 으로, by the sound that the word before ends with."""

import re
from collections.abc import Mapping

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
# 로 follows a vowel and ㄹ alike; every other particle tells ㄹ from a vowel.
_DIGITS: Mapping[str, str] = dict(zip("0123456789", ("n", "l", "", "n", "", "", "n", "l", "l", ""), strict=True))
_LETTERS: Mapping[str, str] = {"l": "l", "m": "n", "n": "n", "r": "l"}
_ENDINGS = (
    (re.compile(r"(?:[^aeiouy]le|l)$"), "l"),
    (re.compile(r"(?:m|n|ng|me|ne)$"), "n"),
    (re.compile(r"(?:[aeiouywhrsxzf]|[^aeiou][ptkd]|ch|sh|th)$"), ""),
)
_WORD = re.compile(r"[A-Za-z]+$")
_AROUND = re.compile(r"[\s\"'“”‘’»›」』】\)\]\}>.,!?…\u2066-\u2069\u200e\u200f]+$")
UNKNOWN = "?"


def choose_particle(word: str, closed: str, opened: str) -> str:
    """Of two particles the one that follows `word`: `closed` after a final consonant (은), `opened` after a vowel (는).

    Where nobody can say how the word is read, both, as Koreans write it then: `은(는)`.
    """
    final = find_final(word)
    if final == UNKNOWN:
        return f"(으){opened}" if closed == "으로" else f"{closed}({opened})"
    if closed == "으로":
        return closed if final == "n" else opened
    return closed if final else opened


def find_final(word: str) -> str:
    """How a word ends when it is read aloud in Korean.

    Empty for a vowel, `l` for ㄹ, `n` for any other final consonant, `?` where its reading is not known.
    """
    bare = _AROUND.sub("", word)
    last = bare[-1:]
    if last and _FIRST <= ord(last) <= _LAST:
        final = (ord(last) - _FIRST) % _FINALS
        return "l" if final == _RIEUL else "n" if final else ""
    if last.isdigit() and last.isascii():
        return _DIGITS[last]
    latin = _WORD.search(bare)
    return _read_latin(latin.group()) if latin else UNKNOWN


def _read_latin(word: str) -> str:
    if word.isupper() or len(word) == 1:
        return _LETTERS.get(word[-1].lower(), "")
    return next((final for ending, final in _ENDINGS if ending.search(word.lower())), UNKNOWN)
