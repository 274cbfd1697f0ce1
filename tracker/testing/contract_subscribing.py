"""What a carrier promises that sends news by itself (`subscribes`)."""

from itertools import islice

from tracker.host.results import check_subscriptions
from tracker.sdk import Query, Subscription

from .faults import REFUSALS, MadeUpHttp, answers, kind_of, odd_answers
from .made_up import NOW, TOKEN, MadeUpMemory
from .readings import expected_file, read_expected
from .subjects import Ended, Subject

__all__ = [
    "test_a_subscription_is_for_its_number_and_ends_in_time",
    "test_a_subscription_that_was_refused_is_none",
    "test_ending_a_subscription_ends_in_nothing_worse_than_an_error",
]

ADDRESS = "https://portal.example/hooks/tea-house/carriers/made-up/3f9c0d"


def test_a_subscription_is_for_its_number_and_ends_in_time(subscribing: Subject) -> None:
    """Announced twice, a number is announced: the portal renews by asking again."""
    query = _query(subscribing)
    recorded = subscribing.samples("subscription")
    bodies = [file.read_bytes() for file in recorded] or [b"{}"]
    for body in bodies:
        http = answers(body, status=200)
        memory = MadeUpMemory()
        for time in ("first", "second"):
            ended = _subscribe(subscribing, f"subscribing for the {time} time", query, http, memory)
            if not recorded:
                continue
            told = ended.value
            assert told, f"{subscribing.id}: nothing was subscribed the {time} time ({ended.error!r:.200})"
            assert {one.number for one in told} == {query.number}, (
                f"{subscribing.id}: subscribed {told!r:.200} for {query.number}: name the number that was asked for"
            )
            late = [one for one in told if one.expires is not None and one.expires <= NOW]
            assert not late, f"{subscribing.id}: {late!r:.200} has ended before it began: count from ctx.now"
        assert any(asked.holds(query.number) for asked in http.asked), (
            f"{subscribing.id}: no request names {query.number}: subscribe to the numbers of the queries"
        )


def test_a_subscription_that_was_refused_is_none(subscribing: Subject) -> None:
    """A number that nobody will send news of must be asked for instead."""
    query = _query(subscribing)
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            memory = MadeUpMemory(kept)
            ended = _subscribe(subscribing, f"with {fault.name}", query, MadeUpHttp(fault.answer), memory)
            where = f"{subscribing.id}, with {fault.name}{'' if kept else ' for the token'}"
            assert not ended.value, f"{where}: promised {ended.value!r:.200}. Put check(...) around the answer."
            assert ended.error, f"{where}: said nothing. Put check(...) around the answer; it raises what fits."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{where}: told {kind_of(ended.error)} instead of {' or '.join(fault.kinds)}: check(answer) knows"
            )
    for fault in odd_answers(b'{"made": "up"}'):
        _subscribe(subscribing, f"with {fault.name}", query, MadeUpHttp(fault.answer), MadeUpMemory())


def test_ending_a_subscription_ends_in_nothing_worse_than_an_error(subscribing: Subject) -> None:
    """`unsubscribe` is called for parcels that are home; what is gone already is as good."""
    subscription = Subscription(_query(subscribing).number, "made-up-ref")
    for fault in (*REFUSALS, *odd_answers(b'{"made": "up"}')):
        ctx = subscribing.context(http=MadeUpHttp(fault.answer))
        subscribing.run(f"unsubscribing with {fault.name}", subscribing.object.unsubscribe, subscription, ctx)


def _subscribe(
    subject: Subject, doing: str, query: Query, http: MadeUpHttp, memory: MadeUpMemory
) -> Ended[tuple[Subscription, ...]]:
    ctx = subject.context(http=http, memory=memory)
    return subject.run(
        doing, lambda: check_subscriptions(list(islice(subject.object.subscribe((query,), ADDRESS, ctx), 50)))
    )


def _query(subject: Subject) -> Query:
    """A number that the carrier takes subscriptions for."""
    for sample in subject.samples("subscription", "push", "fetch"):
        told = read_expected(sample)
        results = [(one.get("number", ""), one.get("carrier", "")) for one in told.get("results", ())]
        asked = [(number, told.get("carrier", "")) for number in told.get("numbers", ())]
        for number, carrier in [*asked, *results]:
            query = Query(number, carrier or next(iter(subject.object.covers), ""), "10115", "DE")
            http = answers(b"{}")
            _subscribe(subject, f"subscribing {number} of {expected_file(sample).name}", query, http, MadeUpMemory())
            if http.asked:
                return query
    raise AssertionError(
        f'{subject.id}: no number of its samples led to a subscription. Write `"numbers": ["..."]` into the reading '
        "of a sample."
    )
