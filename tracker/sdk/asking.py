"""Carriers that are asked over HTTP: what is the same for all of them, so that each says only what is its own."""

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

from .carriers import Carrier, Query
from .context import Context, HttpAnswer
from .errors import BadPayload, InvalidNumber
from .events import Payload, Problem
from .http import check
from .problems import raise_for

_OF_NUMBERS = ("not_found", "invalid_number")
_OF_SETTINGS = ("auth", "rate_limit", "upstream")


class ApiCarrier(Carrier):
    """Base of carriers that are asked over HTTP: write `ask` and `parse`; `fetch` and `probe` follow from them.

    `lengths` are the fewest and the most characters of a number, letters and digits: what is none is not asked for, so
    that it can stand in an address as it is. `explains` are the HTTP statuses, beside 2xx, under which the body says
    what is wrong: such an answer is handed on where `parse` finds a problem in it, and any other raises what its status
    means. `nobody` is a number of the right shape that nobody's parcel has, to prove the settings with.
    """

    polls = True
    lengths: ClassVar[tuple[int, int]] = (1, 64)
    explains: ClassVar[Collection[int]] = (400, 404)
    nobody: ClassVar[str] = ""

    def ask(self, queries: Sequence[Query], ctx: Context) -> HttpAnswer:
        """The answer to one request about up to `limits.batch` parcels, whatever its status."""
        raise NotImplementedError

    def fetch(self, queries: Sequence[Query], ctx: Context) -> Iterable[Payload]:
        """The answers, batch by batch. What one says against the account is raised once it was handed on."""
        known = [query for query in queries if self._is_number(query.number)]
        if queries and not known:
            least, most = self.lengths
            raise InvalidNumber(f"{self.names['en']} numbers have {least} to {most} letters and digits; correct it")
        size = max(self.limits.batch, 1)
        for start in range(0, len(known), size):
            some = known[start : start + size]
            answer = self.ask(some, ctx)
            payload = _answered(answer, some)
            if not (answer.status in self.explains and self._problems(payload)):
                check(answer)
            yield payload
            raise_for(one for one in self._problems(payload) if _concerns_all(one))

    def probe(self, ctx: Context) -> None:
        """Asks for `nobody`'s parcel: only who may ask is told that there is none."""
        if not self.nobody:
            raise NotImplementedError(f"{self.id}: name a number in `nobody`, or write a probe")
        for payload in self.fetch([Query(self.nobody, next(iter(self.covers), ""))], ctx):
            raise_for(one for one in self.parse(payload).errors if one.kind in _OF_SETTINGS)

    def _is_number(self, number: str) -> bool:
        return self.lengths[0] <= len(number) <= self.lengths[1] and number.isascii() and number.isalnum()

    def _problems(self, payload: Payload) -> Sequence[Problem]:
        """What an answer says is wrong. One that cannot be read is kept, and told of when it is read for good."""
        try:
            return self.parse(payload).errors
        except BadPayload:
            return ()


def _concerns_all(problem: Problem) -> bool:
    return problem.kind == "auth" or not (problem.number or problem.kind in _OF_NUMBERS)


def _answered(answer: HttpAnswer, queries: Sequence[Query]) -> Payload:
    """An answer as it came, with what was asked for; the carrier where all were asked for as parcels of one."""
    carriers = {query.carrier for query in queries}
    return Payload(
        answer.body,
        answer.headers.get("content-type", "application/json"),
        headers=answer.headers,
        numbers=tuple(query.number for query in queries),
        carrier=carriers.pop() if len(carriers) == 1 else "",
    )
