"""`tracker parse`: what a carrier's answer says, for people and for scripts."""

from functools import partial
from typing import BinaryIO

import click

from tracker.sdk import Payload
from tracker.services import readout
from tracker.services.readout import LONGEST_LINE

from .batch import answer_lines
from .options import plugins_options


@click.command()
@click.argument("carrier", required=False)
@click.argument("file", required=False, type=click.File("rb"))
@click.option("--batch", is_flag=True, help="Read JSON lines from standard input and answer one line each, in order.")
@click.option("--push", is_flag=True, help="The file is a message that the carrier sent, not an answer to a question.")
@plugins_options
def parse(carrier: str | None, file: BinaryIO | None, batch: bool, push: bool, plugins: str, blocked: str) -> None:
    """Show what a carrier's answer says.

    FILE holds the answer as the carrier sent it; - reads it from standard input.

    \b
    Examples:
      tracker parse ups answer.json
      tracker parse --batch < answers.jsonl
    """
    registry = readout.load_plugins(plugins, blocked)
    if batch:
        answer_lines(partial(readout.answer_line, registry))
        return
    if not carrier or file is None:
        known = ", ".join(registry.carriers)
        raise click.UsageError(f"Name a carrier and a file, or use --batch. The carriers: {known}")
    body = file.read(LONGEST_LINE)
    kind = "application/xml" if body.lstrip()[:1] == b"<" else "application/json"
    parsed, errors = readout.read_payload(registry, carrier, Payload(body, kind, "push" if push else "fetch"))
    from .tables import show_parsed

    show_parsed([readout.describe_result(result) for result in parsed.results], errors, list(parsed.warnings))
    if errors:
        raise SystemExit(1)
