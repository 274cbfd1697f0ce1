"""JSON lines in, JSON lines out."""

import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from tracker.services.readout import LONGEST_LINE


def answer_lines(answer: Callable[[bytes], str]) -> None:
    """Answers each line of standard input with one line on standard output, in order; empty lines are passed over."""
    out = sys.stdout.buffer
    for line in _lines(sys.stdin.buffer):
        if line.strip():
            out.write(answer(line).encode("utf-8", "replace") + b"\n")
            # Whoever asks line by line waits for this answer before the next question.
            out.flush()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Whole lines; of one that is too long only as much as shows that it is."""
    while line := stream.readline(LONGEST_LINE + 1):
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
            if not rest or rest.endswith(b"\n"):
                break
        yield line
