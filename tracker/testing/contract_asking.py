"""What a carrier promises that is asked (`polls`): faults of the other side end in errors, and in nothing made up."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from tracker.host.results import check_label, check_parsed, check_payload
from tracker.sdk import BadPayload, Context, Label, Parsed, Payload, PluginError, Query, RateLimited

from .faults import JSON, REFUSALS, WAIT, Fault, MadeUpHttp, answers, complaints, kind_of, odd_answers
from .hostile import NUMBERS
from .made_up import TOKEN, MadeUpMemory
from .readings import read_expected, sample_payload
from .spoiling import spoiled
from .subjects import Subject

__all__ = [
    "test_a_label_is_a_label_or_an_error",
    "test_a_probe_tells_what_is_wrong",
    "test_an_answer_is_handed_on_as_it_came",
    "test_an_odd_answer_never_becomes_news",
    "test_every_refusal_is_told_by_its_kind",
    "test_no_number_changes_a_request",
    "test_one_field_of_a_wrong_type_never_breaks_the_asking",
]

MOST_PAYLOADS = 50
MOST_ODD_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Told:
    """What came of asking: what was read of each answer, and the error that ended it."""

    parsed: tuple[Parsed, ...]
    error: PluginError | None
    http: MadeUpHttp
    memory: MadeUpMemory

    def kinds(self) -> set[str]:
        """The kinds of all errors, raised and read."""
        return {kind_of(self.error)} - {""} | {problem.kind for one in self.parsed for problem in one.errors}

    def news(self) -> list[Any]:
        """All that would be kept as news of a parcel."""
        results = (result for one in self.parsed for result in one.results)
        return [result for result in results if result.events or result.estimated or result.successor]

    def is_silent(self) -> bool:
        """Whether nobody would learn that anything was wrong."""
        return not self.kinds() and not any(one.results or one.warnings for one in self.parsed)


def test_an_answer_is_handed_on_as_it_came(asked: Subject) -> None:
    """`fetch` asks and hands on; reading is the business of `parse` alone."""
    samples = asked.payloads("fetch")
    assert samples, (
        f"{asked.id} polls but has no sample of an answer: put one into samples/ "
        f"(`tracker record {asked.id} NUMBER` writes one)"
    )
    query = _query(asked)
    for payload in samples:
        http = answers(payload.body, headers={"content-type": payload.content_type})
        ended = asked.run("with a recorded answer", _fetch, asked, query, http)
        if ended.value and any(one.body == payload.body for one in ended.value):
            return
        if ended.value and not http.asked:  # it knows the answer by itself
            return
    raise AssertionError(
        f"{asked.id}: none of its samples came back from fetch as it was answered (last error: {ended.error!r:.200}): "
        "yield Payload(answer.body, ...), and do not make a body of your own"
    )


def test_every_refusal_is_told_by_its_kind(asked: Subject) -> None:
    """401 and 403 are `AuthFailed`, 429 `RateLimited` with its wait, 5xx and no answer `Upstream`: also for a token."""
    for fault, told in _faulty(asked, REFUSALS):
        where = f"{asked.id}, with {fault.name}"
        assert not told.news(), f"{where}: read news out of a refusal: {told.news()!r:.300}"
        assert not told.is_silent(), f"{where}: said nothing. Put check(...) around the answer; it raises what fits."
        if fault.kinds:
            kinds, wanted = " and ".join(sorted(told.kinds())), " or ".join(fault.kinds)
            assert kinds, f"{where}: told no error. Put check(...) around the answer; it raises what fits."
            assert told.kinds() <= fault.kinds, (
                f"{where}: told {kinds} instead of {wanted}. check(answer) raises what fits; read a body yourself only "
                "for statuses under which it says more."
            )
        if fault.name.startswith("429") and isinstance(told.error, RateLimited):
            assert told.error.retry_after == WAIT, (
                f"{where}: waits {told.error.retry_after} s, not {WAIT:.0f}: RateLimited(..., retry_after(answer))"
            )


def test_an_odd_answer_never_becomes_news(asked: Subject) -> None:
    """No body, a proxy's page, half an answer, `{}`, `[]` and `null` end in errors or warnings, not in silence."""
    samples = asked.payloads("fetch")
    for fault, told in _faulty(asked, odd_answers(samples[0].body if samples else b"{}")):
        where = f"{asked.id}, with {fault.name}"
        assert not told.news(), f"{where}: read as news: {told.news()!r:.300}. Raise BadPayload instead."
        assert not told.is_silent(), f"{where}: said nothing. Raise BadPayload, or tell a Problem."


def test_one_field_of_a_wrong_type_never_breaks_the_asking(asked: Subject) -> None:
    """Who looks into answers while asking (pages, sessions, errors) trusts them no more than `parse` does."""
    seen: set[tuple[str | int, ...]] = set()
    query = _query(asked)
    for sample in asked.samples("fetch"):
        changes = islice(spoiled(sample_payload(sample), seen), MOST_ODD_FIELDS)
        for change, payload in changes:
            told = _ask(asked, f"with {change} in {sample.name}", query, answers(payload.body), MadeUpMemory())
            for one in told.parsed:
                check_parsed(one)


def test_no_number_changes_a_request(asked: Subject) -> None:
    """A number that somebody typed stays a number: in the path, in a header, in XML and in JSON."""
    samples = asked.payloads("fetch")
    body = samples[0].body if samples else b"{}"
    for number in NUMBERS:
        query = replace(_query(asked), number=number)
        http = answers(body)
        asked.run(f"asked about {number!r}", _fetch, asked, query, http)
        wrong = [complaint for request in http.asked for complaint in complaints(request)]
        assert not wrong, f"{asked.id}, asked about {number!r}: {'; '.join(wrong)}; or raise InvalidNumber before"


def test_a_probe_tells_what_is_wrong(probed: Subject) -> None:
    """ "Test connection" is believed: credentials that are refused may not pass, nor a server that is down."""
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            http = MadeUpHttp(fault.answer)
            ctx = probed.context(http=http, memory=MadeUpMemory(kept))
            ended = probed.run(f"probing with {fault.name}", probed.object.probe, ctx)
            assert http.asked, f"{probed.id}: probe asks nobody; make one harmless call"
            assert ended.error, f"{probed.id}: probe is content with {fault.name}. check(answer) raises what is wrong."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{probed.id}: probe tells {kind_of(ended.error)} for {fault.name}, not {' or '.join(fault.kinds)}"
            )


def test_a_label_is_a_label_or_an_error(labelled: Subject) -> None:
    """Nothing but a PDF or PNG is sent to the printer."""
    faults = (*REFUSALS, *odd_answers(b'{"label": "made up"}'))
    for fault in faults:
        ctx = labelled.context(http=MadeUpHttp(fault.answer))
        query = _query(labelled, must=False)
        ended = labelled.run(f"asked for a label with {fault.name}", _label, labelled, query, ctx)
        assert ended.error, f"{labelled.id}: made a label out of {fault.name}"


def _faulty(subject: Subject, faults: Iterable[Fault]) -> Iterator[tuple[Fault, Told]]:
    """What came of each fault: for the question itself, and where a token is needed, for that."""
    query = _query(subject)
    for fault in faults:
        told = _ask(subject, f"with {fault.name}", query, MadeUpHttp(fault.answer), MadeUpMemory())
        if not told.http.asked:  # it knows the answer by itself
            return
        yield fault, told
        if told.memory.tokens:
            token = replace(fault, name=f"{fault.name} for the token")
            yield token, _ask(subject, f"with {token.name}", query, MadeUpHttp(fault.answer), MadeUpMemory(None))


def _ask(subject: Subject, doing: str, query: Query, http: MadeUpHttp, memory: MadeUpMemory) -> Told:
    payloads: list[Payload] = []
    ctx = subject.context(http=http, memory=memory)

    def fetch() -> None:
        for payload in islice(subject.object.fetch((query,), ctx), MOST_PAYLOADS):
            payloads.append(check_payload(payload))

    ended = subject.run(doing, fetch)
    error, parsed = ended.error, []
    for payload in payloads:
        read = subject.run(doing, _parse, subject, payload)
        assert read.error is None or isinstance(read.error, BadPayload), f"{doing}: parse raised {read.error!r:.200}"
        error = error or read.error
        parsed += [read.value] if read.value else []
    return Told(tuple(parsed), error, http, memory)


def _fetch(subject: Subject, query: Query, http: MadeUpHttp) -> list[Payload]:
    answer: Callable[..., Iterable[Payload]] = subject.object.fetch
    return [check_payload(one) for one in islice(answer((query,), subject.context(http=http)), MOST_PAYLOADS)]


def _parse(subject: Subject, payload: Payload) -> Parsed:
    return check_parsed(subject.object.parse(payload))


def _label(subject: Subject, query: Query, ctx: Context) -> Label:
    return check_label(subject.object.label(query, ctx))


def _query(subject: Subject, *, must: bool = True) -> Query:
    """A question that the carrier lets out of the house, about a number of its samples."""
    inputs = {"postcode": "10115", "country": "DE"}
    known = {name: value for name, value in inputs.items() if name in subject.object.inputs}
    for number, carrier in _numbers(subject):
        query = Query(number, carrier or next(iter(subject.object.covers), ""), **known)
        http = MadeUpHttp(Fault("", 200, b"{}", JSON).answer)
        ended = subject.run(f"asked about {number}", _fetch, subject, query, http)
        if http.asked or ended.value:
            return query
    assert not must, (
        f'{subject.id}: no number of its samples led to a request. Write `"numbers": ["..."]` into the reading of '
        "a sample whose answer does not name its number."
    )
    return Query("12345678")


def _numbers(subject: Subject) -> Iterator[tuple[str, str]]:
    """The numbers that its samples are about, and who moves those parcels."""
    for sample in subject.samples("fetch", "push"):
        told = read_expected(sample)
        for number in told.get("numbers", ()):
            yield number, told.get("carrier", "")
        for result in told.get("results", ()):
            yield result.get("number", ""), result.get("carrier", "")
