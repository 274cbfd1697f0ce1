"""What a carrier promises that takes instructions of customers (`instructs`)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.host.results import check_instruction_answer
from tracker.sdk import Address, Instruction, InstructionAnswer, InstructionKind

from .faults import REFUSALS, Asked, MadeUpHttp, answers, complaints, kind_of, odd_answers
from .hostile import NUMBERS
from .made_up import NOW, TOKEN, MadeUpMemory
from .readings import read_expected
from .subjects import Ended, Subject

__all__ = [
    "test_an_instruction_is_told_to_the_carrier_and_answered",
    "test_an_instruction_that_failed_is_no_success",
    "test_no_word_of_a_customer_changes_where_an_instruction_goes",
    "test_the_same_instruction_twice_is_the_same_to_the_carrier",
]
_ADDRESS = Address("Ada Made-Up", "12 Low Road", "Flat 3", "10115", "Berlin", "DE")


def test_an_instruction_is_told_to_the_carrier_and_answered(instructing: Subject) -> None:
    """Every kind that is named in `instructs` can be asked; a recorded answer of the carrier is a `sample` of it."""
    assert InstructionKind.CANCEL not in instructing.object.instructs, (
        f"{instructing.id}: CANCEL never goes to a carrier: take it out of `instructs`"
    )
    told = 0
    for kind, body in _recorded(instructing):
        ended = _instruct(instructing, f"asking for {kind}", _make(instructing, kind), answers(body))
        assert ended.value or ended.error, f"{instructing.id}: said nothing about {kind}: return an InstructionAnswer"
        told += ended.value is not None
    assert told, (
        f"{instructing.id}: no instruction was ever taken. Record an answer of the carrier into samples/, with "
        '`"mode": "instruction"`, the parcel\'s `"numbers"` and the `"settings"` that it needs in its reading.'
    )


def test_an_instruction_that_failed_is_no_success(instructing: Subject) -> None:
    """Who was told that the driver knows waits at home for nothing."""
    if not _is_asked(instructing):
        return
    for kind in instructing.object.instructs:
        for fault in REFUSALS:
            for kept in (TOKEN, None):
                http = MadeUpHttp(fault.answer)
                ended = _instruct(instructing, f"with {fault.name}", _make(instructing, kind), http, MadeUpMemory(kept))
                where = f"{instructing.id}, asked for {kind} with {fault.name}{'' if kept else ' for the token'}"
                assert ended.value is None, f"{where}: answered {ended.value!r:.200}. Put check(...) around the answer."
                assert ended.error, f"{where}: said nothing. Put check(...) around the answer; it raises what fits."
                assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                    f"{where}: told {kind_of(ended.error)} instead of {' or '.join(fault.kinds)}: check(answer) knows"
                )
        for fault in odd_answers(b'{"made": "up"}'):
            ended = _instruct(instructing, f"with {fault.name}", _make(instructing, kind), MadeUpHttp(fault.answer))
            assert ended.value is None or ended.value.state == "refused", (
                f"{instructing.id}, asked for {kind}: {fault.name} was read as {ended.value!r:.200}. Raise BadPayload "
                "for an answer that does not say what became of it."
            )


def test_no_word_of_a_customer_changes_where_an_instruction_goes(instructing: Subject) -> None:
    """S-20. Numbers and texts are strangers' words: they stay in the body, or quoted in the path."""
    for kind in instructing.object.instructs:
        plain = _make(instructing, kind)
        expected = {_place(one) for one in _requests(instructing, plain)}
        for text in NUMBERS:
            odd = _spoil(plain, text)
            for asked in _requests(instructing, odd):
                wrong = complaints(asked)
                assert not wrong, f"{instructing.id}, asked for {kind} with {text!r:.60}: {'; '.join(wrong)}"
                assert _place(asked) in expected, (
                    f"{instructing.id}: {text!r:.60} leads to {asked.url!r:.120}: quote(..., safe='') what goes there"
                )


def test_the_same_instruction_twice_is_the_same_to_the_carrier(instructing: Subject) -> None:
    """The worker asks again when it was stopped before it could write the answer down: derive ids from the key."""
    for kind, body in _recorded(instructing):
        instruction, memory = _make(instructing, kind), MadeUpMemory()
        seen = []
        for time in ("first", "second"):
            http = answers(body)
            ended = _instruct(instructing, f"asking for the {time} time", instruction, http, memory)
            seen.append((ended.value, [(one.method, one.url, one.body, one.json, one.form) for one in http.asked]))
        (first, asked), (again, repeated) = seen
        assert first == again, f"{instructing.id}: {kind} was answered {first!r:.120}, then {again!r:.120}"
        assert all(one in asked for one in repeated), (
            f"{instructing.id}: {kind} with the same key was sent differently the second time. Make ids from "
            "instruction.key, never anew."
        )


def _recorded(subject: Subject) -> list[tuple[InstructionKind, bytes]]:
    """Each kind with each answer that the carrier has given; `{}` for one that needs none."""
    bodies = [file.read_bytes() for file in subject.samples("instruction")] or [b"{}"]
    return [(kind, body) for kind in subject.object.instructs for body in bodies]


def _instruct(
    subject: Subject, doing: str, instruction: Instruction, http: MadeUpHttp, memory: MadeUpMemory | None = None
) -> Ended[InstructionAnswer]:
    ctx = subject.context(http=http, memory=memory or MadeUpMemory(), given=_settings(subject))
    return subject.run(doing, lambda: check_instruction_answer(subject.object.instruct(instruction, ctx)))


def _settings(subject: Subject) -> dict[str, Any]:
    """What a recorded answer says of the settings that it needs."""
    return {name: value for file in subject.samples("instruction") for name, value in _given(file).items()}


def _given(file: Path) -> dict[str, Any]:
    return dict(read_expected(file).get("settings", {}))


def _requests(subject: Subject, instruction: Instruction) -> list[Asked]:
    http = answers(b'{"made": "up"}')
    _instruct(subject, "asking", instruction, http)
    return http.asked


def _is_asked(subject: Subject) -> bool:
    """Whether the carrier is told over HTTP at all."""
    return any(_requests(subject, _make(subject, kind)) for kind in subject.object.instructs)


def _make(subject: Subject, kind: InstructionKind) -> Instruction:
    """An instruction with all that its kind calls for."""
    day = date(2026, 3, 5) if kind in (InstructionKind.ANOTHER_DAY, InstructionKind.AWAY) else None
    to = _ADDRESS if kind in (InstructionKind.ANOTHER_ADDRESS, InstructionKind.CORRECTION) else None
    texts = {InstructionKind.SAFE_PLACE: "Behind the shed", InstructionKind.NEIGHBOUR: "Grey, number 5"}
    key, number = "instruct:7:1772442000.000", _number(subject)
    due = NOW + timedelta(days=7)
    return Instruction(key, kind, number, day, to, texts.get(kind, ""), "+49 30 1234567", "", due)


def _spoil(instruction: Instruction, text: str) -> Instruction:
    address = replace(instruction.address, street=text, city=text, name=text) if instruction.address else None
    return replace(instruction, text=text, phone=text, place=text, address=address)


def _number(subject: Subject) -> str:
    """A number of one of the carrier's parcels."""
    for sample in subject.samples("instruction", "fetch", "push", "subscription"):
        told = read_expected(sample)
        found = [*told.get("numbers", ()), *(one.get("number", "") for one in told.get("results", ()))]
        if found:
            return str(found[0])
    raise AssertionError(f'{subject.id}: write `"numbers": ["..."]` into the reading of a sample')


def _place(asked: Asked) -> tuple[str, str]:
    parts = urlsplit(asked.url)
    return parts.netloc, parts.path
