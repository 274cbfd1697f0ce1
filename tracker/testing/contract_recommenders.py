"""What a recommender promises: offers at once and of nobody's, and a refresh that tells what went wrong."""

from tracker.host.offers import MOST_OFFERS, check_offers
from tracker.sdk import Milestone, Offer, Viewer

from .faults import REFUSALS, MadeUpHttp, answers, kind_of, odd_answers
from .made_up import MadeUpMemory
from .purity import impurities
from .subjects import Subject

__all__ = [
    "test_a_refresh_that_failed_is_told_and_costs_no_offers",
    "test_offers_need_neither_clock_nor_files",
    "test_offers_of_any_order_may_be_shown",
]

VIEWERS = tuple(
    Viewer(locale, milestone, skus)
    for locale in ("en", "ko", "ar")
    for milestone in (Milestone.PENDING, Milestone.DELIVERED)
    for skus in ((), ("TEA", "", "\ud800", "x" * 300))
)


def test_offers_of_any_order_may_be_shown(recommender: Subject) -> None:
    """Before the first refresh too: no offers then, and no error."""
    for memory in (MadeUpMemory(), _remember(recommender)):
        for viewer in VIEWERS:
            for limit in (1, MOST_OFFERS):
                ended = recommender.run(f"offering for {viewer}", _offers, recommender, viewer, limit, memory)
                assert ended.error is None, f"{recommender.id}: offers raised {ended.error!r:.200}; answer none"
                found = ended.value or ()
                assert len(found) <= limit, f"{recommender.id}: {len(found)} offers where {limit} were asked for"
                assert found == _offers(recommender, viewer, limit, memory), (
                    f"{recommender.id}: offers answers one thing and then another: choose by what viewer and ctx hold"
                )


def test_offers_need_neither_clock_nor_files(recommender: Subject) -> None:
    """They are worked out while somebody waits: what takes long belongs into refresh."""
    memory = _remember(recommender)
    found = impurities(lambda: _offers(recommender, VIEWERS[0], MOST_OFFERS, memory))
    assert not found, f"{recommender.id}: offers reaches for {', '.join(found)}. Do that in refresh."


def test_a_refresh_that_failed_is_told_and_costs_no_offers(recommender: Subject) -> None:
    """Errors of the SDK have it tried again; the last offers stay until then."""
    if not recommender.has("refresh"):
        return
    for fault in (*REFUSALS, *odd_answers(b"{}")):
        memory, http = _remember(recommender), MadeUpHttp(fault.answer)
        kept = dict(memory.values)
        ended = recommender.run(f"refreshing with {fault.name}", _refresh, recommender, http, memory)
        if not http.asked:
            return
        where = f"{recommender.id}, refreshing with {fault.name}"
        if fault in REFUSALS:
            assert ended.error, f"{where}: went on as if it had an answer. Put check(...) around it."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{where}: told {kind_of(ended.error)} instead of {' or '.join(fault.kinds)}: check(answer) knows"
            )
        if ended.error:
            assert memory.values == kept, f"{where}: forgot the last offers. Write into ctx.memory when all is read."


def _remember(recommender: Subject) -> MadeUpMemory:
    """A memory as a refresh leaves it, filled from the first sample that can be read."""
    for payload in recommender.payloads("fetch"):
        memory = MadeUpMemory()
        ended = recommender.run("refreshing from a sample", _refresh, recommender, answers(payload.body), memory)
        if ended.error is None:
            return memory
    return MadeUpMemory()


def _offers(recommender: Subject, viewer: Viewer, limit: int, memory: MadeUpMemory) -> tuple[Offer, ...]:
    return check_offers(recommender.object.offers(viewer, limit, recommender.context(memory=memory)))


def _refresh(recommender: Subject, http: MadeUpHttp, memory: MadeUpMemory) -> None:
    recommender.object.refresh(recommender.context(http=http, memory=memory))
