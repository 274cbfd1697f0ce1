"""What a listener promises: a function of a plugin that the worker tells what happened (`tracker_shipment_changed`)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.host.registry import Listener
from tracker.sdk import Milestone, ShipmentChange, Status

from .faults import REFUSALS, MadeUpHttp, answers, complaints, kind_of
from .made_up import NOW, TOKEN, MadeUpMail, MadeUpMemory
from .subjects import Ended, Subject

__all__ = [
    "test_a_listener_takes_whatever_happens",
    "test_a_listener_tells_a_change_by_its_key",
    "test_what_a_listener_could_not_tell_is_told_again",
]

KEY = "change-4107-delivered-7d1f"
CHANGE = ShipmentChange(
    KEY, "tea-house", "1001", "acme", "AC12345678", Status(Milestone.IN_TRANSIT), Status(Milestone.DELIVERED), NOW,
    "https://acme.example/track/AC12345678",
)  # fmt: skip
ODD = ("", "'\"><b>", "한국\u202e", "a\r\nb", "x" * 300)


def test_a_listener_takes_whatever_happens(listener: Subject) -> None:
    """Every milestone, a change that no scan made, and words of strangers."""
    changes = [replace(CHANGE, status=Status(milestone), at=None, url="") for milestone in Milestone]
    changes += [replace(CHANGE, order=text, number=text) for text in ODD]
    for change in changes:
        http = answers(b"{}")
        ended = _tell(listener, f"told of {change.status.milestone} of {change.number!r:.40}", change, http)
        assert ended.error is None, f"{listener.id}: raised {ended.error!r:.200} though everything went well"
        wrong = [complaint for asked in http.asked for complaint in complaints(asked)]
        assert not wrong, f"{listener.id}, told of {change.number!r:.40}: {'; '.join(wrong)}"


def test_a_listener_tells_a_change_by_its_key(listener: Subject) -> None:
    """A worker that was stopped tells again: whoever is told can only know by the key."""
    http, mail = answers(b"{}"), MadeUpMail()
    for time in ("first", "second"):
        _tell(listener, f"told for the {time} time", CHANGE, http, mail)
    writes = [asked for asked in http.asked if asked.method.upper() not in ("GET", "HEAD")]
    assert all(asked.holds(KEY) for asked in writes), f"{listener.id}: sends a change without change.key: send it along"
    keys = [message.key for message in mail.sent]
    assert all(KEY in key for key in keys), f"{listener.id}: sends mail under {keys}: make its key of change.key"


def test_what_a_listener_could_not_tell_is_told_again(listener: Subject) -> None:
    """An error of the SDK brings the same change again later; silence is taken for done."""
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            http = MadeUpHttp(fault.answer)
            ended = _tell(listener, f"with {fault.name}", CHANGE, http, memory=MadeUpMemory(kept))
            if not http.asked:
                continue
            assert ended.error, f"{listener.id}: took {fault.name} for done. Put check(...) around the answer."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{listener.id}: told {kind_of(ended.error)} for {fault.name}, not {' or '.join(fault.kinds)}: "
                "check(answer) knows"
            )


def _tell(
    subject: Subject,
    doing: str,
    change: ShipmentChange,
    http: MadeUpHttp,
    mail: MadeUpMail | None = None,
    memory: MadeUpMemory | None = None,
) -> Ended[object]:
    listener: Listener = subject.object
    ctx = subject.context(http=http, mail=mail or MadeUpMail(), memory=memory)
    told: Mapping[str, Any] = {"change": change, "ctx": ctx}
    return subject.run(doing, listener.function, *(told[name] for name in listener.arguments))
