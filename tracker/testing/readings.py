"""Readings: what a sample is read as, as data beside it (`<sample>.expected.json`).

    python -m tracker.testing.readings acme

writes what the plugin reads today beside each sample that has nothing yet. Read it before you commit it: from then on
the contract holds the plugin to it. `acme` may be the path of a folder plugin.

A reading may begin with how the sample came: `mode` (`push`; `subscription` and `instruction` for the answers to these,
which nobody reads), its `headers`, the `numbers` and the `carrier` that were asked for, the `reader` where a plugin
brings several; and, for the contract, `known` (`InboundRequest.known`) and the `settings` whose secret signed it.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from tracker.host.registry import Provider, Registry
from tracker.sdk import (
    BadPayload,
    Event,
    Parsed,
    Payload,
    Pickup,
    PluginError,
    Proof,
    Status,
    StoreParsed,
    TrackingResult,
)

SUFFIX = ".expected.json"


def sample_files(folder: Path | None) -> list[Path]:
    """The recorded payloads of a `samples` folder, by name."""
    files = sorted(folder.iterdir()) if folder else []
    return [file for file in files if file.is_file() and not file.name.endswith(SUFFIX)]


def expected_file(sample: Path) -> Path:
    """Where a sample's reading lies."""
    return sample.with_name(sample.stem + SUFFIX)


def read_expected(sample: Path) -> dict[str, Any]:
    """What is written beside a sample: its `mode`, `headers` and `carrier`, and its reading; empty where nothing is."""
    file = expected_file(sample)
    told: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return told


def has_reading(told: Mapping[str, Any]) -> bool:
    """Whether what is written beside a sample says what it is read as."""
    return "results" in told or "orders" in told


def sample_payload(sample: Path) -> Payload:
    """A sample as the worker would hand it over."""
    told = read_expected(sample)
    kind = "application/xml" if sample.suffix == ".xml" else "application/json"
    return Payload(
        sample.read_bytes(), kind, told.get("mode", "fetch"), told.get("headers", {}), tuple(told.get("numbers", ())),
        told.get("carrier", ""),
    )  # fmt: skip


def as_data(parsed: Parsed | StoreParsed) -> dict[str, Any]:
    """What was read as plain data; a carrier's empty fields are left out, its events stand oldest first."""
    if isinstance(parsed, StoreParsed):
        orders: dict[str, Any] = json.loads(json.dumps(asdict(parsed), default=str))
        return orders
    return {
        "results": [_result(result) for result in parsed.results],
        "errors": [_short(kind=e.kind, detail=e.detail, number=e.number) for e in parsed.errors],
        "warnings": list(parsed.warnings),
    }


def write_missing(registry: Registry, plugin: str) -> Iterator[Path]:
    """Writes the reading of each sample of a plugin that has none, and answers the files."""
    readers = [one for one in registry.providers(plugin) if one.kind in ("carrier", "store")]
    for sample in sample_files(registry.folder(plugin, "samples")):
        told = read_expected(sample)
        if has_reading(told) or told.get("mode") in ("subscription", "instruction"):
            continue
        chosen = [one for one in readers if one.id == told.get("reader", one.id)]
        if not chosen:
            raise SystemExit(f"{sample.name}: {plugin} brings no reader {told.get('reader', '')!r}")
        yield write_reading(sample, read(chosen[0], sample_payload(sample)), told)


def write_reading(sample: Path, parsed: Parsed | StoreParsed, told: Mapping[str, Any]) -> Path:
    """Writes what a sample was read as beside it, after how it came (`told`), and answers the file."""
    file = expected_file(sample)
    file.write_text(json.dumps({**told, **as_data(parsed)}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file


def read(reader: Provider[Any], payload: Payload) -> Parsed | StoreParsed:
    """What a carrier or store reads a sample as. Ends the process with a sentence where it cannot."""
    try:
        parsed = reader.object.parse(payload)
    except BadPayload as error:
        raise SystemExit(f"{error}: nothing of the sample can be read") from None
    except PluginError as error:
        raise SystemExit(f"parse raised {error!r}; tell errors as Problem") from None
    if not isinstance(parsed, Parsed | StoreParsed):
        raise SystemExit(f"parse answered {type(parsed).__name__}; answer Parsed (a store: StoreParsed)")
    return parsed


def _result(result: TrackingResult) -> dict[str, Any]:
    window, successor = result.estimated, result.successor
    return _short(
        number=result.number,
        carrier=result.carrier,
        ask=result.ask,
        estimated=window and {"earliest": window.earliest.isoformat(), "latest": window.latest.isoformat()},
        successor=successor and {"carrier": successor.carrier, "number": successor.number},
        events=[_event(event) for event in sorted(result.events, key=lambda e: (e.local is None, str(e.local)))],
        proofs=[_proof(proof) for proof in result.proofs],
        pickup=result.pickup and _pickup(result.pickup),
    )


def _proof(proof: Proof) -> dict[str, Any]:
    """A proof without its picture: how long it is, and the beginning of its digest."""
    body = proof.body
    return _short(kind=proof.kind, bytes=len(body), sha256=sha256(body).hexdigest()[:16] if body else "", url=proof.url)


def _pickup(pickup: Pickup) -> dict[str, Any]:
    return _short(
        name=pickup.name,
        address=pickup.address,
        hours=list(pickup.hours),
        until=pickup.until and pickup.until.isoformat(),
        code=pickup.code,
        point=pickup.point and list(pickup.point),
    )


def _event(event: Event) -> dict[str, Any]:
    return _short(
        local=event.local and event.local.isoformat(),
        offset=_offset(event.offset),
        zone_source=str(event.zone_source) if event.offset is not None else "",
        status=_status(event.status),
        rule=event.rule,
        code=event.code,
        text=event.text,
        place=event.place,
        point=event.point and list(event.point),
        private=list(event.private),
    )


def _short(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], False)}


def _status(status: Status) -> str:
    flags = ["+delayed"] * status.delayed + ["+action"] * status.action_required
    return " ".join(word for word in (str(status.milestone), status.reason, *flags) if word)


def _offset(offset: timedelta | None) -> str | None:
    if offset is None:
        return None
    minutes = abs(int(offset.total_seconds())) // 60
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def main(names: Sequence[str]) -> None:
    """Writes what is missing for these plugins, and says which files were written."""
    from .subjects import find

    registry, wanted, _ = find(names, ())
    for name in wanted:
        if name not in registry.plugins:
            failures = [str(failure) for failure in registry.failures if failure.plugin == name]
            raise SystemExit("\n".join(failures) or f"there is no plugin {name!r}: {', '.join(registry.plugins)}")
        for written in write_missing(registry, name):
            sys.stdout.write(f"wrote {written.name}; read it before you commit it\n")


if __name__ == "__main__":
    main(sys.argv[1:])
