"""The table: ours, the floor, their ratio and the target, one line a measurement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, JustifyMethod
from rich.table import Table

from bench.rounds import Figures

WIDTH = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement. `reached` is the ratio of each round; without a `target` it is for information."""

    what: str
    ours: Figures
    floor_name: str
    floor: Figures
    unit: str
    reached: Figures
    target: float | None = None


def print_table(title: str, lines: Sequence[Line]) -> None:
    """Medians, each with the least and the most of its rounds."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in ("what", "unit", "portal", "floor", "floor is", "ratio", "target"):
        justify: JustifyMethod = "right" if name in ("portal", "floor", "ratio", "target") else "left"
        table.add_column(name, justify=justify, no_wrap=name == "what")
    for line in lines:
        target = "" if line.target is None else f">= {line.target:g}"
        cells = (line.what, line.unit, _show(line.ours), _show(line.floor), line.floor_name, _show(line.reached))
        table.add_row(*cells, target)
    Console(width=WIDTH, highlight=False).print(table)


def print_notes(title: str, notes: Mapping[str, object]) -> None:
    """Counts that are no measurement, one a line."""
    print(title)
    for name, value in notes.items():
        print(f"  {name}: {value}")
    print(flush=True)


def _show(figures: Figures) -> str:
    least, most = figures.span
    return f"{_round(figures.median)} ({_round(least)}-{_round(most)})"


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value < 1 else f"{value:.3g}"
