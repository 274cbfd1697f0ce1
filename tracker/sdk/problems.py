"""What went wrong, in a carrier's own codes and words; and all that one answer says, put together."""

from collections.abc import Iterable, Mapping, Sequence

from .errors import KINDS, BadPayload
from .events import Parsed, Problem, TrackingResult

_HTTP = {"401": "auth", "403": "auth", "404": "not_found", "410": "not_found", "408": "upstream", "429": "rate_limit"}


class Problems:
    """What a carrier's errors mean: `codes` has the kind (`KINDS`) of each code.

    `words` has kinds and pieces: where the code or the text holds a piece, in any letter case, its kind counts, unless
    the code is listed. HTTP statuses come last, and need to be listed only where they mean something else than
    elsewhere. What fits nowhere is of the kind `otherwise`. Raises `ValueError` for a kind that is none.
    """

    def __init__(
        self,
        codes: Mapping[str, str] | None = None,
        words: Mapping[str, Sequence[str]] | None = None,
        otherwise: str = "bad_request",
    ) -> None:
        self._codes, self._words, self._otherwise = dict(codes or {}), dict(words or {}), otherwise
        if wrong := {*self._codes.values(), *self._words, otherwise} - set(KINDS):
            raise ValueError(f"{', '.join(sorted(wrong))}: no kind of error, which are {', '.join(KINDS)}")

    def read(self, code: str, text: str = "", number: str = "", status: str = "") -> Problem:
        """The problem that a code and a text tell of a number, or of the whole question where it is empty.

        A refused account and too many questions are never a number's. `status` is the HTTP status told beside a code,
        which counts where the code is not listed.
        """
        own, http = ("", code) if _is_http(code) else (code, status)
        kind = self._codes.get(own) or self._find(f"{code} {text}".casefold()) or self._codes.get(http)
        kind = kind or _HTTP.get(http) or ("upstream" if http[:1] == "5" else self._otherwise)
        detail = f"{code}: {text}" if code and text else code or text
        return Problem(kind, detail, "" if kind in ("auth", "rate_limit") else number)

    def _find(self, said: str) -> str | None:
        fits = (kind for kind, pieces in self._words.items() if any(piece.casefold() in said for piece in pieces))
        return next(fits, None)


def _is_http(code: str) -> bool:
    return len(code) == 3 and code[0] in "45" and code.isascii() and code.isdigit()


def raise_for(problems: Iterable[Problem]) -> None:
    """Raises the first of these problems as the error of its kind; does nothing where there is none."""
    for problem in problems:
        raise KINDS[problem.kind](problem.detail)


def collect(found: Iterable[TrackingResult | Problem | str], otherwise: str = "") -> Parsed:
    """All that was found in one answer: results, problems, and texts as warnings, in any order.

    Where nothing was found, raises `BadPayload` with the words of `otherwise`, unless these are empty.
    """
    results: list[TrackingResult] = []
    errors: list[Problem] = []
    warnings: list[str] = []
    for one in found:
        if isinstance(one, TrackingResult):
            results.append(one)
        elif isinstance(one, Problem):
            errors.append(one)
        else:
            warnings.append(one)
    if otherwise and not (results or errors or warnings):
        raise BadPayload(otherwise)
    return Parsed(tuple(results), tuple(errors), tuple(warnings))
