"""What a carrier promises that proves deliveries (`proves`), or tells proofs and pick-up points with its scans."""

from pathlib import Path
from typing import Any

from tracker.host.proofs import check_proofs_given
from tracker.host.results import check_parsed
from tracker.sdk import Parsed, Proof, Query

from .faults import REFUSALS, Fault, MadeUpHttp, answers, complaints, kind_of, odd_answers
from .hostile import NUMBERS
from .made_up import TOKEN, MadeUpMemory
from .readings import sample_payload
from .subjects import Ended, Subject

__all__ = [
    "test_no_number_changes_where_a_proof_is_asked_for",
    "test_what_is_no_proof_proves_nothing",
    "test_what_samples_tell_beside_scans_can_be_kept",
]
SIGNS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def test_what_samples_tell_beside_scans_can_be_kept(reader: Subject, sample: Path) -> None:
    """A proof is a picture or lies at an https address, and a parcel waits somewhere that has a name."""
    parsed = reader.run(f"reading {sample.name}", reader.object.parse, sample_payload(sample)).value
    if not isinstance(parsed, Parsed):
        return
    kept = check_parsed(parsed)
    for told, left in zip(parsed.results, kept.results, strict=False):
        assert len(told.proofs) == len(left.proofs), (
            f"{sample.name}: {len(told.proofs) - len(left.proofs)} proofs cannot be kept: {kept.warnings}. "
            "read_proof(kind, text) takes base64 and addresses, and leaves out what is neither"
        )
        _look_at(left.proofs, sample.name)
        assert (told.pickup is None) == (left.pickup is None), (
            f"{sample.name}: a pickup without a name and an address: leave it out where the answer names no place"
        )


def test_what_is_no_proof_proves_nothing(proving: Subject) -> None:
    """A refusal is told by its kind; a page or half an answer is no picture of a delivery."""
    for fault in REFUSALS:
        for kept in (TOKEN, None):
            http = MadeUpHttp(fault.answer)
            ended = _ask(proving, _number(proving), f"with {fault.name}", http, MadeUpMemory(kept))
            if not http.asked:  # it knows the answer by itself
                return
            assert ended.error, f"{proving.id}, with {fault.name}: said nothing. Put check(...) around the answer."
            assert not fault.kinds or kind_of(ended.error) in fault.kinds, (
                f"{proving.id}, with {fault.name}: told {kind_of(ended.error)}, not {' or '.join(fault.kinds)}"
            )
    for fault in odd_answers(b'{"made": "up"}'):
        ended = _ask(proving, _number(proving), f"with {fault.name}", MadeUpHttp(fault.answer))
        _look_at(ended.value or (), f"{proving.id}, with {fault.name}")


def test_no_number_changes_where_a_proof_is_asked_for(proving: Subject) -> None:
    """A number that somebody typed stays a number: in the path, in a header, in XML and in JSON."""
    for number in NUMBERS:
        http = answers(b"{}")
        _ask(proving, number, f"asked for proofs of {number!r}", http)
        wrong = [complaint for request in http.asked for complaint in complaints(request)]
        assert not wrong, f"{proving.id}, asked for proofs of {number!r}: {'; '.join(wrong)}"


def _look_at(proofs: Any, where: str) -> None:
    for one in proofs:
        assert one.url or one.body.startswith(SIGNS), (
            f"{where}: {one.body[:20]!r} was taken for a {one.kind}. read_proof(kind, text) takes pictures alone, no "
            "PDF and no page"
        )


def _ask(
    subject: Subject, number: str, doing: str, http: MadeUpHttp, memory: MadeUpMemory | None = None
) -> Ended[tuple[Proof, ...]]:
    ctx = subject.context(http=http, memory=memory or MadeUpMemory())
    known = {name: value for name, value in {"postcode": "10115", "country": "DE"}.items() if name in _inputs(subject)}
    query = Query(number, next(iter(subject.object.covers), subject.id), **known)
    return subject.run(doing, lambda: check_proofs_given(subject.object.proofs(query, ctx)))


def _inputs(subject: Subject) -> Any:
    return subject.object.inputs


def _number(subject: Subject) -> str:
    """A number of its samples that leads to a request; else one that is none."""
    for sample in subject.samples("fetch", "push"):
        read = subject.run(f"reading {sample.name}", subject.object.parse, sample_payload(sample)).value
        for result in getattr(read, "results", ()):
            http = MadeUpHttp(Fault("", 200, b"{}", {}).answer)
            _ask(subject, result.number, f"asked about {result.number}", http)
            if http.asked:
                return str(result.number)
    return "12345678"
