"""What people read: tables on the terminal."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_COLUMNS = ("status", "place", "text", "code")


def console() -> Console:
    """A console that writes plain text, in full, where no terminal reads it."""
    plain = Console(highlight=False)
    return plain if plain.is_terminal else Console(highlight=False, width=160)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> Table:
    """A table of texts; what looks like markup in them is text too."""
    made = Table(title=escape(title) or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        made.add_column(escape(heading), overflow="fold")
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made


def show_parsed(results: Sequence[dict[str, Any]], errors: Sequence[dict[str, Any]], warnings: Sequence[str]) -> None:
    """One table of events a number, and what could not be read."""
    out = console()
    for result in results:
        rows = [[_when(event), *(event[name] for name in _COLUMNS)] for event in result["events"]]
        out.print(table(["local time", *_COLUMNS], rows, _headline(result)))
    for error in errors:
        out.print(escape(f"error   {error['kind']}: {error['detail']}"))
    for warning in warnings:
        out.print(escape(f"warning {warning}"))
    if not (results or errors):
        out.print("The answer names no parcel.")


def show_candidates(found: dict[str, Any], mistyped: Sequence[tuple[str, str]] = ()) -> None:
    """The carriers that fit a number; where none does, those that it is `mistyped` for, or a sentence."""
    rows = [[one["carrier"], f"{one['confidence']:.2f}", one["reason"]] for one in found["candidates"]]
    if rows:
        console().print(table(["carrier", "confidence", "reason"], rows, found["tidied"]))
    elif mistyped:
        console().print("It looks mistyped. Compare it with the label:")
        console().print(table(["carrier", "what is wrong"], [list(one) for one in mistyped], found["tidied"]))
    else:
        console().print("No carrier has such numbers. Check it for slips, or keep it under `manual`.")


def _headline(result: dict[str, Any]) -> str:
    words = [result["number"], result["status"], result["reason"]]
    words += [name.replace("_", " ") for name in ("delayed", "action_required") if result[name]]
    if window := result["estimated"]:
        words.append(f"expected {window['earliest']} to {window['latest']}")
    if successor := result["successor"]:
        words.append(f"goes on as {successor['carrier']} {successor['number']}")
    return " · ".join(word for word in words if word)


def _when(event: dict[str, Any]) -> str:
    return f"{event['local'] or 'no date'} {event['offset'] or ''}".replace("T", " ").strip()
