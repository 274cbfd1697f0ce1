"""What a listener promises: a function of a plugin that the worker tells what happened (`tracker_shipment_changed`,
`tracker_concern_raised`, `tracker_feedback_given`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.host.registry import Listener
from tracker.sdk import Concern, ConcernKind, Feedback, Milestone, ShipmentChange, Status

from .faults import REFUSALS, MadeUpHttp, answers, complaints, kind_of
from .made_up import NOW, TOKEN, MadeUpMail, MadeUpMemory
from .subjects import Ended, Subject

__all__ = [
    "test_a_listener_takes_whatever_happens",
    "test_a_listener_tells_a_change_by_its_key",
    "test_what_a_listener_could_not_tell_is_told_again",
]

News = ShipmentChange | Concern | Feedback
KEY = "change-4107-delivered-7d1f"
CHANGE = ShipmentChange(
    KEY, "tea-house", "1001", "acme", "AC12345678", Status(Milestone.IN_TRANSIT), Status(Milestone.DELIVERED), NOW,
    "https://acme.example/track/AC12345678",
)  # fmt: skip
CONCERN = Concern(
    KEY, "tea-house", "1001", 12, ConcernKind.MISSING, NOW, "One cup is not there.", "acme", "AC12345678",
    ("neighbour",), (("Stone cup", 1),), 2,
)  # fmt: skip
FEEDBACK = Feedback(KEY, "tea-house", "1001", "acme", "AC12345678", NOW, 5, 4, "Quick and careful.")
TOLD: Mapping[str, tuple[str, News]] = {
    "tracker_shipment_changed": ("change", CHANGE),
    "tracker_concern_raised": ("concern", CONCERN),
    "tracker_feedback_given": ("feedback", FEEDBACK),
}
"""For each hook its argument, and what is told with it."""
ODD = ("", "'\"><b>", "한국\u202e", "a\r\nb", "x" * 300)


def test_a_listener_takes_whatever_happens(listener: Subject) -> None:
    """Every milestone and kind, news with nothing but what must be there, and words of strangers."""
    for news in _vary(listener.object.hook):
        http = answers(b"{}")
        ended = _tell(listener, f"told of {news!r:.120}", news, http)
        assert ended.error is None, f"{listener.id}: raised {ended.error!r:.200} though everything went well"
        wrong = [complaint for asked in http.asked for complaint in complaints(asked)]
        assert not wrong, f"{listener.id}, told of {news!r:.120}: {'; '.join(wrong)}"


def test_a_listener_tells_a_change_by_its_key(listener: Subject) -> None:
    """A worker that was stopped tells again: whoever is told can only know by the key."""
    http, mail = answers(b"{}"), MadeUpMail()
    name, news = TOLD[listener.object.hook]
    for time in ("first", "second"):
        _tell(listener, f"told for the {time} time", news, http, mail)
    writes = [asked for asked in http.asked if asked.method.upper() not in ("GET", "HEAD")]
    assert all(asked.holds(KEY) for asked in writes), f"{listener.id}: sends a {name} without {name}.key: send it along"
    keys = [message.key for message in mail.sent]
    assert all(KEY in key for key in keys), f"{listener.id}: sends mail under {keys}: make its key of {name}.key"


def test_what_a_listener_could_not_tell_is_told_again(listener: Subject) -> None:
    """An error of the SDK brings the same news again later; silence is taken for done."""
    _name, news = TOLD[listener.object.hook]
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            http = MadeUpHttp(fault.answer)
            ended = _tell(listener, f"with {fault.name}", news, http, memory=MadeUpMemory(kept))
            if not http.asked:
                continue
            assert ended.error, f"{listener.id}: took {fault.name} for done. Put check(...) around the answer."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{listener.id}: told {kind_of(ended.error)} for {fault.name}, not {' or '.join(fault.kinds)}: "
                "check(answer) knows"
            )


def _vary(hook: str) -> list[News]:
    if hook == "tracker_concern_raised":
        bare = [Concern(KEY, "tea-house", "1001", 1, kind, NOW) for kind in ConcernKind]
        return [*bare, *(replace(CONCERN, order=text, text=text, pieces=((text, 1),)) for text in ODD)]
    if hook == "tracker_feedback_given":
        bare_ones = [Feedback(KEY, "tea-house", "1001", "acme", "", NOW, stars) for stars in (None, 1, 5)]
        return [*bare_ones, *(replace(FEEDBACK, parcel=text, comment=text) for text in ODD)]
    changes = [replace(CHANGE, status=Status(milestone), at=None, url="") for milestone in Milestone]
    return [*changes, *(replace(CHANGE, order=text, number=text) for text in ODD)]


def _tell(
    subject: Subject,
    doing: str,
    news: News,
    http: MadeUpHttp,
    mail: MadeUpMail | None = None,
    memory: MadeUpMemory | None = None,
) -> Ended[object]:
    listener: Listener = subject.object
    ctx = subject.context(http=http, mail=mail or MadeUpMail(), memory=memory)
    told: Mapping[str, Any] = {TOLD[listener.hook][0]: news, "ctx": ctx}
    return subject.run(doing, listener.function, *(told[name] for name in listener.arguments))
